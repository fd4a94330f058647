"""The names of all background work; each has exactly one task, in the tasks.py of its context."""

from typing import Final

PROPOSE_NEXT: Final = "matches.propose_next"  # {need_id}: the next candidate after a decline or an expiry
CLOSE_NEED: Final = "matches.close_need"  # {need_id}: what is under way for a changed, withdrawn or expired need
OFFER_MOVED: Final = "matches.look_at_offer"  # {offer_id}: needs that an opened, paused or closed offer may concern
MANDATE_GIVEN: Final = "notices.tell_of_mandate"  # {mandate_id}: the person is told of who may speak for them
MANDATES_ENDING: Final = "notices.tell_of_ending_mandates"  # {}: both are told a fortnight before
CONSENT_WITHDRAWN: Final = "needs.close_without_consent"  # {consent_id}: needs that rested on it
RUN_ROUND: Final = "matches.run_round"  # {round_id}
EXPIRE_PROPOSALS: Final = "matches.expire_proposals"  # {}
ASK_FOR_OUTCOMES: Final = "matches.ask_for_outcomes"  # {}: both sides of a visit that is over are asked how it went
CLOSE_UNCONFIRMED: Final = "matches.close_unconfirmed_visits"  # {}: visits of which a side said nothing for long
WATCH_VISITS: Final = "matches.watch_visits"  # {}: visits whose next word is half an hour late ring the duty phone
PART_PEOPLE: Final = "matches.part_people"  # {block_id}: what is under way between two who are not to meet again
EXTEND_SERIES: Final = "matches.extend_series"  # {}: visits of recurring matches, up to four weeks ahead
EXPIRE_NEEDS: Final = "needs.expire_needs"  # {}
RAISE_OVERDUE: Final = "needs.raise_overdue"  # {}: needs past their due time are told to the duty post
CLIMB_ALARMS: Final = "notices.climb_alarms"  # {}: alarms that nobody took ring the next post
PLAN_DELIVERIES: Final = "notices.plan_deliveries"  # {}: each new notice is on its way to its person
SEND_DELIVERY: Final = "notices.send_delivery"  # {delivery_id}: one message by mail or SMS
CHASE_UNCONFIRMED: Final = "notices.chase_unconfirmed"  # {}: who did not confirm in time is rung up
FORGET_DUE: Final = "privacy.forget_due"  # {}: who left and whose days to come back are over
PURGE_OLD: Final = "privacy.purge_old"  # {}: what was kept long enough
PURGE_DONE: Final = "jobs.purge_done"  # {}
CHECK_IMPORT: Final = "lists.check_import"  # {import_id}: a long list, after its upload
RUN_IMPORT: Final = "lists.run_import"  # {import_id}: a list that was confirmed
PURGE_IMPORTS: Final = "lists.purge_imports"  # {}: rows of lists that nobody confirmed

# Not work but a wake-up, which stands in no outbox: Celery workers look for due work when they get one.
LOOK: Final = "jobs.look"

MINUTE: Final = 60
DAY: Final = 24 * 60 * MINUTE

# What the worker asks for by itself: name -> seconds between two runs. The payload is empty.
PERIODIC: Final[dict[str, int]] = {
    EXPIRE_PROPOSALS: MINUTE,
    EXPIRE_NEEDS: 5 * MINUTE,
    ASK_FOR_OUTCOMES: 15 * MINUTE,
    WATCH_VISITS: MINUTE,
    CLOSE_UNCONFIRMED: DAY,
    EXTEND_SERIES: DAY,
    RAISE_OVERDUE: 5 * MINUTE,
    CLIMB_ALARMS: 30,
    MANDATES_ENDING: DAY,
    PLAN_DELIVERIES: MINUTE,
    CHASE_UNCONFIRMED: 5 * MINUTE,
    PURGE_DONE: DAY,
    PURGE_IMPORTS: DAY,
    FORGET_DUE: 60 * MINUTE,
    PURGE_OLD: DAY,
}

NAMES: Final[frozenset[str]] = frozenset(
    {
        PROPOSE_NEXT,
        CLOSE_NEED,
        OFFER_MOVED,
        MANDATE_GIVEN,
        CONSENT_WITHDRAWN,
        RUN_ROUND,
        PART_PEOPLE,
        SEND_DELIVERY,
        CHECK_IMPORT,
        RUN_IMPORT,
    }
    | PERIODIC.keys()
)
