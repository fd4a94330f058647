"""Production does not start unsafe, and says why; the embedded form needs nothing."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from matchmaker import options

SAFE = {
    "MATCHMAKER_ENV": "production",
    "SECRET_KEY": "k" * 50,
    "ALLOWED_HOSTS": "matchmaker.example",
    "DATABASE_URL": "postgres://matchmaker@db/matchmaker",
    "CODE_DELIVERY": "mail",
    "EMAIL_URL": "smtp://mail.example:25",
    "SHRED_LIST": "/srv/kept-apart/shred_list",
}


class TestModeFrom:
    def test_is_embedded_where_nothing_is_said(self) -> None:
        assert options.mode_from({}) == "embedded"

    @pytest.mark.parametrize("word", ["", "prod", "Production", "debug"])
    def test_refuses_any_other_word(self, word: str) -> None:
        with pytest.raises(ImproperlyConfigured, match="must be `embedded` or `production`"):
            options.mode_from({"MATCHMAKER_ENV": word})


class TestFaults:
    def test_are_none_where_all_is_safe(self) -> None:
        assert options.faults(SAFE) == []

    @pytest.mark.parametrize("name", sorted(SAFE.keys() - {"MATCHMAKER_ENV"}))
    def test_name_each_setting_that_is_missing(self, name: str) -> None:
        assert options.faults({key: value for key, value in SAFE.items() if key != name}) == [f"{name} must be set."]

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("SECRET_KEY", "k" * 49),
            ("SECRET_KEY_FALLBACKS", f"{'k' * 50},{'o' * 49}"),
            ("METRICS_TOKEN", "t" * 19),
            ("DEBUG", "on"),
            ("DEBUG", "True"),
            ("ALLOWED_HOSTS", "*"),
            ("ALLOWED_HOSTS", " "),
            ("DATABASE_URL", "sqlite:///var/rows.sqlite3"),
            ("CODE_DELIVERY", "console"),
            ("EMAIL_URL", "consolemail://"),
            ("SECURE_COOKIES", "off"),
            ("SECURE_COOKIES", "0"),
        ],
    )
    def test_name_each_unsafe_value_once(self, name: str, value: str) -> None:
        found = options.faults(SAFE | {name: value})

        assert len(found) == 1
        assert found[0].startswith(name)

    def test_each_refused_setting_says_so_in_the_table(self) -> None:
        refused = {
            "SECRET_KEY",
            "SECRET_KEY_FALLBACKS",
            "METRICS_TOKEN",
            "DEBUG",
            "ALLOWED_HOSTS",
            "DATABASE_URL",
            "CODE_DELIVERY",
            "EMAIL_URL",
            "SECURE_COOKIES",
            "NOTICE_CHANNELS",
            "SMS_GATEWAY_URL",
            "SMS_GATEWAY_KEY",
            "SHRED_LIST",
            "TRIES_PER_ADDRESS",
            "WEBHOOK_TEST_HOSTS",
        }

        told = {option.name for option in options.OPTIONS if option.refused_in_production}

        assert told == refused | {"MATCHMAKER_ENV"}


class TestRefuseUnsafe:
    def test_leaves_the_embedded_form_alone(self) -> None:
        options.refuse_unsafe({"DEBUG": "on"})

        assert "DEBUG must be off: its pages show what people asked for." in options.faults({"DEBUG": "on"})

    def test_lists_every_fault_at_once(self) -> None:
        with pytest.raises(ImproperlyConfigured) as refusal:
            options.refuse_unsafe({"MATCHMAKER_ENV": "production"})

        assert str(refusal.value).count("\n- ") == 6


class TestOwnSecretKey:
    def test_is_made_once_for_its_owner_alone(self, tmp_path: Path) -> None:
        folder = tmp_path / "state" / "matchmaker"

        first, second = options.own_secret_key(folder), options.own_secret_key(folder)

        assert first == second
        assert len(first) >= options.SECRET_LENGTH
        assert stat.S_IMODE((folder / "secret_key").stat().st_mode) == 0o600
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert [path.name for path in folder.iterdir()] == ["secret_key"]

    def test_says_what_to_do_where_it_cannot_be_kept(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")

        with pytest.raises(ImproperlyConfigured, match="set SECRET_KEY or MATCHMAKER_STATE_DIR"):
            options.own_secret_key(tmp_path / "file" / "state")


class TestStateFolder:
    @pytest.mark.parametrize(
        ("environ", "folder"),
        [
            ({"MATCHMAKER_STATE_DIR": "/srv/state", "XDG_STATE_HOME": "/xdg"}, "/srv/state"),
            ({"XDG_STATE_HOME": "/xdg"}, "/xdg/matchmaker"),
            ({}, str(Path.home() / ".local/state/matchmaker")),
        ],
    )
    def test_is_where_the_environment_says(self, environ: dict[str, str], folder: str) -> None:
        assert options.state_folder(environ) == Path(folder)


class TestSettings:
    """The settings module itself, in a process of its own."""

    def start(self, environ: dict[str, str], code: str) -> subprocess.CompletedProcess[str]:
        kept = {name: value for name, value in os.environ.items() if name not in options.BY_NAME}
        return subprocess.run(
            [sys.executable, "-c", f"import django; django.setup(); {code}"],
            cwd=settings.ROOT,
            env=kept | environ | {"DJANGO_SETTINGS_MODULE": "matchmaker.settings"},
            capture_output=True,
            text=True,
            check=False,
        )

    def test_of_unsafe_production_do_not_load(self) -> None:
        started = self.start(SAFE | {"DEBUG": "on"}, "print('started')")

        assert started.returncode == 1
        assert started.stdout == ""
        assert "DEBUG must be off: its pages show what people asked for." in started.stderr

    def test_of_production_guard_cookies_and_transport(self) -> None:
        code = (
            "from django.conf import settings as s; "
            "print(s.DEBUG, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, "
            "s.SECURE_SSL_REDIRECT, s.SECURE_HSTS_SECONDS)"
        )

        started = self.start(SAFE, code)

        assert started.stdout == "False True True True 31536000\n", started.stderr
