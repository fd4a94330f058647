"""A small town that every room's tests share: a handful of people, each with a reason to be there.

Two grids of one community. Nobody is older than fifty but the elder, so that a plain proposal needs no review.

    grid, building 1    asker, neighbour, elder       elder has no account and no phone
    grid, building 2    helper, newcomer, grid_head   newcomer moved in six weeks ago and knows nobody
    other grid          coordinator, stranger, member, clerk, police, auditor
    another community   other_coordinator

Ties: coordinator - neighbour - helper, and neighbour - grid_head. Asker and helper do not know each other; the stranger
knows nobody. The organization is verified; the clerk speaks for it and the member goes out for it.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from matchmaker.community.models import (
    Area,
    AreaLevel,
    MembershipRole,
    Organization,
    OrganizationKind,
    Person,
    PostKind,
    Station,
    StationKind,
    User,
    Vouch,
)
from matchmaker.community.viewers import Viewer, viewer_for_person, viewer_for_user
from matchmaker.matches.actions import accept_proposal, approve_proposal, propose_next, tell_helper
from matchmaker.matches.models import Match, Proposal, ProposalState
from matchmaker.needs.actions import draft_offer, load_service_types, open_need, open_offer, verify_need
from matchmaker.needs.drafts import NeedDraft, OfferDraft, Window
from matchmaker.needs.models import Need, Offer, ServiceType
from tests.town_rows import NOW, ORIGIN, ZONE, account, appoint, area, change, membership, person, tie, vouch


@dataclass(frozen=True)
class SmallTown:
    """The rows of the town; `households` and `corridors` go in the order of the drawing above."""

    now: datetime
    region: Area
    sub_district: Area
    joint_community: Area
    community: Area
    other_community: Area
    grid: Area
    other_grid: Area
    corridors: tuple[Area, ...]
    households: tuple[Area, ...]
    asker: Person
    neighbour: Person
    elder: Person
    helper: Person
    newcomer: Person
    grid_head: Person
    coordinator: Person
    stranger: Person
    member: Person
    clerk: Person
    police: Person
    auditor: Person
    other_coordinator: Person
    organization: Organization
    station: Station


def small_town(now: datetime = NOW) -> SmallTown:
    """The stored town."""
    region = area(AreaLevel.REGION, None, "测试区")
    sub_district = area(AreaLevel.SUB_DISTRICT, region, "测试街道")
    joint = area(AreaLevel.JOINT_COMMUNITY, sub_district, "测试联合社区")
    community = area(AreaLevel.COMMUNITY, joint, "测试社区", time_zone=ZONE)
    grid = area(AreaLevel.GRID, community, "第1网格")
    other_grid = area(AreaLevel.GRID, community, "第2网格")
    corridors = (
        area(AreaLevel.CORRIDOR, grid, "1号楼1单元", building="1", east=0),
        area(AreaLevel.CORRIDOR, grid, "2号楼1单元", building="2", east=0.0006),
        area(AreaLevel.CORRIDOR, other_grid, "3号楼1单元", building="3", east=0.004),
        area(AreaLevel.CORRIDOR, other_grid, "4号楼1单元", building="4", east=0.0046),
    )
    homes = tuple(home for corridor in corridors for home in _homes(corridor, 3))
    other_community, far_home = _other_community(joint)
    people = {
        role: person(homes[index], community, name, birth_year=year, now=now)
        for index, (role, name, year) in enumerate(PEOPLE)
    }
    people["other_coordinator"] = person(far_home, other_community, "冯远志", birth_year=1980, now=now)
    for role, row in people.items():
        if role != "elder":
            account(row, f"{role}@town.invalid", now=now)
    change(people["elder"], phone="")
    change(people["newcomer"], resident_since_date=now.date() - timedelta(weeks=6))
    appoint(people["grid_head"], PostKind.GRID_HEAD, grid, now=now)
    appoint(people["coordinator"], PostKind.COORDINATOR, community, now=now)
    appoint(people["police"], PostKind.POLICE_CONTACT, community, now=now)
    appoint(people["auditor"], PostKind.AUDITOR, community, now=now)
    appoint(people["other_coordinator"], PostKind.COORDINATOR, other_community, now=now)
    tie(people["coordinator"], people["neighbour"], now=now)
    tie(people["neighbour"], people["helper"], now=now)
    tie(people["neighbour"], people["grid_head"], now=now)
    organization = _organization(community, people["coordinator"], now)
    membership(people["clerk"], organization, MembershipRole.CLERK, now=now)
    membership(people["member"], organization, MembershipRole.VOLUNTEER, now=now)
    return SmallTown(
        now=now,
        region=region,
        sub_district=sub_district,
        joint_community=joint,
        community=community,
        other_community=other_community,
        grid=grid,
        other_grid=other_grid,
        corridors=corridors,
        households=homes,
        organization=organization,
        station=_station(organization),
        **people,
    )


PEOPLE: Final = (
    ("asker", "王晓晴", 1985),
    ("neighbour", "李邻芳", 1978),
    ("elder", "赵老根", 1940),
    ("helper", "陈助民", 1990),
    ("newcomer", "吴新来", 1995),
    ("grid_head", "周格长", 1982),
    ("coordinator", "孙协调", 1979),
    ("stranger", "郑陌生", 1988),
    ("member", "何志愿", 1992),
    ("clerk", "马文员", 1986),
    ("police", "高警官", 1984),
    ("auditor", "林审计", 1977),
)


def viewer_of(person: Person, *, now: datetime = NOW) -> Viewer:
    """Who looks when this person signs in, with the posts, memberships and mandates in term at `now`."""
    user = User.objects.filter(person=person).first()
    return viewer_for_user(user, now=now) if user is not None else viewer_for_person(person.pk, now=now)


def user_of(person: Person) -> User:
    """The person's account."""
    return User.objects.get(person=person)


