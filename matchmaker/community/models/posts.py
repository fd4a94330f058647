"""Posts: roles held at an area for a term, by whoever holds them or stands in. Vacancies are rows too, and public."""

import uuid
from datetime import date

from django.db import models
from django.db.models import F, Q


class PostKind(models.TextChoices):
    GRID_HEAD = "GRID_HEAD"
    FULL_TIME_MEMBER = "FULL_TIME_MEMBER"
    BRANCH_CONTACT = "BRANCH_CONTACT"
    POLICE_CONTACT = "POLICE_CONTACT"
    RESIDENT_REPRESENTATIVE = "RESIDENT_REPRESENTATIVE"
    COORDINATOR = "COORDINATOR"
    AUDITOR = "AUDITOR"


class Post(models.Model):
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    area = models.ForeignKey("community.Area", on_delete=models.PROTECT, related_name="posts")
    kind = models.CharField(max_length=24, choices=PostKind.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["area", "kind"], name="post_once_per_area")]


class PostTerms(models.QuerySet["PostTerm"]):
    def current(self, day: date) -> "PostTerms":
        """Those that give power on this day."""
        return self.filter(starts_date__lte=day, ends_date__gte=day, ended_at__isnull=True)


class PostTerm(models.Model):
    """Who holds a post, from when until when. An expired term gives no power."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="terms")
    person = models.ForeignKey("community.Person", on_delete=models.CASCADE, related_name="post_terms")
    starts_date = models.DateField()
    ends_date = models.DateField()
    ended_at = models.DateTimeField(null=True, blank=True, help_text="Set when a term ends early.")

    objects = PostTerms.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["post"], condition=Q(ended_at__isnull=True), name="post_held_by_one_at_a_time"
            ),
            models.CheckConstraint(name="post_term_ends_after_it_begins", condition=Q(ends_date__gte=F("starts_date"))),
        ]


class Deputies(models.QuerySet["Deputy"]):
    def current(self, day: date) -> "Deputies":
        """Those that give power on this day: their own span and the term they stand in for both run."""
        return self.filter(
            starts_date__lte=day,
            ends_date__gte=day,
            ended_at__isnull=True,
            term__starts_date__lte=day,
            term__ends_date__gte=day,
            term__ended_at__isnull=True,
        )

    def not_over(self, day: date) -> "Deputies":
        """Those that give power on this day or may on a later one."""
        return self.filter(
            ends_date__gte=day, ended_at__isnull=True, term__ends_date__gte=day, term__ended_at__isnull=True
        )


class Deputy(models.Model):
    """Who stands in for the holder of a post, from when until when. It gives no power outside the holder's term."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    term = models.ForeignKey(PostTerm, on_delete=models.CASCADE, related_name="deputies")
    person = models.ForeignKey("community.Person", on_delete=models.CASCADE, related_name="deputyships")
    starts_date = models.DateField()
    ends_date = models.DateField()
    ended_at = models.DateTimeField(
        null=True, blank=True, help_text="Set when it ends early, and when another is named after it ran out."
    )

    objects = Deputies.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["term"], condition=Q(ended_at__isnull=True), name="term_has_one_deputy_at_a_time"
            ),
            models.CheckConstraint(name="deputy_ends_after_it_begins", condition=Q(ends_date__gte=F("starts_date"))),
        ]
