"""The names of all background work; each has exactly one task, in the tasks.py of its context."""

from typing import Final

PROPOSE_NEXT: Final = "matches.propose_next"  # {need_id}: the next candidate after a decline or an expiry
CLOSE_NEED: Final = "matches.close_need"  # {need_id}: what is under way for a changed, withdrawn or expired need
OFFER_MOVED: Final = "matches.look_at_offer"  # {offer_id}: needs that an opened, paused or closed offer may concern
RUN_ROUND: Final = "matches.run_round"  # {round_id}
EXPIRE_PROPOSALS: Final = "matches.expire_proposals"  # {}
ASK_FOR_OUTCOMES: Final = "matches.ask_for_outcomes"  # {}: both sides of a visit that is over are asked how it went
CLOSE_UNCONFIRMED: Final = "matches.close_unconfirmed_visits"  # {}: visits of which a side said nothing for long
EXTEND_SERIES: Final = "matches.extend_series"  # {}: visits of recurring matches, up to four weeks ahead
EXPIRE_NEEDS: Final = "needs.expire_needs"  # {}
RAISE_OVERDUE: Final = "needs.raise_overdue"  # {}: needs past their due time are told to the duty post
CLIMB_ALARMS: Final = "notices.climb_alarms"  # {}: alarms that nobody took ring the next post
FORGET_DUE: Final = "privacy.forget_due"  # {}: who left and whose days to come back are over
PURGE_OLD: Final = "privacy.purge_old"  # {}: what was kept long enough
PURGE_DONE: Final = "jobs.purge_done"  # {}

# Not work but a wake-up, which stands in no outbox: Celery workers look for due work when they get one.
LOOK: Final = "jobs.look"

MINUTE: Final = 60
DAY: Final = 24 * 60 * MINUTE

# What the worker asks for by itself: name -> seconds between two runs. The payload is empty.
PERIODIC: Final[dict[str, int]] = {
    EXPIRE_PROPOSALS: MINUTE,
    EXPIRE_NEEDS: 5 * MINUTE,
    ASK_FOR_OUTCOMES: 15 * MINUTE,
    CLOSE_UNCONFIRMED: DAY,
    EXTEND_SERIES: DAY,
    RAISE_OVERDUE: 5 * MINUTE,
    CLIMB_ALARMS: 30,
    PURGE_DONE: DAY,
    FORGET_DUE: 60 * MINUTE,
    PURGE_OLD: DAY,
}

NAMES: Final[frozenset[str]] = frozenset({PROPOSE_NEXT, CLOSE_NEED, OFFER_MOVED, RUN_ROUND} | PERIODIC.keys())
