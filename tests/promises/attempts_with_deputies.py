"""What each role tries about whoever stands in for the grid head, and the rows of it."""

from datetime import timedelta
from typing import Any, Final

from matchmaker.community.models import Post, PostKind
from tests.deputy_rows import stand_in
from tests.graphql_client import global_id
from tests.promises.role_attempts import Attempt
from tests.way import OPENED, Way


def with_deputies(way: Way) -> None:
    """The neighbour stands in, as the resident did until somebody ended it."""
    town = way.town
    stand_in(town.grid_head, town.neighbour, now=way.now)
    stand_in(town.grid_head, town.stranger, now=way.now, ended_at=way.now)


def _named(way: Way, _role: str) -> dict[str, Any]:
    return {
        "postId": global_id("Post", Post.objects.get(area=way.town.grid, kind=PostKind.GRID_HEAD)),
        "personId": global_id("Person", way.town.neighbour),
        "startsDate": way.now.date().isoformat(),
        "endsDate": (way.now + timedelta(days=13)).date().isoformat(),
    }


def _ended(way: Way, _role: str) -> dict[str, Any]:
    """The resident is to stand in from tomorrow on."""
    deputy = stand_in(way.town.grid_head, way.town.stranger, days=(1, 13), now=way.now)
    return {"deputyId": global_id("Deputy", deputy)}


WITH_DEPUTIES: Final = (Attempt("nameDeputy", OPENED, _named), Attempt("endDeputy", OPENED, _ended))
