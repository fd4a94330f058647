"""What the inbox and the delivery of codes can do."""

from matchmaker.notices.actions.inbox import notify, read_notice
from matchmaker.notices.actions.mandates import tell_of_ending_mandates, tell_of_mandate
from matchmaker.notices.actions.signing_in import send_sign_in_code

__all__ = ["notify", "read_notice", "send_sign_in_code", "tell_of_ending_mandates", "tell_of_mandate"]
