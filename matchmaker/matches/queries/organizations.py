"""What an organization did, for its clerks: counts of a month, proposals that wait, the time its members gave."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet, Sum

from matchmaker.community.models import Area, Membership, Organization
from matchmaker.community.queries import zone_of
from matchmaker.community.viewers import Viewer
from matchmaker.errors import NotAllowed
from matchmaker.matches import months
from matchmaker.matches.models import LedgerEntry, Proposal, ProposalState
from matchmaker.matches.queries.proposals import proposals_for
from matchmaker.needs.models import Offer, OfferState, ServiceForm, ServiceType


@dataclass(frozen=True, slots=True)
class OrganizationMonth:
    """Counts alone. Offers and proposals as they stood at the end of the month, or now; a visit counts in the month in
    which both sides had said that it took place, as it does on certificates."""

    offers: int
    waiting: int
    visits: int
    minutes: int
    people_helped: int


@dataclass
class VolunteerTime:
    """One visit of a volunteer: who went, when, what kind of help, in which community, and the minutes that both sides
    confirmed. Nothing of whoever was helped."""

    person_id: int
    name: str
    starts_at: datetime
    ends_at: datetime
    minutes: int
    service_type: ServiceType
    community: Area


@dataclass(frozen=True, slots=True)
class MonthThere:
    """A month on the clock of an organization's community: its first day, when it begins and when the next one does."""

    first_date: date
    starts_at: datetime
    ends_at: datetime


def month_there(organization: Organization, day: date | None, *, now: datetime) -> MonthThere:
    """The month of this day, or the one under way. NotFound for one that is not among the last twelve."""
    zone = ZoneInfo(zone_of(organization.area))
    first = months.month_of(day, now=now, zone=zone)
    return MonthThere(first, months.starts_at(first, zone), months.starts_at(months.next_month(first), zone))


def organization_month(
    viewer: Viewer, organization: Organization, *, starts_at: datetime, ends_at: datetime, now: datetime
) -> OrganizationMonth:
    """What the organization did from one moment to the other: three queries, however much it was."""
    refuse_other_than_clerks(viewer, organization)
    until = min(ends_at, now)
    stood = Q(closed_at__isnull=True) | Q(closed_at__gt=until)
    offers = Offer.objects.filter(stood, organization=organization, stop__isnull=True, opened_at__lte=until)
    offers = offers.exclude(state=OfferState.DRAFT)
    unanswered = Q(helper_answered_at__isnull=True) | Q(helper_answered_at__gt=until)
    asked = Proposal.objects.filter(stood, unanswered, offer__organization=organization, helper_asked_at__lte=until)
    given = LedgerEntry.objects.filter(organization=organization, at__gte=starts_at, at__lt=ends_at).aggregate(
        visits=Count("pk"), minutes=Sum("minutes", default=0), people=Count("receiver", distinct=True)
    )
    return OrganizationMonth(
        offers=offers.count(),
        waiting=asked.count(),
        visits=given["visits"],
        minutes=given["minutes"],
        people_helped=given["people"],
    )


def proposals_to_organization(viewer: Viewer, organization: Organization) -> QuerySet[Proposal]:
    """Those that wait for the answer of the organization as helper, the first due first."""
    refuse_other_than_clerks(viewer, organization)
    waiting = proposals_for(viewer, state=ProposalState.AWAITING_HELPER).filter(offer__organization=organization)
    return waiting.prefetch_related("offer__service_types").order_by("answer_due_at", "pk")


def volunteer_time(
    viewer: Viewer, organization: Organization, *, starts_at: datetime, ends_at: datetime
) -> list[VolunteerTime]:
    """What members gave without pay, the visits in order: one query.

    Of members of today whom the organization knows by name and who said yes to belonging to it, which says that it may
    list this. Paid help is no volunteering, and of a visit that was forgotten with whoever was helped it is not known.
    """
    refuse_other_than_clerks(viewer, organization)
    members = Membership.objects.current(viewer.today).filter(organization=organization, named=True)
    given = LedgerEntry.objects.filter(
        organization=organization,
        at__gte=starts_at,
        at__lt=ends_at,
        visit__match__offer__form=ServiceForm.VOLUNTARY,
        giver__in=members.values("person_id"),
        giver__left_at__isnull=True,
    )
    given = given.select_related("giver", "visit__match__need__service_type", "visit__match__community")
    return [_line(entry) for entry in given.order_by("visit__starts_at", "pk")]


def _line(entry: LedgerEntry) -> VolunteerTime:
    visit, giver = entry.visit, entry.giver
    if visit is None or giver is None:
        raise AssertionError("the query asks for entries with a visit and a giver")
    return VolunteerTime(
        person_id=giver.pk,
        name=giver.name,
        starts_at=visit.starts_at,
        ends_at=visit.ends_at,
        minutes=entry.minutes,
        service_type=visit.match.need.service_type,
        community=visit.match.community,
    )


def refuse_other_than_clerks(viewer: Viewer, organization: Organization) -> None:
    """What an organization did is told to those who speak for it."""
    if organization.pk not in viewer.clerk_of:
        raise NotAllowed(field="organization_id")
