"""From the desk's forms to what the actions take, and the person's open things in plain words."""

from typing import Any, Final
from uuid import UUID

from matchmaker.matches.drafts import OutcomeDraft
from matchmaker.needs.drafts import NeedDraft, Window
from matchmaker.web.forms.answers import NO, YES, OutcomeForm
from matchmaker.web.forms.asking import HowMuchForm, WhenForm
from matchmaker.web.forms.desk import HOME
from matchmaker.web.phrases import say_later

CONSENT: Final = {
    "KNOWN_HERE": say_later("登记姓名、住处、电话", "Name, home and phone are kept"),
    "CARE_DATA": say_later("照料、健康的信息", "Care and health"),
    "PROXY": say_later("代为提出", "Asked on their behalf"),
    "MINOR": say_later("为未成年人", "For somebody under age"),
    "EMERGENCY": say_later("急事，谁先答应谁来", "Emergency: whoever says yes first comes"),
}
FIELD_OF_DRAFT: Final = {"at_home": "where", "place": "where", "windows": "date", "for_person": None}
"""Under which field of the form a refusal of the draft stands."""


def person_told(answers: dict[str, Any]) -> dict[str, Any]:
    """What `enter_person` takes of the form: what was left empty is left out."""
    told = {name: answers[name] for name in ("phone", "birth_year") if answers[name]}
    return told | {"languages": (answers["languages"],)}


def need_draft(answers: dict[str, Any], person_id: UUID) -> NeedDraft:
    """For right now no day counts: whoever is near is asked at once."""
    at_home = answers["where"] == HOME
    window = Window(date=answers["date"], starts=answers["starts"], ends=answers["ends"])
    return NeedDraft(
        service_type=answers["service_type"],
        for_person=person_id,
        minutes=answers["minutes"],
        urgency=answers["urgency"],
        windows=() if answers["urgency"] == WhenForm.EMERGENCY else (window,),
        repeat=answers["repeat"] or HowMuchForm.ONCE,
        helper_sex=answers["helper_sex"],
        nobody_from_building=answers["nobody_from_building"],
        risks=answers["risks"],
        at_home=at_home,
        place=None if at_home else UUID(answers["where"]),
        details=answers["details"],
        consent=answers["consent"],
        paper_kept_at=answers["paper_kept_at"],
        channel=answers["channel"],
        external_id=f"desk:{answers['token']}",
    )


def outcome_draft(answers: dict[str, Any], side: str) -> OutcomeDraft:
    happened = answers["happened"] == YES
    return OutcomeDraft(
        happened=happened,
        went_well=OutcomeForm.HOW.get(answers["how"]) if happened else None,
        greet_again={YES: True, NO: False}.get(answers["greet_again"]) if happened else None,
        minutes=answers["minutes"] if happened else None,
        side=side,
        channel=answers["channel"],
        heard_apart=answers.get("heard_apart", False),
    )
