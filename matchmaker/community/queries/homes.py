"""Homes that people claimed and nobody has confirmed."""

from django.db.models import QuerySet

from matchmaker.community.care import worked_by
from matchmaker.community.models import Person
from matchmaker.community.viewers import Viewer


def homes_to_confirm(viewer: Viewer) -> QuerySet[Person]:
    """The people of the viewer's areas who said where they live, the longest waiting first; not the viewer."""
    others = Person.objects.exclude(pk=viewer.require_person())
    waiting = others.filter(worked_by(viewer, "household__path"), home_confirmed_at__isnull=True, left_at__isnull=True)
    rows = waiting.select_related("household__parent__parent", "account")
    return rows.order_by("joined_at", "pk")
