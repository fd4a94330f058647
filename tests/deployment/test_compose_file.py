"""docker-compose.yml holds no secret, pins what it runs, and looks after each service."""

import re

import pytest

from matchmaker import options
from tests.deployment import compose
from tests.promises.repository import ROOT

SERVICES = compose.raw()["services"]
OURS = ("migrate", "web", "worker", "beat")
LONG_RUNNING = tuple(name for name in SERVICES if name != "migrate")
SECRET = re.compile(r"PASSWORD|_KEY$|TOKEN")
NEEDED = {
    "SECRET_KEY": "k" * 50,
    "ALLOWED_HOSTS": "matchmaker.example",
    "POSTGRES_PASSWORD": "rows",
    "REDIS_PASSWORD": "wakeups",
    "EMAIL_URL": "smtp://mail.example:25",
    "EMAIL_FROM": "help@matchmaker.example",
}


class TestServices:
    def test_are_these(self) -> None:
        assert set(SERVICES) == {"postgres", "redis", "migrate", "web", "worker", "beat"}

    @pytest.mark.parametrize("name", LONG_RUNNING)
    def test_have_a_health_check_and_are_started_again(self, name: str) -> None:
        check = SERVICES[name]["healthcheck"]

        assert check["test"][0] in ("CMD", "CMD-SHELL")
        assert {"interval", "timeout", "retries"} <= check.keys()
        assert SERVICES[name]["restart"] == "unless-stopped"

    @pytest.mark.parametrize("name", SERVICES)
    def test_run_without_rights_they_do_not_need(self, name: str) -> None:
        service = SERVICES[name]

        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert service["user"] not in ("root", "0", None)

    @pytest.mark.parametrize("name", SERVICES)
    def test_are_pinned_to_an_exact_version(self, name: str) -> None:
        assert re.search(r":\d+\.\d+(\.\d+)?(-[a-z]+)?$", SERVICES[name]["image"])

    @pytest.mark.parametrize("name", OURS[1:])
    def test_wait_for_the_migrations_and_a_healthy_redis(self, name: str) -> None:
        assert SERVICES[name]["depends_on"] == {
            "migrate": {"condition": "service_completed_successfully"},
            "redis": {"condition": "service_healthy"},
        }

    def test_open_one_port_and_that_to_this_machine_alone(self) -> None:
        opened = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}

        assert opened == {"web": ["${WEB_ADDRESS:-127.0.0.1:8000}:8000"]}

    def test_keep_in_volumes_what_must_last(self) -> None:
        assert SERVICES["postgres"]["volumes"] == ["rows:/var/lib/postgresql/data"]
        assert all(SERVICES[name]["volumes"] == ["forgotten:/var/lib/matchmaker"] for name in OURS)
        assert compose.raw()["volumes"] == {"rows": None, "forgotten": None}

    def test_keep_the_list_of_the_forgotten_there(self) -> None:
        assert SERVICES["web"]["environment"]["SHRED_LIST"].startswith("/var/lib/matchmaker/")
        assert "install --directory --owner 10001 --mode 700 /var/lib/matchmaker" in (ROOT / "Dockerfile").read_text()


class TestSecrets:
    def test_have_no_default(self) -> None:
        """Every variable that is a secret is asked for with `:?`, or may stay empty."""
        asked = [
            (name, how, text)
            for found in compose.texts(compose.raw())
            for name, how, text in compose.VARIABLE.findall(found)
            if SECRET.search(name)
        ]

        assert {name for name, how, _ in asked if how == ":?"} == {"SECRET_KEY", "POSTGRES_PASSWORD", "REDIS_PASSWORD"}
        assert {(name, how, text) for name, how, text in asked if how != ":?"} == {
            ("METRICS_TOKEN", ":-", ""),
            ("SMS_GATEWAY_KEY", ":-", ""),
        }

    def test_are_written_nowhere_in_the_file(self) -> None:
        set_outright = {
            name: value
            for service in SERVICES.values()
            for name, value in service.get("environment", {}).items()
            if SECRET.search(name) and not compose.VARIABLE.search(value)
        }
        urls = [text for text in compose.texts(compose.raw()) if re.search(r"://[^$@/]*:[^$@/]+@", text)]

        assert (set_outright, urls) == ({}, [])

    @pytest.mark.parametrize("name", sorted(NEEDED))
    def test_and_what_else_must_be_said_stop_it_where_missing(self, name: str) -> None:
        with pytest.raises(compose.VariableMissing, match=name):
            compose.filled({key: value for key, value in NEEDED.items() if key != name})


class TestEnvironment:
    def test_is_one_with_which_production_starts(self) -> None:
        environment = compose.filled(NEEDED)["services"]["web"]["environment"]

        assert environment["MATCHMAKER_ENV"] == "production"
        assert options.faults(environment) == []

    def test_names_settings_that_exist(self) -> None:
        assert SERVICES["web"]["environment"].keys() <= options.BY_NAME.keys()

    def test_is_the_same_for_each_of_ours(self) -> None:
        assert all(SERVICES[name]["environment"] == SERVICES["web"]["environment"] for name in OURS)


class TestDatabaseServer:
    def test_is_of_the_version_whose_client_the_image_has(self) -> None:
        dockerfile = (ROOT / "Dockerfile").read_text()

        # Debian 12, "bookworm", carries PostgreSQL 15: pg_dump refuses a server later than itself.
        assert re.search(r"^FROM python:\S+-bookworm$", dockerfile, re.MULTILINE)
        assert re.search(r"apt-get install .*\bpostgresql-client\b", dockerfile)
        assert re.match(r"postgres:15\.\d+-bookworm$", SERVICES["postgres"]["image"])


class TestDockerfile:
    def test_pins_its_bases_and_runs_as_nobody_in_particular(self) -> None:
        lines = (ROOT / "Dockerfile").read_text().splitlines()

        bases = {line.split()[1] for line in lines if line.startswith("FROM ")}
        assert len(bases) == 2
        assert any(re.fullmatch(r"python:\d+\.\d+\.\d+-slim-bookworm", base) for base in bases)
        # Fetches one file for browsers, by the lock; what is served runs on the other.
        assert any(re.fullmatch(r"node:20\.\d+\.\d+-bookworm-slim", base) for base in bases)
        assert next(line for line in reversed(lines) if line.startswith("FROM ")).startswith("FROM python:")
        assert any("npm ci" in line and "--ignore-scripts" in line for line in lines)
        assert [line for line in lines if line.startswith("USER ")] == ["USER 10001"]
        assert any("--require-hashes" in line for line in lines)
