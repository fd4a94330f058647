"""What the inbox and the delivery of codes can do."""

from matchmaker.notices.actions.duty import (
    climb_alarms,
    close_alarm,
    raise_alarm,
    settle_alarms,
    take_alarm,
)
from matchmaker.notices.actions.duty_phone import set_duty_phone
from matchmaker.notices.actions.inbox import notify, read_notice
from matchmaker.notices.actions.mandates import tell_of_ending_mandates, tell_of_mandate
from matchmaker.notices.actions.signing_in import send_sign_in_code

__all__ = [
    "climb_alarms",
    "close_alarm",
    "notify",
    "raise_alarm",
    "read_notice",
    "send_sign_in_code",
    "set_duty_phone",
    "settle_alarms",
    "take_alarm",
    "tell_of_ending_mandates",
    "tell_of_mandate",
]
