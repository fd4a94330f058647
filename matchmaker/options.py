"""Every setting that the environment may change: one table, read once at start.

`manage.py settings_reference` writes docs/settings.md from this table, and matchmaker/settings.py reads nothing else
from the environment.
"""

import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.core.exceptions import ImproperlyConfigured

EMBEDDED: Final = "embedded"
PRODUCTION: Final = "production"


@dataclass(frozen=True)
class Option:
    name: str
    embedded: str
    production: str
    meaning: str
    refused_in_production: str = ""


SECRET_LENGTH: Final = 50
TOKEN_LENGTH: Final = 20
REQUIRED: Final = "(must be set)"

OPTIONS: Final[tuple[Option, ...]] = (
    Option(
        "MATCHMAKER_ENV",
        EMBEDDED,
        PRODUCTION,
        "How the service runs: `embedded` (one process, nothing to set) or `production`. It is never guessed.",
        "any other word, in either way of running",
    ),
    Option(
        "MATCHMAKER_STATE_DIR",
        "",
        "",
        "Folder outside the repository for what the embedded form makes for itself (its secret key). "
        "Empty: `matchmaker` under `$XDG_STATE_HOME`, or under `~/.local/state`.",
    ),
    Option(
        "SECRET_KEY",
        "",
        REQUIRED,
        "Signs sessions and sign-in codes. Embedded and empty: made once and kept in the state folder, "
        "readable by its owner alone.",
        f"missing, or shorter than {SECRET_LENGTH} characters",
    ),
    Option(
        "SECRET_KEY_FALLBACKS",
        "",
        "",
        "Earlier secret keys, with commas between them: what they signed still holds, nothing new is signed with them.",
        f"one shorter than {SECRET_LENGTH} characters",
    ),
    Option("DEBUG", "off", "off", "Django's debug pages, for work on the service itself.", "on"),
    Option(
        "ALLOWED_HOSTS",
        "localhost,127.0.0.1,[::1]",
        REQUIRED,
        "Host names that the service answers to, with commas between them.",
        "empty, or `*`",
    ),
    Option(
        "CSRF_TRUSTED_ORIGINS",
        "",
        "",
        "Origins (with scheme) whose forms are accepted behind a proxy, with commas between them.",
    ),
    Option(
        "DATABASE_URL",
        "sqlite:///var/matchmaker.sqlite3",
        REQUIRED,
        "Where the rows live: SQLite (a path from the repository's root, or an absolute one with four slashes) "
        "or PostgreSQL.",
        "missing, or SQLite",
    ),
    Option(
        "SHRED_LIST",
        "",
        REQUIRED,
        "File outside the database that says who asked to be forgotten, as hashes: a restored backup obeys it. Keep it "
        "on another disk than the backups. Embedded and empty: `shred_list` in the state folder.",
        "missing",
    ),
    Option("DATABASE_POOL_SIZE", "8", "8", "The most connections to PostgreSQL that one process keeps open."),
    Option(
        "REQUESTS_AT_ONCE",
        "",
        "",
        "How many requests one web process works on at once. Empty: two fewer than `DATABASE_POOL_SIZE`, which leaves "
        "connections to health checks, figures and live updates.",
    ),
    Option("REQUESTS_WAITING", "100", "100", "How many more wait their turn; further ones are answered with 503."),
    Option("REQUESTS_WAIT_SECONDS", "10", "10", "Whoever has waited so long is answered with 503."),
    Option(
        "REDIS_URL",
        "",
        "",
        "A Redis server. Where it is set, new work wakes Celery workers through it, and the cache and the count of "
        "refusals are shared; where not, `manage.py serve` or `manage.py work` look for work by themselves.",
    ),
    Option(
        "REDIS_PREFIX",
        "matchmaker",
        "matchmaker",
        "What each key in Redis begins with: several installations may share a server, each with its own.",
    ),
    Option(
        "TIME_ZONE",
        "Asia/Shanghai",
        "Asia/Shanghai",
        "Where the day begins and ends for terms, memberships, mandates, qualifications and ages. Moments are stored "
        "in UTC, and each community shows them on its own clocks. A name that is no time zone is refused.",
    ),
    Option(
        "CODE_DELIVERY",
        "console",
        REQUIRED,
        "How a one-time sign-in code reaches a person: `console`, `mail`, `sms`, or `auto` (a phone number by SMS, an "
        "address by mail).",
        "missing, or `console`",
    ),
    Option(
        "NOTICE_CHANNELS",
        "",
        "mail",
        "What carries notices beside the inbox and the call list: `mail` and `sms`, with a comma between them. "
        "`console` writes both where the service was started.",
        "`console`",
    ),
    Option("NOTICE_CONFIRM_HOURS", "4", "4", "Who has not confirmed a notice by then is put on the call list."),
    Option("QUIET_HOURS", "22:00-07:00", "22:00-07:00", "When nobody is disturbed who wished nothing else."),
    Option(
        "SMS_GATEWAY_URL", "", "", "Where text messages are posted to.", "missing or not HTTPS, where `sms` is used"
    ),
    Option(
        "SMS_GATEWAY_KEY", "", "", "Shows us to the gateway, and signs its reports.", "missing, where `sms` is used"
    ),
    Option(
        "WEBHOOK_TEST_HOSTS",
        "",
        "",
        "For tests: `host:port` of systems on this machine that webhooks may reach, by plain HTTP too, with commas "
        "between them. Everywhere else they reach public addresses alone.",
        "any",
    ),
    Option(
        "PUBLIC_URL",
        "",
        "",
        "The address of the service as people open it, for links in mails. Empty: mails have no link.",
    ),
    Option(
        "EMAIL_URL",
        "consolemail://",
        REQUIRED,
        "The mail server, as one address with scheme, user, password, host and port.",
        "missing or console",
    ),
    Option("EMAIL_FROM", "matchmaker@localhost", "matchmaker@localhost", "The sender of mails."),
    Option("SECURE_COOKIES", "off", "on", "Cookies travel over HTTPS alone, and HTTP is sent on to HTTPS.", "off"),
    Option(
        "BEHIND_TLS_PROXY",
        "off",
        "off",
        "A proxy in front ends TLS, sets `X-Forwarded-Proto` itself, whatever a client sent, and adds the address it "
        "saw at the end of `X-Forwarded-For`.",
    ),
    Option(
        "TRIES_PER_ADDRESS",
        "60",
        "60",
        "How many codes one address may ask for within an hour (6 of them in one name), how many it may try, and how "
        "many access tokens that are none. A station's desk and the households behind one connection share an address. "
        "`0` refuses nobody.",
        "`0`",
    ),
    Option("LOG_LEVEL", "INFO", "INFO", "The least important log line that is written: DEBUG, INFO, WARNING or ERROR."),
    Option(
        "ROUND_TIME_LIMIT_SECONDS",
        "600",
        "600",
        "After so long a round ends with the best plan that it has found, and says how far the best possible may be.",
    ),
    Option(
        "SNAPSHOT_FOLDER",
        "",
        "",
        "A folder of its own for the tie graph of the whole city, written once a day for workers that measure it. All "
        "workers must see the same folder: whoever is forgotten is forgotten there too. Empty: none is kept.",
    ),
    Option(
        "API_ROWS_PER_MINUTE",
        "30000",
        "30000",
        "How many rows one caller of the API may ask for in a minute: a person, or for visitors an address.",
    ),
    Option("API_SECONDS", "10", "10", "After so long a request to the API is stopped, and what it did is undone."),
    Option("JOBS_POLL_SECONDS", "5", "5", "How often the worker looks for due work when nobody woke it."),
    Option(
        "JOBS_LEASE_SECONDS",
        "15",
        "15",
        "On PostgreSQL: a worker that has not said for so long that it still has a job counts as lost, and the job is "
        "handed out again.",
    ),
    Option(
        "JOBS_LOCK_SECONDS", "900", "900", "After so long without an end a job counts as lost and is handed out again."
    ),
    Option(
        "WORKER_ALIVE_FILE",
        "",
        "",
        "A file that a Celery worker touches every few seconds while it is connected; for a health check.",
    ),
    Option(
        "BEAT_ALIVE_FILE",
        "",
        "",
        "A file that Celery beat touches whenever it has looked at its schedule; for a health check.",
    ),
    Option(
        "METRICS_TOKEN",
        "",
        "",
        "Who sends it as `Authorization: Bearer` may read `/metrics` from elsewhere. Empty: this machine alone may.",
        f"one shorter than {TOKEN_LENGTH} characters",
    ),
    Option("JOBS_MAX_ATTEMPTS", "8", "8", "After so many failed attempts a job is put aside for a person to look at."),
)

