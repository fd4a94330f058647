"""Who is in a post on a day: its holder, and whoever stands in for them."""

from datetime import date
from typing import Any, NamedTuple

from django.db.models import Q

from matchmaker.community.area_paths import keys_of_path
from matchmaker.community.models import Area, Deputy, PostTerm
from matchmaker.community.viewers import WORKER_POSTS


class InPost(NamedTuple):
    """A person in a post, and where."""

    person_id: int
    name: str
    area_id: int
    area_path: str
    area_level: int
    holder_id: int
    """The person themself, or for whom they stand in."""


def people_in_posts(day: date, *where: dict[str, Any]) -> list[InPost]:
    """Holders and deputies on that day who have not left, the lowest area first, by one of these lookups of a post."""
    holders = PostTerm.objects.current(day).filter(_any_of(where, "post__"), person__left_at__isnull=True)
    deputies = Deputy.objects.current(day).filter(_any_of(where, "term__post__"), person__left_at__isnull=True)
    rows = holders.values_list(*_columns("post__")).union(deputies.values_list(*_columns("term__post__")))
    found = (InPost(*row) for row in rows)
    return sorted(found, key=lambda row: (-row.area_level, row.area_id, row.person_id))


def workers_around(community: Area, *, today: date) -> list[InPost]:
    """Who is in a worker's post in the community or above it today."""
    within = {"area__path__startswith": community.path, "kind__in": WORKER_POSTS}
    above = {"area_id__in": keys_of_path(community.path), "kind__in": WORKER_POSTS}
    return people_in_posts(today, within, above)


def _any_of(where: tuple[dict[str, Any], ...], post: str) -> Q:
    found = Q(pk__in=())
    for lookups in where:
        found |= Q(**{f"{post}{name}": value for name, value in lookups.items()})
    return found


def _columns(post: str) -> tuple[str, ...]:
    holder = f"{post.removesuffix('post__')}person_id"
    return ("person_id", "person__name", f"{post}area_id", f"{post}area__path", f"{post}area__level", holder)
