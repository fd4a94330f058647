"""Reading the inbox, the call list, the duty phone, the wishes, and who has heard of what."""

from matchmaker.notices.queries.calls import call_by_id, calls_for, seen_calls_for, told_in
from matchmaker.notices.queries.duty import (
    alarm_by_id,
    alarms_for,
    communities_without_duty_phone,
    duty_phone_at,
    duty_phone_for,
    duty_phones_for,
    open_alarms_for,
    rung_lately,
)
from matchmaker.notices.queries.inbox import notices_for, unread_first
from matchmaker.notices.queries.reaching import Asked, reached_since, reached_since_each
from matchmaker.notices.queries.webhooks import (
    webhook_messages_for,
    webhook_secret_for,
    webhooks_ever_for,
    webhooks_for,
)
from matchmaker.notices.queries.wishes import OwnWishes, wishes_of

__all__ = [
    "Asked",
    "OwnWishes",
    "alarm_by_id",
    "alarms_for",
    "call_by_id",
    "calls_for",
    "communities_without_duty_phone",
    "duty_phone_at",
    "duty_phone_for",
    "duty_phones_for",
    "notices_for",
    "open_alarms_for",
    "reached_since",
    "reached_since_each",
    "rung_lately",
    "seen_calls_for",
    "told_in",
    "unread_first",
    "webhook_messages_for",
    "webhook_secret_for",
    "webhooks_ever_for",
    "webhooks_for",
    "wishes_of",
]
