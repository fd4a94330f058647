"""Rows that an act answered with, for whoever did it: also those that ended by it and stand in no list any more."""

from django.db.models import Q, QuerySet

from matchmaker.community.care import cared_for, worked_by
from matchmaker.community.models import Consent, Invitation, Mandate, Membership, Person, PostTerm, Tie, Vouch
from matchmaker.community.viewers import Viewer
from matchmaker.errors import NotFound


def people_to_name(viewer: Viewer) -> QuerySet[Person]:
    """Whom the viewer can name in an act: themself, their neighbours, and the people in their care."""
    near = Q(pk=viewer.person_id) | Q(community_id=viewer.community_id) | cared_for(viewer)
    return Person.objects.filter(near, left_at__isnull=True).select_related("household", "community")


def ties_ever_for(viewer: Viewer) -> QuerySet[Tie]:
    rows = Tie.objects.filter(Q(low_id=viewer.person_id) | Q(high_id=viewer.person_id))
    return rows.select_related("low", "high")


def vouches_ever_for(viewer: Viewer) -> QuerySet[Vouch]:
    """The words that the viewer gave."""
    return Vouch.objects.filter(voucher_id=viewer.require_person()).select_related("voucher", "person")


def mandates_ever_for(viewer: Viewer) -> QuerySet[Mandate]:
    """Those that the viewer gave or holds, and those of people and stations in their hands."""
    near = Q(for_person_id=viewer.person_id) | Q(holder_id=viewer.person_id)
    near |= cared_for(viewer, "for_person__") | worked_by(viewer, "station__area__path")
    near |= Q(station__organization_id__in=viewer.clerk_of)
    return Mandate.objects.filter(near).select_related("holder", "for_person", "station")


def consents_ever_for(viewer: Viewer) -> QuerySet[Consent]:
    rows = Consent.objects.filter(Q(person_id=viewer.person_id) | cared_for(viewer, "person__"))
    return rows.select_related("person", "heard_by")


def memberships_ever_for(viewer: Viewer) -> QuerySet[Membership]:
    """One's own, and those of organizations that one speaks for, or that work in one's areas."""
    near = Q(person_id=viewer.person_id) | Q(organization_id__in=viewer.clerk_of)
    near |= worked_by(viewer, "organization__area__path")
    return Membership.objects.filter(near).select_related("person", "organization__area")


def terms_ever_for(_viewer: Viewer) -> QuerySet[PostTerm]:
    """Posts are public, and so is who holds one."""
    return PostTerm.objects.select_related("post__area", "person")


def invitation_by_key(viewer: Viewer, pk: int) -> Invitation:
    """One that the viewer made, or NotFound."""
    rows = Invitation.objects.filter(invited_by_id=viewer.require_person(), pk=pk)
    found = rows.select_related("area", "organization__area").first()
    if found is None:
        raise NotFound
    return found
