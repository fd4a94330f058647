"""Servers that a message really goes to."""

from tests.notices.conftest import gateway

__all__ = ["gateway"]
