"""Joining a community, or an organization in it, by an invitation."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from matchmaker.community.actions.locking import area_named, chain_of, community_of, organization_named
from matchmaker.community.actions.people import checked_name
from matchmaker.community.invitation_codes import hash_of_code, hashes_of_code, new_code
from matchmaker.community.models import (
    Area,
    AreaLevel,
    Invitation,
    Membership,
    MembershipRole,
    Organization,
    Person,
    User,
)
from matchmaker.community.sign_in_names import normal_sign_in_name
from matchmaker.community.viewers import Viewer
from matchmaker.errors import DomainError, InvalidInput, NotAllowed, NotFound
from matchmaker.records.actions import commit

GOOD_FOR: Final = timedelta(days=30)
USES_AT_MOST: Final = 500
LANGUAGES: Final = ("zh-hans", "en")


class InvitationNotValid(DomainError):
    code = "INVITATION_NOT_VALID"
    message = "This invitation does not hold any more. Ask for a new one."
    message_zh = "这张邀请已经失效，请再要一张。"


class SignInNameTaken(DomainError):
    code = "SIGN_IN_NAME_TAKEN"
    message = "There is an account with this phone number or mail address: sign in with it."
    message_zh = "这个手机号或邮箱已经有账号了，请直接登录。"


def invite(
    *, viewer: Viewer, area_id: UUID, now: datetime, organization_id: UUID | None = None, uses: int = 1
) -> tuple[Invitation, str]:
    """The invitation stands; its code is told this once and kept as a hash."""
    invited_by_id = viewer.require_person()
    if not 1 <= uses <= USES_AT_MOST:
        raise InvalidInput(f"Between 1 and {USES_AT_MOST} uses.", field="uses")
    area = area_named(area_id)
    organization = organization_named(organization_id) if organization_id else None
    if not _may_invite(viewer, area, organization):
        raise NotAllowed(field="area_id")
    community_of(area)
    code = new_code()
    with transaction.atomic():
        invitation = Invitation.objects.create(
            code_hash=hash_of_code(code),
            area=area,
            organization=organization,
            invited_by_id=invited_by_id,
            created_at=now,
            expires_at=now + GOOD_FOR,
            uses=uses,
            uses_left=uses,
        )
    return invitation, code


def join_by_invitation(
    *, code: str, name: str, sign_in_name: str, language: str, now: datetime, household_id: UUID | None = None
) -> User:
    """A person and their account stand in the community; where they live is a claim until a worker confirms it."""
    name = checked_name(name)
    normal_name = normal_sign_in_name(sign_in_name)
    if normal_name is None:
        raise InvalidInput(
            "This is neither a phone number nor a mail address.",
            message_zh="这不是手机号，也不是邮箱。",
            field="sign_in_name",
        )
    if language not in LANGUAGES:
        raise InvalidInput("Choose zh-hans or en.", field="language")
    with transaction.atomic():
        invitation = _locked_invitation(code, now)
        community = community_of(invitation.area)
        household = _household(invitation, household_id)
        if User.objects.filter(sign_in_name=normal_name).exists():
            raise SignInNameTaken(field="sign_in_name")
        person = Person.objects.create(
            name=name,
            phone="" if "@" in normal_name else normal_name,
            email=normal_name if "@" in normal_name else "",
            household=household,
            community=community,
            languages=["zh" if language == "zh-hans" else "en"],
            joined_at=now,
        )
        user = _account_of(person, normal_name, language, now)
        invitation.uses_left -= 1
        invitation.save(update_fields=["uses_left"])
        if invitation.organization_id is not None:
            Membership.objects.create(
                person=person,
                organization_id=invitation.organization_id,
                role=MembershipRole.VOLUNTEER,
                since_date=localdate(now),
                accepted_at=now,
                named=invitation.uses == 1,
            )
        facts = {"invitation": invitation.pk}
        commit(chain=chain_of(community.pk), kind="person.joined", facts=facts, persons=[person.pk], now=now)
    return user


def _may_invite(viewer: Viewer, area: Area, organization: Organization | None) -> bool:
    if organization is None:
        return viewer.works_at(area.path)
    inside = organization.area.path.startswith(area.path) or area.path.startswith(organization.area.path)
    return inside and (organization.pk in viewer.clerk_of or viewer.works_at(organization.area.path))


def _locked_invitation(code: str, now: datetime) -> Invitation:
    rows = Invitation.objects.select_for_update(of=("self",), no_key=True).select_related("area")
    invitation = rows.filter(code_hash__in=hashes_of_code(code)).first()
    if (
        invitation is None
        or invitation.revoked_at is not None
        or invitation.uses_left < 1
        or invitation.expires_at <= now
    ):
        raise InvitationNotValid(field="code")
    return invitation


def _household(invitation: Invitation, household_id: UUID | None) -> Area | None:
    if household_id is None:
        return invitation.area if invitation.area.level == AreaLevel.HOUSEHOLD else None
    household = Area.objects.filter(
        public_id=household_id, level=AreaLevel.HOUSEHOLD, path__startswith=invitation.area.path
    ).first()
    if household is None:
        raise NotFound(field="household_id")
    return household


def _account_of(person: Person, sign_in_name: str, language: str, now: datetime) -> User:
    try:
        with transaction.atomic():
            return User.objects.create_user(sign_in_name, person=person, language=language, created_at=now)
    except IntegrityError as error:
        raise SignInNameTaken(field="sign_in_name") from error
