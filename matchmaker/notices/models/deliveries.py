"""How a notice finds its person: what they wish, what was sent, whom a worker rings."""

import uuid

from django.db import models
from django.db.models import F, Q


class Channel(models.TextChoices):
    APP = "APP"
    SMS = "SMS"
    MAIL = "MAIL"
    CALL = "CALL"


class ContactWish(models.Model):
    """How a person wishes to hear from here; what is empty is chosen for them."""

    person = models.OneToOneField("community.Person", on_delete=models.CASCADE, related_name="contact_wish")
    channel = models.CharField(max_length=4, choices=Channel.choices, blank=True)
    language = models.CharField(max_length=10, blank=True)
    quiet_from = models.TimeField(null=True, blank=True, help_text="On the wall clock of the person's community.")
    quiet_until = models.TimeField(null=True, blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="contact_wish_quiet_hours_have_two_ends",
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"wish of person {self.person_id}"


class DeliveryState(models.TextChoices):
    WAITING = "WAITING"
    SENT = "SENT"
    CONFIRMED = "CONFIRMED"
    UNCONFIRMED = "UNCONFIRMED"
    FAILED = "FAILED"
    SETTLED = "SETTLED"


class Delivery(models.Model):
    """One message by one channel, for one notice or a few; `public_id` is the reference that a gateway knows it by."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey("community.Person", on_delete=models.CASCADE, related_name="deliveries")
    notices = models.ManyToManyField("notices.Notice", related_name="deliveries")
    channel = models.CharField(max_length=4, choices=Channel.choices)
    state = models.CharField(max_length=12, choices=DeliveryState.choices)
    urgent = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    due_at = models.DateTimeField(help_text="Not sent before; later than it was made in quiet hours.")
    confirm_by = models.DateTimeField(help_text="Unconfirmed by then, the person is rung up.")
    attempts = models.PositiveSmallIntegerField(default=0)
    handed_until = models.DateTimeField(
        null=True, blank=True, help_text="Somebody is handing it over; after this moment they count as lost."
    )
    sent_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    gateway_id = models.CharField(max_length=80, blank=True, help_text="What the gateway calls it.")
    failure_code = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "channel"], condition=Q(state="WAITING"), name="delivery_waits_once_per_channel"
            ),
            models.CheckConstraint(name="delivery_is_no_call", condition=~Q(channel="CALL")),
            models.CheckConstraint(
                name="delivery_sent_has_a_moment", condition=~Q(state="SENT") | Q(sent_at__isnull=False)
            ),
            models.CheckConstraint(
                name="delivery_confirmed_has_a_moment",
                condition=Q(state="CONFIRMED", confirmed_at__isnull=False)
                | (~Q(state="CONFIRMED") & Q(confirmed_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="delivery_is_confirmed_after_it_is_due", condition=Q(confirm_by__gte=F("due_at"))
            ),
        ]
        indexes = [
            models.Index(fields=["confirm_by"], name="delivery_to_confirm", condition=Q(state__in=["WAITING", "SENT"])),
            models.Index(fields=["person", "channel", "-sent_at"], name="delivery_latest"),
        ]

    def __str__(self) -> str:
        return f"delivery {self.pk}"


class CallManner(models.TextChoices):
    PHONE = "PHONE"
    DOORSTEP = "DOORSTEP"


class CallState(models.TextChoices):
    OPEN = "OPEN"
    DONE = "DONE"
    SETTLED = "SETTLED"


class CallResult(models.TextChoices):
    REACHED = "REACHED"
    NOT_REACHED = "NOT_REACHED"
    WRONG_NUMBER = "WRONG_NUMBER"
    CALL_BACK = "CALL_BACK"


class Call(models.Model):
    """A person whom a worker of their area rings up or visits; the last try stands here, each in the records."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey("community.Person", on_delete=models.CASCADE, related_name="calls")
    notices = models.ManyToManyField("notices.Notice", related_name="calls")
    manner = models.CharField(max_length=8, choices=CallManner.choices)
    state = models.CharField(max_length=8, choices=CallState.choices, default=CallState.OPEN)
    urgent = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    due_at = models.DateTimeField(help_text="On the list of this day, and of each later one until it is done.")
    tries = models.PositiveSmallIntegerField(default=0)
    result = models.CharField(max_length=12, choices=CallResult.choices, blank=True)
    note = models.CharField(max_length=200, blank=True)
    logged_by = models.ForeignKey(
        "community.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    logged_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=Q(state="OPEN"), name="call_open_once_per_person"),
            models.CheckConstraint(
                name="call_tried_has_a_result",
                condition=Q(tries=0, result="", logged_at__isnull=True)
                | (Q(tries__gt=0, logged_at__isnull=False) & ~Q(result="")),
            ),
            models.CheckConstraint(
                name="call_done_has_reached_somebody", condition=~Q(state="DONE") | Q(result="REACHED")
            ),
        ]
        indexes = [models.Index(fields=["due_at"], name="call_to_make", condition=Q(state="OPEN"))]

    def __str__(self) -> str:
        return f"call {self.pk}"
