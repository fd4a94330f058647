"""Notices, how they reach their people, and the duty post."""

from matchmaker.notices.models.deliveries import (
    Call,
    CallManner,
    CallResult,
    CallState,
    Channel,
    ContactWish,
    Delivery,
    DeliveryState,
)
from matchmaker.notices.models.duty import FOR_COORDINATORS, AlarmKind, DutyAlarm, DutyCall, DutyPhone
from matchmaker.notices.models.notices import Notice, NoticeKind
from matchmaker.notices.models.webhooks import Webhook, WebhookEvent, WebhookMessage

__all__ = [
    "FOR_COORDINATORS",
    "AlarmKind",
    "Call",
    "CallManner",
    "CallResult",
    "CallState",
    "Channel",
    "ContactWish",
    "Delivery",
    "DeliveryState",
    "DutyAlarm",
    "DutyCall",
    "DutyPhone",
    "Notice",
    "NoticeKind",
    "Webhook",
    "WebhookEvent",
    "WebhookMessage",
]