BY_NAME: Final = {option.name: option for option in OPTIONS}


def default_of(name: str, *, mode: str) -> str:
    """The value in force where the environment names none; empty where production must be told."""
    option = BY_NAME[name]
    value = option.production if mode == PRODUCTION else option.embedded
    return "" if value == REQUIRED else value


def text_of(name: str, *, mode: str, environ: Mapping[str, str]) -> str:
    """What the environment says, else the default of the way of running."""
    return environ.get(name, default_of(name, mode=mode)).strip()


def mode_from(environ: Mapping[str, str]) -> str:
    """`embedded` or `production`, as the environment says in so many words."""
    mode = environ.get("MATCHMAKER_ENV", EMBEDDED).strip()
    if mode not in (EMBEDDED, PRODUCTION):
        raise ImproperlyConfigured(f"MATCHMAKER_ENV must be `{EMBEDDED}` or `{PRODUCTION}`.")
    return mode


def faults(environ: Mapping[str, str]) -> list[str]:
    """One sentence for each setting that production refuses; none where all is safe."""

    def value(name: str) -> str:
        return text_of(name, mode=PRODUCTION, environ=environ)

    found = [
        f"{option.name} must be set." for option in OPTIONS if option.production == REQUIRED and not value(option.name)
    ]
    if 0 < len(value("SECRET_KEY")) < SECRET_LENGTH:
        found.append(f"SECRET_KEY must be at least {SECRET_LENGTH} characters long.")
    if any(len(key) < SECRET_LENGTH for key in listed(value("SECRET_KEY_FALLBACKS"))):
        found.append(f"SECRET_KEY_FALLBACKS must be at least {SECRET_LENGTH} characters long, each.")
    if 0 < len(value("METRICS_TOKEN")) < TOKEN_LENGTH:
        found.append(f"METRICS_TOKEN must be at least {TOKEN_LENGTH} characters long.")
    if is_on(value("DEBUG")):
        found.append("DEBUG must be off: its pages show what people asked for.")
    if "*" in value("ALLOWED_HOSTS"):
        found.append("ALLOWED_HOSTS must name the hosts: `*` lets any site speak in this one's name.")
    if value("WEBHOOK_TEST_HOSTS"):
        found.append("WEBHOOK_TEST_HOSTS must be empty: webhooks would reach into our own network.")
    if value("TRIES_PER_ADDRESS") == "0":
        found.append("TRIES_PER_ADDRESS must not be 0: anybody could go on guessing.")
    if value("DATABASE_URL").startswith("sqlite"):
        found.append("DATABASE_URL must name a PostgreSQL database: SQLite serves the embedded form.")
    if value("CODE_DELIVERY") == "console":
        found.append("CODE_DELIVERY must not be `console`: whoever reads the log could sign in as anyone.")
    found.extend(_faults_of_notices(value))
    if value("EMAIL_URL").startswith("console"):
        found.append("EMAIL_URL must name a mail server: mails would end in the log.")
    if not is_on(value("SECURE_COOKIES")):
        found.append("SECURE_COOKIES must be on: a session could be read on the way.")
    return found


