"""Imports as each viewer may see them: one's own, those of a community one works for, those of one's organization."""

from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from matchmaker.community.care import worked_by
from matchmaker.community.models import Organization
from matchmaker.community.viewers import Viewer
from matchmaker.errors import NotFound
from matchmaker.lists.faults import said_of
from matchmaker.lists.models import ImportFault, ImportRun


def imports_for(viewer: Viewer) -> QuerySet[ImportRun]:
    """The imports the viewer may know of, the latest first."""
    if viewer.is_visitor:
        return ImportRun.objects.none()
    shown = Q(uploaded_by_id=viewer.person_id) | Q(organization_id__in=viewer.clerk_of)
    shown |= worked_by(viewer, "community__path") & Q(organization__isnull=True)
    rows = ImportRun.objects.filter(shown).select_related("community", "organization", "uploaded_by")
    return rows.order_by("-uploaded_at", "-pk")


def import_by_id(viewer: Viewer, public_id: UUID) -> ImportRun:
    """The import, or NotFound where the viewer may not know of it."""
    found = imports_for(viewer).filter(public_id=public_id).first()
    if found is None:
        raise NotFound(field="import_id")
    return found


def faults_of(viewer: Viewer, run: ImportRun) -> QuerySet[ImportFault]:
    """What is wrong with the rows of an import, in the order of the file."""
    if not imports_for(viewer).filter(pk=run.pk).exists():
        return ImportFault.objects.none()
    return ImportFault.objects.filter(run=run).order_by("row_number", "pk")


def fault_words(fault: ImportFault, language: str) -> tuple[str, str]:
    """What is wrong and what to do, in `zh` or `en`."""
    return said_of(fault.code, fault.said, language)


def may_import_people(viewer: Viewer) -> bool:
    """Holds a worker's post: may bring in lists of people and needs."""
    return bool(viewer.worker_paths)


def may_import(viewer: Viewer) -> bool:
    """May bring in lists of some kind."""
    return may_import_people(viewer) or bool(viewer.clerk_of)


def organizations_imported_for(viewer: Viewer) -> QuerySet[Organization, Any]:
    """The verified organizations whose clerk the viewer is, by name."""
    rows = Organization.objects.filter(pk__in=viewer.clerk_of, verified_at__isnull=False, closed_at__isnull=True)
    return rows.order_by("name", "pk")
