"""One's own data about oneself and about belonging."""

from collections.abc import Iterator

from django.db.models import Q

from matchmaker.community.models import (
    AccessToken,
    Consent,
    Deputy,
    Mandate,
    Membership,
    Person,
    PersonBlock,
    PostTerm,
    Qualification,
    Tie,
    TieKind,
    User,
    Vouch,
)
from matchmaker.privacy.queries.own_rows import Row, row


def person(of: Person, _language: str) -> Iterator[Row]:
    yield row(
        name=of.name,
        phone=of.phone,
        email=of.email,
        home=of.household.name if of.household else "",
        community=of.community.name,
        home_confirmed_at=of.home_confirmed_at,
        birth_year=of.birth_year,
        sex=of.sex,
        languages=of.languages,
        skills=of.skills,
        walking_speed_m_per_min=of.walking_speed_m_per_min,
        resident_since_date=of.resident_since_date,
        visits_per_week_cap=of.visits_per_week_cap,
        without_graph=of.without_graph,
        listed_with_few_ties=of.listed_with_few_ties,
        external_id=of.external_id,
        joined_at=of.joined_at,
        left_at=of.left_at,
        public_id=of.public_id,
    )


def account(of: Person, _language: str) -> Iterator[Row]:
    for user in User.objects.filter(person=of):
        yield row(
            sign_in_name=user.sign_in_name,
            language=user.language,
            created_at=user.created_at,
            last_login=user.last_login,
            public_id=user.public_id,
        )
        for token in AccessToken.objects.filter(user=user).select_related("organization").order_by("created_at", "pk"):
            yield row(
                access_token=token.name,
                scope=token.scopes,
                organization=token.organization.name if token.organization else "",
                created_at=token.created_at,
                expires_at=token.expires_at,
                last_used_date=token.last_used_date,
                revoked_at=token.revoked_at,
            )


def qualifications(of: Person, _language: str) -> Iterator[Row]:
    for held in Qualification.objects.filter(person=of).order_by("valid_from_date", "pk"):
        yield row(kind=held.kind, code=held.code, from_date=held.valid_from_date, until_date=held.valid_until_date)


def consents(of: Person, _language: str) -> Iterator[Row]:
    for given in Consent.objects.filter(person=of).order_by("given_at", "pk"):
        yield row(
            kind=given.kind,
            manner=given.manner,
            given_at=given.given_at,
            withdrawn_at=given.withdrawn_at,
            heard_by="a worker" if given.heard_by_id else "",
        )


def mandates(of: Person, _language: str) -> Iterator[Row]:
    for mandate in Mandate.objects.filter(Q(holder=of) | Q(for_person=of)).order_by("starts_date", "pk"):
        speaks = mandate.holder_id == of.pk
        given_by = "a station" if mandate.station_id else "a person"
        yield row(
            kind=mandate.kind,
            your_part="speaks for" if speaks else "is spoken for",
            the_other=given_by if speaks else "a person who speaks for you",
            scope=mandate.scope,
            evidence="" if speaks else mandate.evidence,
            from_date=mandate.starts_date,
            until_date=mandate.ends_date,
            revoked_at=mandate.revoked_at,
        )


def memberships(of: Person, _language: str) -> Iterator[Row]:
    rows = Membership.objects.filter(person=of).select_related("organization").order_by("since_date", "pk")
    for membership in rows:
        yield row(
            organization=membership.organization.name,
            role=membership.role,
            accepted_at=membership.accepted_at,
            from_date=membership.since_date,
            until_date=membership.until_date,
        )


def posts(of: Person, _language: str) -> Iterator[Row]:
    for term in PostTerm.objects.filter(person=of).select_related("post__area").order_by("starts_date", "pk"):
        yield row(
            kind=term.post.kind,
            area=term.post.area.name,
            from_date=term.starts_date,
            until_date=term.ends_date,
            ended_at=term.ended_at,
        )
    rows = Deputy.objects.filter(Q(person=of) | Q(term__person=of)).select_related("term__post__area")
    for deputy in rows.order_by("starts_date", "pk"):
        yield row(
            your_part="stood in for a colleague" if deputy.person_id == of.pk else "somebody stood in for you",
            kind=deputy.term.post.kind,
            area=deputy.term.post.area.name,
            from_date=deputy.starts_date,
            until_date=deputy.ends_date,
            ended_at=deputy.ended_at,
        )


def ties(of: Person, _language: str) -> Iterator[Row]:
    """With the name of the other: it stands in one's own list of ties too, until the tie has ended."""
    rows = Tie.objects.filter(Q(low=of) | Q(high=of)).select_related("low", "high").order_by("made_at", "pk")
    for tie in rows:
        other = tie.high if tie.low_id == of.pk else tie.low
        yield row(
            kind="HAVE_MET" if tie.kind == TieKind.MET else tie.kind,
            the_other=other.name if tie.ended_at is None and other.left_at is None else "a neighbour",
            confirmed_by_both=tie.low_confirmed_at is not None and tie.high_confirmed_at is not None,
            meetings=tie.meetings,
            made_at=tie.made_at,
            renewed_at=tie.renewed_at,
            ended_at=tie.ended_at,
        )


def vouches(of: Person, _language: str) -> Iterator[Row]:
    for vouch in Vouch.objects.filter(Q(voucher=of) | Q(person=of)).order_by("made_at", "pk"):
        yield row(
            your_part="gave your word" if vouch.voucher_id == of.pk else "were vouched for",
            the_other="a neighbour",
            made_at=vouch.made_at,
            expires_at=vouch.expires_at,
            revoked_at=vouch.revoked_at,
        )


def blocks(of: Person, _language: str) -> Iterator[Row]:
    for block in PersonBlock.objects.filter(person=of).order_by("made_at", "pk"):
        yield row(the_other="a neighbour", made_at=block.made_at)