def _homes(corridor: Area, count: int) -> list[Area]:
    east = (corridor.longitude or ORIGIN[1]) - ORIGIN[1]
    return [area(AreaLevel.HOUSEHOLD, corridor, f"10{number + 1}室", east=east) for number in range(count)]


def _other_community(joint: Area) -> tuple[Area, Area]:
    community = area(AreaLevel.COMMUNITY, joint, "另一社区", time_zone=ZONE)
    grid = area(AreaLevel.GRID, community, "另一网格")
    corridor = area(AreaLevel.CORRIDOR, grid, "9号楼1单元", building="9", east=0.02)
    return community, _homes(corridor, 1)[0]


def _organization(community: Area, verified_by: Person, now: datetime) -> Organization:
    return Organization.objects.create(
        name="测试助老服务社",
        name_en="Test elders' help society",
        kind=OrganizationKind.NGO,
        area=community,
        phone="+8647100000001",
        latitude=ORIGIN[0],
        longitude=ORIGIN[1] + 0.002,
        registered_at=now - timedelta(days=900),
        verified_at=now - timedelta(days=800),
        verified_by=verified_by,
    )


def _station(organization: Organization) -> Station:
    return Station.objects.create(
        name="测试服务站",
        kind=StationKind.PUBLIC_SERVICE,
        organization=organization,
        area=organization.area,
        latitude=ORIGIN[0],
        longitude=ORIGIN[1] + 0.002,
        opening_hours=[{"weekday": 0, "opens": "08:30", "closes": "17:00"}],
    )


def open_need_for(
    town: SmallTown,
    *,
    person: Person | None = None,
    asked_by: Person | None = None,
    verified: bool = True,
    now: datetime | None = None,
    **draft: Any,
) -> Need:
    """A need of the asker (or of `person`), opened by the real actions and verified by the coordinator.

    Unless the draft says more: shopping at home, one hour, tomorrow from nine to eleven.
    """
    at = now or town.now
    load_service_types_once()
    asker = asked_by or person or town.asker
    if person is not None and person != asker:
        draft.setdefault("for_person", person.public_id)
    need = open_need(viewer=viewer_of(asker, now=at), draft=need_draft(at, **draft), now=at)
    if verified and need.verified_at is None:
        need = verify_need(viewer=viewer_of(town.coordinator, now=at), need_id=need.public_id, now=at)
    return need


