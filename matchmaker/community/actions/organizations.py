"""Organizations and who belongs to them."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from matchmaker.community.actions.locking import area_named, chain_of, community_of, organization_named
from matchmaker.community.models import Membership, MembershipRole, Organization, OrganizationKind, Person, User
from matchmaker.community.sign_in_names import normal_phone
from matchmaker.community.viewers import Viewer
from matchmaker.errors import DomainError, InvalidInput, NotAllowed, NotFound
from matchmaker.records.actions import commit
from matchmaker.records.sealing import Fact

ORGANIZATION_NAME_LENGTH = 120


class OrganizationNameTaken(DomainError):
    code = "ORGANIZATION_NAME_TAKEN"
    message = "There is an organization of this name here already."
    message_zh = "这里已经有同名的组织了。"


class MemberAlready(DomainError):
    code = "MEMBER_ALREADY"
    message = "This person is a member already."
    message_zh = "这个人已经是成员了。"


class LastClerk(DomainError):
    code = "LAST_CLERK"
    message = "An organization keeps at least one clerk. Name another one first."
    message_zh = "组织至少要有一位办事员，请先指定另一位。"


def add_organization(
    *, viewer: Viewer, area_id: UUID, name: str, kind: str, now: datetime, name_en: str = "", phone: str = ""
) -> Organization:
    """The organization stands, not yet verified; who entered it speaks for it."""
    person_id = viewer.require_person()
    kind = str(getattr(kind, "value", kind))
    if kind not in OrganizationKind.values:
        raise InvalidInput(f"Choose one of {', '.join(OrganizationKind.values)}.", field="kind")
    names = [_checked_name(name, "name"), _checked_name(name_en, "name_en", needed=False)]
    number = _checked_phone(phone)
    with transaction.atomic():
        area = area_named(area_id)
        community = community_of(area)
        if community.pk != viewer.community_id:
            raise NotFound(field="area_id")
        try:
            with transaction.atomic():
                organization = Organization.objects.create(
                    name=names[0], name_en=names[1], kind=kind, area=area, phone=number, registered_at=now
                )
        except IntegrityError as error:
            raise OrganizationNameTaken(field="name") from error
        Membership.objects.create(
            person_id=person_id,
            organization=organization,
            role=MembershipRole.CLERK,
            since_date=localdate(now),
            accepted_at=now,
        )
        facts = {"organization": organization.pk}
        commit(chain=chain_of(community.pk), kind="organization.added", facts=facts, persons=[person_id], now=now)
    return organization


def verify_organization(*, viewer: Viewer, organization_id: UUID, now: datetime) -> Organization:
    """A worker of its area vouches that the organization is what it says. Its own members cannot."""
    person_id = viewer.require_person()
    with transaction.atomic():
        organization = organization_named(organization_id)
        if not viewer.works_at(organization.area.path) or organization.pk in viewer.member_of:
            raise NotAllowed(field="organization_id")
        locked = (
            Organization.objects.select_for_update(of=("self",), no_key=True)
            .select_related("area")
            .get(pk=organization.pk)
        )
        if locked.verified_at is None:
            locked.verified_at, locked.verified_by_id = now, person_id
            locked.save(update_fields=["verified_at", "verified_by"])
            facts = {"organization": locked.pk}
            chain = chain_of(community_of(locked.area).pk)
            commit(chain=chain, kind="organization.verified", facts=facts, persons=[person_id], now=now)
    return locked


def add_membership(
    *,
    viewer: Viewer,
    organization_id: UUID,
    person_id: UUID,
    now: datetime,
    role: str = MembershipRole.MEMBER,
) -> Membership:
    """The person is asked to be a member; a clerk of the organization or a worker of its area asks.

    They are one from their own yes on. For somebody without an account a worker takes the spoken word. Who came by a
    code given to many, and is known by name now, is entered so: that alone changes nothing for them.
    """
    role = str(getattr(role, "value", role))
    if role not in MembershipRole.values:
        raise InvalidInput(f"Choose one of {', '.join(MembershipRole.values)}.", field="role")
    with transaction.atomic():
        organization = _spoken_for(viewer, organization_id)
        community = community_of(organization.area)
        person = Person.objects.filter(public_id=person_id, community=community, left_at__isnull=True).first()
        if person is None:
            raise NotFound(field="person_id")
        named = _named_now(person, organization)
        if named is not None:
            return named
        spoken = viewer.works_at(organization.area.path) and not User.objects.filter(person=person).exists()
        try:
            with transaction.atomic():
                membership = Membership.objects.create(
                    person=person,
                    organization=organization,
                    role=role,
                    since_date=localdate(now),
                    accepted_at=now if spoken or person.pk == viewer.person_id else None,
                )
        except IntegrityError as error:
            raise MemberAlready(field="person_id") from error
        facts: dict[str, Fact] = {"organization": organization.pk, "role": role}
        persons = [person.pk]
        kind = "membership.begun" if membership.accepted_at else "membership.asked"
        commit(chain=chain_of(community.pk), kind=kind, facts=facts, persons=persons, now=now)
    return membership


def accept_membership(*, viewer: Viewer, organization_id: UUID, now: datetime) -> Membership:
    """The viewer agreed to be a member, from today; who would rather not ends it instead."""
    person_id = viewer.require_person()
    with transaction.atomic():
        organization = organization_named(organization_id)
        rows = Membership.objects.select_for_update(of=("self",), no_key=True).select_related("person", "organization")
        membership = rows.filter(organization=organization, person_id=person_id, until_date__isnull=True).first()
        if membership is None:
            raise NotFound(field="organization_id")
        if membership.accepted_at is None:
            membership.accepted_at, membership.since_date = now, localdate(now)
            membership.save(update_fields=["accepted_at", "since_date"])
            facts: dict[str, Fact] = {"organization": organization.pk, "role": membership.role}
            chain = chain_of(community_of(organization.area).pk)
            commit(chain=chain, kind="membership.begun", facts=facts, persons=[person_id], now=now)
    return membership


def end_membership(*, viewer: Viewer, organization_id: UUID, person_id: UUID, now: datetime) -> Membership:
    """The membership ended today, by a clerk, a worker of the area, or the member themself."""
    own_id = viewer.require_person()
    with transaction.atomic():
        organization = organization_named(organization_id)
        # Locked first: of two clerks who leave at once, the second must see that the first is gone.
        Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)
        rows = Membership.objects.select_for_update(of=("self",), no_key=True).select_related("person", "organization")
        current = rows.filter(organization=organization, until_date__isnull=True)
        membership = current.filter(person__public_id=person_id).first()
        if membership is None or membership.person_id != own_id:
            _spoken_for(viewer, organization_id)
        if membership is None:
            raise NotFound(field="person_id")
        others = current.filter(role=MembershipRole.CLERK, accepted_at__isnull=False).exclude(pk=membership.pk)
        if membership.role == MembershipRole.CLERK and not others.exists():
            raise LastClerk(field="person_id")
        membership.until_date = localdate(now)
        membership.save(update_fields=["until_date"])
        facts = {"organization": organization.pk}
        persons = [membership.person_id]
        chain = chain_of(community_of(organization.area).pk)
        commit(chain=chain, kind="membership.ended", facts=facts, persons=persons, now=now)
    return membership


def _named_now(person: Person, organization: Organization) -> Membership | None:
    """The membership of somebody who came by a code given to many, now that the organization knows them."""
    rows = Membership.objects.select_for_update(of=("self",), no_key=True).select_related("person", "organization")
    found = rows.filter(person=person, organization=organization, until_date__isnull=True, named=False).first()
    if found is not None:
        found.named = True
        found.save(update_fields=["named"])
    return found


def _spoken_for(viewer: Viewer, organization_id: UUID) -> Organization:
    """An organization whose clerk, or in whose area a worker, the viewer is."""
    viewer.require_person()
    organization = organization_named(organization_id)
    if organization.pk not in viewer.clerk_of and not viewer.works_at(organization.area.path):
        raise NotAllowed(field="organization_id")
    return organization


def _checked_name(text: str, field: str, *, needed: bool = True) -> str:
    text = (text or "").strip()
    if len(text) > ORGANIZATION_NAME_LENGTH or (needed and not text):
        raise InvalidInput(
            f"Please give a name of up to {ORGANIZATION_NAME_LENGTH} characters.",
            message_zh=f"请填写名称，最多{ORGANIZATION_NAME_LENGTH}个字。",
            field=field,
        )
    return text


def _checked_phone(text: str) -> str:
    if not text:
        return ""
    phone = normal_phone(text)
    if phone is None:
        raise InvalidInput("This is no phone number.", message_zh="这不是电话号码。", field="phone")
    return phone
