"""Taking a file in: its rows are kept for the check, and nothing else happens yet."""

import hashlib
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from matchmaker.community.actions.locking import community_of
from matchmaker.community.models import Area, AreaLevel, Organization
from matchmaker.community.viewers import Viewer
from matchmaker.errors import InvalidInput, NotAllowed, NotFound
from matchmaker.jobs import names
from matchmaker.jobs.actions import enqueue
from matchmaker.lists.actions.checking import check_import
from matchmaker.lists.actions.scopes import refuse_outsiders
from matchmaker.lists.columns import COLUMNS
from matchmaker.lists.models import ImportKind, ImportRun, ImportUpload
from matchmaker.lists.reading import read_list

CHECKED_AT_ONCE: Final = 1_000
"""A list of up to so many rows is checked while its uploader waits; a longer one by the worker."""
UNKNOWN_AT_MOST: Final = 20
HEADER_LENGTH: Final = 40


def upload_list(
    *,
    viewer: Viewer,
    kind: str,
    content: bytes,
    now: datetime,
    community_id: UUID | None = None,
    organization_id: UUID | None = None,
) -> ImportRun:
    """The import stands, checked if it is short, else about to be; nothing of the list is in force yet."""
    person_id = viewer.require_person()
    if kind not in ImportKind.values:
        raise InvalidInput(f"Choose one of {', '.join(ImportKind.values)}.", field="kind")
    community, organization = _for_whom(viewer, kind, community_id, organization_id)
    refuse_outsiders(viewer, kind, community, organization)
    table = read_list(content, COLUMNS[kind])
    with transaction.atomic():
        run = ImportRun.objects.create(
            kind=kind,
            community=community,
            organization=organization,
            uploaded_by_id=person_id,
            checksum=hashlib.sha256(content).hexdigest(),
            unknown_columns=[header[:HEADER_LENGTH] for header in table.unknown[:UNKNOWN_AT_MOST]],
            rows_count=len(table.rows),
            uploaded_at=now,
        )
        ImportUpload.objects.create(run=run, columns=list(table.columns), rows=[list(row) for row in table.rows])
        if run.rows_count > CHECKED_AT_ONCE:
            enqueue(names.CHECK_IMPORT, {"import_id": run.pk}, now=now, key=f"check_import:{run.pk}")
    return run if run.rows_count > CHECKED_AT_ONCE else check_import(import_id=run.pk, now=now)


def _for_whom(
    viewer: Viewer, kind: str, community_id: UUID | None, organization_id: UUID | None
) -> tuple[Area, Organization | None]:
    """The community of the list (the viewer's own where none is named), and for offers the organization."""
    if kind == ImportKind.OFFERS:
        organization = _organization(viewer, organization_id)
        return community_of(organization.area), organization
    rows = Area.objects.filter(level=AreaLevel.COMMUNITY)
    if community_id is None:
        community = rows.filter(pk=viewer.community_id or 0).first()
    else:
        community = rows.filter(public_id=community_id).first()
    if community is None:
        raise NotFound(field="community_id")
    return community, None


def _organization(viewer: Viewer, organization_id: UUID | None) -> Organization:
    """The one named; where none is, the only one that the viewer speaks for."""
    rows = Organization.objects.select_related("area").filter(closed_at__isnull=True)
    if organization_id is not None:
        named = rows.filter(public_id=organization_id).first()
        if named is None:
            raise NotFound(field="organization_id")
        return named
    spoken_for = list(rows.filter(pk__in=viewer.clerk_of)[:2])
    if not spoken_for:
        raise NotAllowed(field="organization_id")
    if len(spoken_for) > 1:
        raise InvalidInput("Please name the organization.", message_zh="请选择组织。", field="organization_id")
    return spoken_for[0]
