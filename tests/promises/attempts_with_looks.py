"""What each role tries with second looks: the resident doubts what is said of them, and the coordinator looks again."""

from typing import Any, Final

from matchmaker.community.models import Vouch
from matchmaker.matches.actions import ask_second_look, take_second_look
from matchmaker.matches.models import SecondLook, SetAside
from tests.graphql_client import global_id
from tests.promises.role_attempts import Attempt
from tests.towns import viewer_of, vouch
from tests.way import OPENED, Way


def with_looks(way: Way) -> None:
    """One in the coordinator's hands, and one answered; what was set aside then counts again."""
    word(way)
    moments = dict.fromkeys(("asked_at", "due_at", "taken_at"), way.now)
    told = {"person": way.town.stranger, "taken_by": way.town.coordinator, "words": "不是这样"}
    SecondLook.objects.create(question="KNOWN_HERE", state="IN_HAND", **told, **moments)
    set_aside(way, lifted_at=way.now, lifted_by=way.town.coordinator, lift_reason="弄错了")


def in_hand(way: Way) -> SecondLook:
    word(way)
    asked = ask_second_look(viewer=viewer_of(way.town.stranger), question="KNOWN_HERE", words="不是这样", now=way.now)
    viewer = viewer_of(way.town.coordinator, now=way.now)
    return take_second_look(viewer=viewer, look_id=asked.public_id, now=way.now)


def set_aside(way: Way, **lifted: Any) -> SetAside:
    moments = dict.fromkeys(("asked_at", "due_at", "taken_at", "answered_at"), way.now)
    look = SecondLook.objects.create(
        person=way.town.stranger,
        question="NEXT_VISIT",
        state="ANSWERED",
        answer="SET_ASIDE",
        reason="核实过了",
        taken_by=way.town.coordinator,
        **moments,
    )
    return SetAside.objects.create(look=look, vouch=word(way), set_aside_at=way.now, **lifted)


def word(way: Way) -> Vouch:
    """The grid head's word for the resident."""
    found = Vouch.objects.filter(voucher=way.town.grid_head, person=way.town.stranger).first()
    return found or vouch(way.town.grid_head, way.town.stranger, now=way.now)


def _asked(way: Way, _role: str) -> dict[str, Any]:
    look = ask_second_look(viewer=viewer_of(way.town.stranger), question="KNOWN_HERE", now=way.now)
    return {"secondLookId": global_id("SecondLook", look)}


def _in_hand(way: Way, _role: str) -> dict[str, Any]:
    return {"secondLookId": global_id("SecondLook", in_hand(way)), "answer": "EXPLAINED", "reason": "说明如下"}


def _set_aside(way: Way, _role: str) -> dict[str, Any]:
    return {"setAsideId": global_id("SetAside", set_aside(way)), "reason": "弄错了"}


WITH_LOOKS: Final = (
    Attempt("askSecondLook", OPENED, lambda _way, _role: {"question": "KNOWN_HERE"}),
    Attempt("takeSecondLook", OPENED, _asked),
    Attempt("answerSecondLook", OPENED, _in_hand),
    Attempt("countAgain", OPENED, _set_aside),
)
