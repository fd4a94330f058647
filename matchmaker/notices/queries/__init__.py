"""Reading the inbox."""

from matchmaker.notices.queries.inbox import notices_for

__all__ = ["notices_for"]
