"""The names of all background work; each has exactly one task, in the tasks.py of its context."""

from typing import Final

PROPOSE_NEXT: Final = "matches.propose_next"  # {need_id}: the next candidate after a decline or an expiry
TELL_HELPER: Final = "matches.tell_helper"  # {proposal_id}: once an approval can no longer be taken back
FOLLOW_DECLINE: Final = "matches.follow_decline"  # {proposal_id}: once a "no" can no longer be taken back
CLOSE_NEED: Final = "matches.close_need"  # {need_id}: what is under way for a need that closed or was changed
OFFER_MOVED: Final = "matches.look_at_offer"  # {offer_id}: needs that an opened, paused or closed offer may concern
STOP_MOVED: Final = "matches.look_at_stop"  # {stop_id}: what was agreed at a stop of a tour that is late, moved or off
MANDATE_HOLDS: Final = "notices.tell_of_holding_mandate"  # {mandate_id}: its holder is told that it holds
MANDATE_GIVEN: Final = "notices.tell_of_mandate"  # {mandate_id}: the person is told of who may speak for them
DEPUTY_NAMED: Final = "notices.tell_of_deputy"  # {deputy_id, to}: whoever stands in, or the holder, is told of it
DEPUTY_ENDED: Final = "notices.tell_of_ended_deputy"  # {deputy_id, to}: the same when somebody ended it
MANDATES_ENDING: Final = "notices.tell_of_ending_mandates"  # {}: both are told a fortnight before
CONSENT_WITHDRAWN: Final = "needs.close_without_consent"  # {consent_id}: needs that rested on it
SOLVE_PRICES: Final = "matches.solve_prices"  # {}: every area with needs of late gets its prices anew
PRICE_AREA: Final = "matches.price_area"  # {area_id}: the prices of one joint community
RUN_ROUND: Final = "matches.run_round"  # {round_id}
SETTLE_CITY: Final = "matches.settle_city"  # {city_plan_id}: what follows once a round of a city has ended
SETTLE_CITIES: Final = "matches.settle_cities"  # {}: the same for all cities that are not done yet
WHAT_IF: Final = "matches.run_what_if"  # {what_if_id}: a round computed again with a change, for a coordinator
EXPIRE_PROPOSALS: Final = "matches.expire_proposals"  # {}
ASK_FOR_OUTCOMES: Final = "matches.ask_for_outcomes"  # {}: both sides of a visit that is over are asked how it went
CLOSE_UNCONFIRMED: Final = "matches.close_unconfirmed_visits"  # {}: visits of which a side said nothing for long
WATCH_VISITS: Final = "matches.watch_visits"  # {}: visits whose next word is half an hour late ring the duty phone
RETURN_CONCERNS: Final = "matches.return_concerns"  # {}: what a worker had in hand who left rings again
WATCH_SECOND_LOOKS: Final = "matches.watch_second_looks"  # {}: second looks that are late are told further up
PART_PEOPLE: Final = "matches.part_people"  # {block_id}: what is under way between two who are not to meet again
EXTEND_SERIES: Final = "matches.extend_series"  # {}: visits of recurring matches, up to four weeks ahead
KEEP_SNAPSHOT: Final = "matches.keep_snapshot"  # {}: the tie graph of the city in files, where a folder is named
MEASURE_COMMUNITIES: Final = "matches.measure_communities"  # {}: each community once on each of its days
PUBLISH_MONTHS: Final = "matches.publish_months"  # {}: months that are over and of which nothing is told yet
PUBLISH_MONTH: Final = "matches.publish_month"  # {area_id, month}: what everybody may read of a community and a month
PROPOSE_COMPANIONS: Final = "matches.propose_companions"  # {}: who might come along on visits that are agreed
TEND_COMPANIONS: Final = "matches.tend_companions"  # {}: questions to companions that ran out; words after visits
EXPIRE_NEEDS: Final = "needs.expire_needs"  # {}
RAISE_OVERDUE: Final = "needs.raise_overdue"  # {}: needs past their due time are told to the duty post
CLIMB_ALARMS: Final = "notices.climb_alarms"  # {}: alarms that nobody took ring the next post
PLAN_DELIVERIES: Final = "notices.plan_deliveries"  # {}: each new notice is on its way to its person
SEND_DELIVERY: Final = "notices.send_delivery"  # {delivery_id}: one message by mail or SMS
SEND_WEBHOOK: Final = "notices.send_webhook"  # {webhook_message_id}: one event to one organization's system
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
    RETURN_CONCERNS: MINUTE,
    WATCH_SECOND_LOOKS: 60 * MINUTE,
    CLOSE_UNCONFIRMED: DAY,
    EXTEND_SERIES: DAY,
    KEEP_SNAPSHOT: DAY,
    MEASURE_COMMUNITIES: 60 * MINUTE,
    PUBLISH_MONTHS: 60 * MINUTE,
    SETTLE_CITIES: 5 * MINUTE,
    SOLVE_PRICES: 60 * MINUTE,
    PROPOSE_COMPANIONS: 60 * MINUTE,
    TEND_COMPANIONS: 15 * MINUTE,
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
        TELL_HELPER,
        FOLLOW_DECLINE,
        CLOSE_NEED,
        OFFER_MOVED,
        STOP_MOVED,
        MANDATE_GIVEN,
        MANDATE_HOLDS,
        DEPUTY_NAMED,
        DEPUTY_ENDED,
        CONSENT_WITHDRAWN,
        PRICE_AREA,
        PUBLISH_MONTH,
        RUN_ROUND,
        SETTLE_CITY,
        WHAT_IF,
        PART_PEOPLE,
        SEND_DELIVERY,
        SEND_WEBHOOK,
        CHECK_IMPORT,
        RUN_IMPORT,
    }
    | PERIODIC.keys()
)
