"""What the inbox, the ways of delivery, the call list and the delivery of codes can do."""

from matchmaker.notices.actions.calling import log_call
from matchmaker.notices.actions.confirming import (
    chase_unconfirmed,
    confirm_by_link,
    confirm_delivery,
    reference_in,
    report_failure,
)
from matchmaker.notices.actions.deputies import tell_of_deputy, tell_of_ended_deputy
from matchmaker.notices.actions.duty import (
    climb_alarms,
    close_alarm,
    raise_alarm,
    settle_alarms,
    take_alarm,
)
from matchmaker.notices.actions.duty_phone import set_duty_phone
from matchmaker.notices.actions.inbox import notify, read_notice, read_notices
from matchmaker.notices.actions.mandates import tell_of_ending_mandates, tell_of_holding_mandate, tell_of_mandate
from matchmaker.notices.actions.planning import plan_deliveries
from matchmaker.notices.actions.posting import send_webhook
from matchmaker.notices.actions.reaching import settle
from matchmaker.notices.actions.sending import send_delivery
from matchmaker.notices.actions.signing_in import send_sign_in_code
from matchmaker.notices.actions.webhooks import (
    close_webhook,
    open_webhook,
    replay_webhook,
    tell_systems,
)
from matchmaker.notices.actions.wishing import wish_notices

__all__ = [
    "chase_unconfirmed",
    "climb_alarms",
    "close_alarm",
    "close_webhook",
    "confirm_by_link",
    "confirm_delivery",
    "log_call",
    "notify",
    "open_webhook",
    "plan_deliveries",
    "raise_alarm",
    "read_notice",
    "read_notices",
    "reference_in",
    "replay_webhook",
    "report_failure",
    "send_delivery",
    "send_sign_in_code",
    "send_webhook",
    "set_duty_phone",
    "settle",
    "settle_alarms",
    "take_alarm",
    "tell_of_deputy",
    "tell_of_ended_deputy",
    "tell_of_ending_mandates",
    "tell_of_holding_mandate",
    "tell_of_mandate",
    "tell_systems",
    "wish_notices",
]
