"""Rows that a town of the tests is made of, one builder each."""

from datetime import UTC, date, datetime, timedelta
from typing import Final

from matchmaker.community.models import (
    Area,
    AreaLevel,
    Membership,
    MembershipRole,
    Organization,
    Person,
    Post,
    PostKind,
    PostTerm,
    Sex,
    Tie,
    TieKind,
    User,
    Vouch,
)

NOW: Final = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
"""Monday, 2 March 2026, nine in the morning in the community's zone."""

ZONE: Final = "Asia/Shanghai"
ORIGIN: Final = (41.2, 111.3)


def area(
    level: AreaLevel,
    parent: Area | None,
    name: str,
    *,
    building: str = "",
    time_zone: str = "",
    east: float | None = None,
) -> Area:
    """A stored area; `east` is in degrees from the origin."""
    row = Area.objects.create(
        level=level,
        parent=parent,
        parent_level=parent.level if parent else None,
        path=f"unplanted/{name}/{parent.pk if parent else 0}",
        name=name,
        building=building,
        time_zone=time_zone,
        latitude=None if east is None else ORIGIN[0],
        longitude=None if east is None else ORIGIN[1] + east,
    )
    change(row, path=f"{parent.path if parent else ''}{row.pk:010d}/")
    return row


def person(
    household: Area | None,
    community: Area,
    name: str,
    *,
    birth_year: int | None = 1980,
    now: datetime = NOW,
) -> Person:
    """A stored person who has long lived here, with a made-up phone that is never dialled."""
    row = Person.objects.create(
        name=name,
        household=household,
        community=community,
        home_confirmed_at=now if household else None,
        birth_year=birth_year,
        sex=Sex.FEMALE,
        languages=["zh"],
        resident_since_date=date(2010, 1, 1),
        joined_at=now,
    )
    change(row, phone=f"+86199{row.pk:08d}")
    return row


def account(person: Person, sign_in_name: str, *, now: datetime = NOW) -> User:
    """A stored account of the person."""
    return User.objects.create_user(sign_in_name, person=person, created_at=now)


def appoint(person: Person, kind: PostKind, area: Area, *, now: datetime = NOW) -> PostTerm:
    """The person holds the post from a month before `now` until a year after."""
    post, _ = Post.objects.get_or_create(area=area, kind=kind)
    starts = now.date() - timedelta(days=30)
    return PostTerm.objects.create(
        post=post, person=person, starts_date=starts, ends_date=now.date() + timedelta(days=365)
    )


def membership(person: Person, organization: Organization, role: MembershipRole, *, now: datetime = NOW) -> Membership:
    """The person has been in the organization for a month."""
    since = now - timedelta(days=30)
    return Membership.objects.create(
        person=person, organization=organization, role=role, since_date=since.date(), accepted_at=since
    )


def tie(one: Person, other: Person, *, kind: TieKind = TieKind.FRIEND, now: datetime = NOW) -> Tie:
    """A tie that both confirmed a year ago and renewed today."""
    low, high = sorted((one, other), key=lambda row: row.pk)
    made = now - timedelta(days=365)
    return Tie.objects.create(
        low=low,
        high=high,
        kind=kind,
        low_confirmed_at=made,
        high_confirmed_at=made,
        made_at=made,
        renewed_at=now,
    )


def vouch(voucher: Person, person: Person, *, now: datetime = NOW) -> Vouch:
    """A live word of one person for another."""
    return Vouch.objects.create(voucher=voucher, person=person, made_at=now, expires_at=now + timedelta(days=365))


def change(row: Area | Person, **fields: object) -> None:
    for name, value in fields.items():
        setattr(row, name, value)
    row.save(update_fields=list(fields))
