"""Which members went to which visit of their organization, handed to its clerk as a list."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from matchmaker.community.actions.locking import chain_of, community_of, organization_named
from matchmaker.community.viewers import Viewer
from matchmaker.matches.queries.attendance import AttendedVisit, attendance_for
from matchmaker.matches.queries.organizations import refuse_other_than_clerks
from matchmaker.records import actions as records


def list_attendance(
    *, viewer: Viewer, organization_id: UUID, since: datetime, until: datetime, now: datetime
) -> list[AttendedVisit]:
    """The visits that begin from one moment to the other; whoever is named finds in their records that it was made.

    Raises NotFound where there is no such organization, NotAllowed for whoever is no clerk of it.
    """
    clerk_id = viewer.require_person()
    with transaction.atomic():
        organization = organization_named(organization_id)
        refuse_other_than_clerks(viewer, organization)
        lines = list(attendance_for(viewer, organization_id, since=since, until=until, now=now))
        records.commit(
            chain=chain_of(community_of(organization.area).pk),
            kind="attendance.listed",
            facts={"organization": organization.pk, "lines": len(lines)},
            persons=sorted({clerk_id, *(line.member_id for line in lines if line.member_id is not None)}),
            now=now,
        )
    return lines
