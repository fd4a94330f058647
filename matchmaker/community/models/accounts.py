"""Ways to sign in: an account, a one-time code, an invitation."""

import uuid
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import F, Q


class UserManager(BaseUserManager["User"]):
    def create_user(self, sign_in_name: str, **fields: Any) -> "User":
        """A stored account without a usable password: people sign in by code."""
        user = self.model(sign_in_name=sign_in_name, **fields)
        user.set_unusable_password()
        user.save(using=self._db)
        return user

    def create_superuser(self, sign_in_name: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(sign_in_name=sign_in_name, is_staff=True, is_superuser=True, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """An account: signs in by phone or mail; belongs to at most one person."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sign_in_name = models.CharField(max_length=254, unique=True, help_text="E.164 phone or lower-case mail.")
    person = models.OneToOneField(
        "community.Person", null=True, blank=True, on_delete=models.CASCADE, related_name="account"
    )
    language = models.CharField(max_length=10, default="zh-hans")
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    created_at = models.DateTimeField(null=True, blank=True)

    USERNAME_FIELD = "sign_in_name"
    objects = UserManager()

    def __str__(self) -> str:
        return f"account {self.pk}"


class SignInCode(models.Model):
    """A one-time code and the challenge it answers, kept as keyed hashes; a few attempts, a few minutes."""

    user = models.ForeignKey(
        User,
        null=True,
        on_delete=models.CASCADE,
        related_name="sign_in_codes",
        help_text="Empty where the name has no account: such a row takes the same time and opens nothing.",
    )
    challenge_hash = models.CharField(max_length=64, unique=True)
    code_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["user", "-created_at"], name="sign_in_code_latest")]


class Invitation(models.Model):
    """A code that lets people join an area, or an organization in it."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code_hash = models.CharField(max_length=64, unique=True)
    area = models.ForeignKey("community.Area", on_delete=models.CASCADE, related_name="invitations")
    organization = models.ForeignKey(
        "community.Organization", null=True, blank=True, on_delete=models.CASCADE, related_name="invitations"
    )
    invited_by = models.ForeignKey("community.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    uses = models.PositiveSmallIntegerField(default=1, help_text="How many may join by it in all.")
    uses_left = models.PositiveSmallIntegerField(default=1)
    revoked_at = models.DateTimeField(null=True, blank=True)
    on_poster = models.BooleanField(default=False, help_text="Hangs in the stairwell; new posters take its place.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="invitation_expires_after_it_is_made", condition=Q(expires_at__gt=F("created_at"))
            )
        ]
