"""What an operator reads of a community that was started, and for which areas posters can be printed."""

from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.timezone import localdate

from matchmaker.community.care import worked_by
from matchmaker.community.models import Area, AreaLevel, Post, PostTerm
from matchmaker.community.viewers import Viewer
from matchmaker.errors import NotFound


def community_by_id(community_id: UUID) -> Area:
    community = Area.objects.filter(public_id=community_id, level=AreaLevel.COMMUNITY).first()
    if community is None:
        raise NotFound(field="community_id")
    return community


def vacant_posts_in(community: Area, *, now: datetime) -> QuerySet[Post]:
    """Its posts that nobody holds today, in the order of the tree."""
    held = PostTerm.objects.current(localdate(now)).filter(post=OuterRef("pk"))
    rows = Post.objects.filter(~Exists(held), area__path__startswith=community.path)
    return rows.select_related("area").order_by("area__path", "kind")


def areas_with_posters(viewer: Viewer) -> QuerySet[Area]:
    """Communities and grids with stairwells: an operator's are all, a worker's those of their posts."""
    corridors = Area.objects.filter(level=AreaLevel.CORRIDOR, parent=OuterRef("pk"))
    grids = Area.objects.filter(Exists(corridors))
    shown = Q() if viewer.is_operator else worked_by(viewer, "path")
    return grids.filter(shown).select_related("parent").order_by("path")
