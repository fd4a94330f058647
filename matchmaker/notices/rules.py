"""What each kind of notice asks of its delivery, and how long each way is waited for."""

from dataclasses import dataclass
from datetime import time, timedelta
from typing import Final

from django.conf import settings

from matchmaker.notices.models import Channel, NoticeKind


@dataclass(frozen=True, slots=True)
class Rule:
    """`must_reach`: unconfirmed, the person is rung up. `worth_a_call`: told to those who hear by call alone.

    `urgent`: goes out at once, in quiet hours too, whoever asks for it. `settles`: takes earlier notices about the same
    thing back; who never heard of them need not hear of this either. `in_words`: that a message arrived is not enough,
    for it does not say what this says: the person has read it here, or a worker has told them.
    """

    must_reach: bool = False
    worth_a_call: bool = False
    urgent: bool = False
    settles: bool = False
    in_words: bool = False


RULES: Final[dict[str, Rule]] = {
    NoticeKind.PROPOSAL_TO_HELP: Rule(must_reach=True, worth_a_call=True),
    NoticeKind.HELPER_FOUND: Rule(must_reach=True, worth_a_call=True),
    NoticeKind.PROPOSAL_WITHDRAWN: Rule(settles=True, worth_a_call=True),
    NoticeKind.MATCH_AGREED: Rule(must_reach=True, worth_a_call=True),
    NoticeKind.MATCH_CANCELLED: Rule(must_reach=True, worth_a_call=True),
    NoticeKind.VISIT_OUTCOME_WANTED: Rule(worth_a_call=True),
    NoticeKind.NEED_VERIFIED: Rule(),
    NoticeKind.NEED_EXPIRED: Rule(worth_a_call=True),
    NoticeKind.NEED_WITHDRAWN: Rule(worth_a_call=True),
    NoticeKind.DUTY_ALARM: Rule(urgent=True),  # climbs by itself while nobody takes it
    NoticeKind.DUTY_OVERDUE: Rule(),
    NoticeKind.EMERGENCY_TO_HELP: Rule(urgent=True, worth_a_call=True),
    NoticeKind.EMERGENCY_ANSWERED: Rule(urgent=True, settles=True, worth_a_call=True),
    NoticeKind.VISIT_CANCELLED: Rule(must_reach=True, worth_a_call=True),
    NoticeKind.WHAT_HAPPENED: Rule(worth_a_call=True),
    NoticeKind.NEXT_IS_ASKED: Rule(worth_a_call=True),
    NoticeKind.MATCH_PAUSED: Rule(must_reach=True, worth_a_call=True, urgent=True),
    NoticeKind.MATCH_RESUMED: Rule(must_reach=True, worth_a_call=True),
    NoticeKind.CONCERN_ANSWERED: Rule(must_reach=True, worth_a_call=True),
    NoticeKind.MANDATE_GIVEN: Rule(must_reach=True, worth_a_call=True, in_words=True),
    NoticeKind.MANDATE_HOLDS: Rule(worth_a_call=True),
    NoticeKind.MANDATE_ENDING: Rule(worth_a_call=True),
    NoticeKind.COMPANION_WANTED: Rule(worth_a_call=True),
    NoticeKind.COMPANION_FOUND: Rule(worth_a_call=True),
    NoticeKind.COMPANION_AGREED: Rule(must_reach=True, worth_a_call=True),
    NoticeKind.COMPANION_GONE: Rule(settles=True, worth_a_call=True),
    NoticeKind.COMPANION_WORDS_WANTED: Rule(worth_a_call=True),
    NoticeKind.COMPANIONS_STOPPED: Rule(),
    NoticeKind.TOUR_CHANGED: Rule(must_reach=True, worth_a_call=True),
    NoticeKind.TOUR_LATE: Rule(urgent=True, worth_a_call=True),
    NoticeKind.TOUR_CALLED_OFF: Rule(must_reach=True, worth_a_call=True),
    NoticeKind.DUTY_SECOND_LOOK: Rule(),  # climbs by itself while nobody takes it
    NoticeKind.SECOND_LOOK_ANSWERED: Rule(must_reach=True, worth_a_call=True, in_words=True),
    NoticeKind.COUNTS_AGAIN: Rule(must_reach=True, worth_a_call=True, in_words=True),
    NoticeKind.DEPUTY_NAMED: Rule(must_reach=True, worth_a_call=True),
    NoticeKind.DEPUTY_ENDED: Rule(must_reach=True, worth_a_call=True),
}
"""A kind that is not named here must reach its person."""
CAREFUL: Final = Rule(must_reach=True, worth_a_call=True)

MERGED_WITHIN: Final = timedelta(minutes=2)
"""What comes for one person within so long goes out as one message."""
REST: Final = timedelta(minutes=15)
"""The least time between two messages of one channel to one person."""
SMS_REPORTED_WITHIN: Final = timedelta(hours=1)
URGENT_CONFIRMED_WITHIN: Final = timedelta(minutes=15)


def rule_of(kind: str) -> Rule:
    return RULES.get(kind, CAREFUL)


def confirmed_within(channel: str, *, urgent: bool) -> timedelta:
    """How long after a message is due its confirmation is waited for."""
    if urgent:
        return URGENT_CONFIRMED_WITHIN
    return SMS_REPORTED_WITHIN if channel == Channel.SMS else timedelta(hours=settings.NOTICE_CONFIRM_HOURS)


def usual_quiet_hours() -> tuple[time, time]:
    """From when until when nobody is disturbed who wished nothing else."""
    starts, ends = settings.QUIET_HOURS.split("-")
    return time.fromisoformat(starts.strip()), time.fromisoformat(ends.strip())
