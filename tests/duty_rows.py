"""What the duty post of the small town has to do: alarms, an emergency, a phone."""

from datetime import time, timedelta

from matchmaker.matches.actions import review_emergency
from matchmaker.needs.drafts import Window
from matchmaker.needs.models import Need, Urgency
from matchmaker.notices.actions import close_alarm, raise_alarm, set_duty_phone
from matchmaker.notices.models import DutyAlarm
from tests.towns import NOW, SmallTown, open_need_for, viewer_of


def raised_alarms(town: SmallTown, need: Need) -> tuple[DutyAlarm, ...]:
    """One that rings, and one that the coordinator closed with a word; the duty phone of the community is set."""
    worker = viewer_of(town.coordinator)
    set_duty_phone(viewer=worker, area_id=town.community.public_id, phone="0471 1234567", now=NOW)
    for key in ("rings", "closed"):
        raise_alarm(area_id=need.place_id, kind="CONCERN", about=need.public_id, key=key, now=NOW)
    rings, closed = (DutyAlarm.objects.get(key=key) for key in ("rings", "closed"))
    return rings, close_alarm(viewer=worker, alarm_id=closed.public_id, words="已经去看过", now=NOW)


def asked_at_once(town: SmallTown) -> Need:
    """The asker has an emergency, from now until the afternoon."""
    return open_need_for(
        town,
        verified=False,
        urgency=Urgency.EMERGENCY,
        windows=(Window((NOW + timedelta(hours=8)).date(), time(9), time(13)),),
        minutes=30,
        consent="IN_APP",
    )


def emergency_now(town: SmallTown) -> Need:
    """The same, looked back at by the coordinator."""
    need = asked_at_once(town)
    review_emergency(viewer=viewer_of(town.coordinator), need_id=need.public_id, words="处理得当", now=NOW)
    return need
