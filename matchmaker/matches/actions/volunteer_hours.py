"""The time that members gave in the name of their organization, handed to its clerk as a volunteers' record."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from matchmaker.community.actions.locking import chain_of, community_of, organization_named
from matchmaker.community.viewers import Viewer
from matchmaker.matches.queries.organizations import VolunteerTime, refuse_other_than_clerks, volunteer_time
from matchmaker.records import actions as records


def list_volunteer_time(
    *, viewer: Viewer, organization_id: UUID, starts_at: datetime, ends_at: datetime, now: datetime
) -> list[VolunteerTime]:
    """What members gave from one moment to the other; everybody on the list finds in their records that it was made."""
    clerk_id = viewer.require_person()
    with transaction.atomic():
        organization = organization_named(organization_id)
        refuse_other_than_clerks(viewer, organization)
        lines = volunteer_time(viewer, organization, starts_at=starts_at, ends_at=ends_at)
        records.commit(
            chain=chain_of(community_of(organization.area).pk),
            kind="hours.listed",
            facts={"organization": organization.pk, "lines": len(lines)},
            persons=sorted({clerk_id, *(line.person_id for line in lines)}),
            now=now,
        )
    return lines