def listed(text: str) -> list[str]:
    """The parts of a setting that has commas between them."""
    return [part.strip() for part in text.split(",") if part.strip()]


def _faults_of_notices(value: Callable[[str], str]) -> list[str]:
    """What is wrong with the ways that carry notices and codes."""
    channels = {name.strip() for name in value("NOTICE_CHANNELS").split(",")}
    found = []
    if "console" in channels:
        found.append("NOTICE_CHANNELS must not hold `console`: nobody would be told.")
    if "sms" in channels or value("CODE_DELIVERY") in ("sms", "auto"):
        if not value("SMS_GATEWAY_URL").startswith("https://"):
            found.append("SMS_GATEWAY_URL must be an HTTPS address: codes could be read on the way.")
        if not value("SMS_GATEWAY_KEY"):
            found.append("SMS_GATEWAY_KEY must be set: anybody could report messages as delivered.")
    return found


def is_on(text: str) -> bool:
    return text.lower() in ("on", "true", "yes", "1")


def refuse_unsafe(environ: Mapping[str, str]) -> None:
    """Stops with the list of faults where production was asked for and is not safe."""
    if mode_from(environ) == PRODUCTION and (found := faults(environ)):
        raise ImproperlyConfigured(
            "Production does not start like this:\n" + "\n".join(f"- {fault}" for fault in found)
        )


def state_folder(environ: Mapping[str, str]) -> Path:
    """The folder outside the repository that the embedded form may write to."""
    chosen = environ.get("MATCHMAKER_STATE_DIR", "").strip()
    if chosen:
        return Path(chosen)
    state_home = environ.get("XDG_STATE_HOME", "").strip()
    return (Path(state_home) if state_home else Path.home() / ".local" / "state") / "matchmaker"


def own_secret_key(folder: Path) -> str:
    """The embedded form's own secret key: made at the first start, the same at every later one."""
    path = folder / "secret_key"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            _write_once(path, secrets.token_urlsafe(SECRET_LENGTH))
        return path.read_text().strip()
    except OSError as error:
        raise ImproperlyConfigured(
            f"The secret key cannot be kept in {folder}: set SECRET_KEY or MATCHMAKER_STATE_DIR."
        ) from error


def _write_once(path: Path, text: str) -> None:
    """The file holds the whole text of whoever came first, even where two processes start at once."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