def open_offer_for(
    town: SmallTown,
    *,
    person: Person | None = None,
    organization: Organization | None = None,
    now: datetime | None = None,
    **draft: Any,
) -> Offer:
    """An offer of the helper (or of `person`), or of the organization through its clerk, opened by the real action.

    Unless the draft says more: shopping, within a kilometre, any time, three visits a week.
    """
    at = now or town.now
    load_service_types_once()
    giver = town.clerk if organization is not None else person or town.helper
    if organization is not None:
        draft.setdefault("organization", organization.public_id)
    return open_offer(viewer=viewer_of(giver, now=at), draft=offer_draft(**draft), now=at)


def draft_offer_for(town: SmallTown, *, by: Person | None = None, now: datetime | None = None, **draft: Any) -> Offer:
    """A draft of the organization's, kept by its clerk through the real action; nobody is to take it for an offer."""
    at = now or town.now
    load_service_types_once()
    draft.setdefault("organization", town.organization.public_id)
    return draft_offer(viewer=viewer_of(by or town.clerk, now=at), draft=offer_draft(**draft), now=at)


def need_draft(now: datetime = NOW, **fields: Any) -> NeedDraft:
    """A draft that can be opened as it is: shopping at home, one hour, tomorrow from nine to eleven."""
    tomorrow = (now + timedelta(days=1)).astimezone(ZoneInfo(ZONE)).date()
    usual: dict[str, Any] = {
        "service_type": "SHOPPING",
        "minutes": 60,
        "windows": (Window(tomorrow, time(9), time(11)),),
        "details": "买菜，两袋米",
    }
    return NeedDraft(**usual | fields)


def offer_draft(**fields: Any) -> OfferDraft:
    """A draft that can be opened as it is: shopping, within a kilometre, any time, three visits a week."""
    usual: dict[str, Any] = {"title": "代买东西", "service_types": ("SHOPPING",), "visits_per_week": 3}
    if not {"reach", "reach_m", "reach_minutes", "reach_areas"} & fields.keys():
        usual["reach_m"] = 1000
    return OfferDraft(**usual | fields)


def load_service_types_once() -> None:
    """The taxonomy is loaded, once per test."""
    if not ServiceType.objects.exists():
        load_service_types()


def proposal_for(
    town: SmallTown,
    *,
    need: Need | None = None,
    offer: Offer | None = None,
    state: ProposalState = ProposalState.AWAITING_HELPER,
    now: datetime | None = None,
) -> Proposal:
    """The helper's offer is proposed to the asker's need, by the real actions, up to the state asked for.

    The coordinator has vouched for the helper, so that no review is due. Of an organization the member is named.
    """
    at = now or town.now
    offer = offer or open_offer_for(town, now=at)
    if offer.person is not None and not Vouch.objects.filter(person=offer.person).exists():
        vouch(town.coordinator, offer.person, now=at)
    need = need or open_need_for(town, now=at)
    proposal = propose_next(need_id=need.pk, now=at)
    if proposal is None:
        raise AssertionError("this need and this offer do not fit")
    if proposal.state == ProposalState.IN_REVIEW and state != ProposalState.IN_REVIEW:
        approve_proposal(viewer=viewer_of(town.coordinator, now=at), proposal_id=proposal.public_id, now=at)
        tell_helper(proposal_id=proposal.pk, now=at)
    if state in (ProposalState.AWAITING_ASKER, ProposalState.ACCEPTED):
        helper_says_yes(town, proposal, now=at)
    if state == ProposalState.ACCEPTED:
        accept_proposal(viewer=viewer_of(need.for_person, now=at), proposal_id=proposal.public_id, now=at)
    proposal.refresh_from_db()
    return proposal


def helper_says_yes(town: SmallTown, proposal: Proposal, *, now: datetime | None = None) -> Proposal:
    """The person of the offer accepts; for an organization the clerk names the member."""
    at = now or town.now
    person = proposal.offer.person
    viewer = viewer_of(person or town.clerk, now=at)
    named = None if person is not None else town.member.public_id
    return accept_proposal(viewer=viewer, proposal_id=proposal.public_id, helper_id=named, now=at)


def match_for(
    town: SmallTown, *, need: Need | None = None, offer: Offer | None = None, now: datetime | None = None
) -> Match:
    """Both sides of `proposal_for` said yes."""
    return proposal_for(town, need=need, offer=offer, state=ProposalState.ACCEPTED, now=now).match
