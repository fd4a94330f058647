"""Reading the inbox."""

from matchmaker.notices.queries.duty import (
    alarm_by_id,
    alarms_for,
    duty_phone_at,
    duty_phone_for,
    duty_phones_for,
    rung_lately,
)
from matchmaker.notices.queries.inbox import notices_for

__all__ = [
    "alarm_by_id",
    "alarms_for",
    "duty_phone_at",
    "duty_phone_for",
    "duty_phones_for",
    "notices_for",
    "rung_lately",
]
