"""Which pages are pictured, and who looks at them."""

from dataclasses import dataclass
from typing import Final

PHONE: Final = (390, 844)
DESK: Final = (1280, 900)
ANY_ID: Final = "[0-9a-f-]{36}"


@dataclass(frozen=True)
class Shown:
    """A page: its picture's name, and its path; or the first link on the page `seen_on` that the path fits, and from
    there `further`."""

    name: str
    path: str
    seen_on: str = ""
    further: str = ""


@dataclass(frozen=True)
class Onlooker:
    """Who looks at these pages, as a role of the sample (empty for a visitor), in a window so wide and high."""

    role: str
    pages: tuple[Shown, ...]
    window: tuple[int, int] = PHONE
    elder_view: bool = False


VISITOR: Final = Onlooker(
    role="",
    elder_view=True,
    pages=(
        Shown("first", "/"),
        Shown("sign-in", "/sign-in"),
        Shown("join", "/join"),
        Shown("public", "/public"),
        Shown("components", "/components"),
    ),
)
ASKER: Final = Onlooker(
    role="asker",
    elder_view=True,
    pages=(
        Shown("first", "/"),
        Shown("ask-what", "/ask/what"),
        Shown("ask-when", "/ask/when"),
        Shown("mine", "/mine"),
        Shown("need", f"/needs/{ANY_ID}", seen_on="/mine"),
        Shown("match", f"/matches/{ANY_ID}", seen_on="/mine"),
        Shown("notices", "/notices"),
        Shown("how-known", "/how-i-am-known"),
        Shown("my-data", "/my-data"),
        Shown("leave", "/leave"),
    ),
)
HELPER: Final = Onlooker(
    role="helper",
    elder_view=True,
    pages=(
        Shown("mine", "/mine"),
        Shown("proposal", f"/proposals/{ANY_ID}", seen_on="/mine"),
        Shown("offer-new", "/offers/new"),
        Shown("why-not-asked", "/why-not-asked"),
        Shown("companion", "/companions/willing"),
        Shown("certificates", "/certificates"),
    ),
)
CLERK: Final = Onlooker(
    role="clerk",
    window=DESK,
    pages=(
        Shown("mine", "/mine"),
        Shown("organization", f"/organizations/{ANY_ID}", seen_on="/mine"),
        Shown("attendance", f"/organizations/{ANY_ID}", seen_on="/mine", further="/attendance"),
        Shown("tours", "/tours"),
        Shown("systems", "/systems"),
        Shown("webhooks", "/systems/webhooks"),
    ),
)
COORDINATOR: Final = Onlooker(
    role="coordinator",
    window=DESK,
    pages=(
        Shown("review", "/review"),
        Shown("explorer", "/explorer"),
        Shown("what-if", f"/rounds/{ANY_ID}/what-if", seen_on="/review"),
        Shown("calls", "/calls"),
        Shown("duty", "/duty"),
        Shown("desk", "/desk"),
        Shown("imports", "/imports"),
        Shown("knowing", "/knowing"),
        Shown("coverage", "/coverage"),
        Shown("next-month", f"/public/{ANY_ID}/next", seen_on="/public"),
        Shown("pairs", "/pairs"),
        Shown("decisions", "/decisions"),
        Shown("grids", "/grids"),
        Shown("running-out", "/running-out"),
        Shown("handover", "/handover"),
        Shown("deputy", "/deputy"),
        Shown("proposal", f"/proposals/{ANY_ID}#ties", seen_on="/review"),
        Shown("concerns", "/concerns"),
        Shown("posters", "/posters"),
    ),
)
OPERATOR: Final = Onlooker(
    role="operator",
    window=DESK,
    pages=(
        Shown("first", "/"),
        Shown("tables", "/operators/"),
        Shown("jobs", "/operators/jobs/outboxjob/"),
        Shown("start", "/start"),
    ),
)
ONLOOKERS: Final = (VISITOR, ASKER, HELPER, CLERK, COORDINATOR, OPERATOR)
