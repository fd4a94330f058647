"""Rows that hang on other rows: one query for a page, not one for each row.

A page's rows remember each other. The first row that asks for what hangs on it brings the same for the whole page.
"""

from collections.abc import Callable, Collection, Sequence
from typing import Any, Final, TypeVar

from api.context import Context
from matchmaker.matches import queries as matches
from matchmaker.needs import queries as needs

Row = TypeVar("Row")
PAGE: Final = "_page_rows"
LOADED: Final = "_page_loaded"


def keep_page(rows: Sequence[Row]) -> list[Row]:
    """The same rows, each knowing the page it came with."""
    page = list(rows)
    loaded: dict[str, dict[Any, Any]] = {}
    for row in page:
        setattr(row, PAGE, page)
        setattr(row, LOADED, loaded)
    return page


def with_page(
    row: Any, *, name: str, key: Callable[[Any], Any], load: Callable[[Collection[Any]], dict[Any, Any]]
) -> Any:
    """What hangs on this row under `key(row)`; asked once for all rows of its page. None where there is nothing."""
    if getattr(row, PAGE, None) is None:
        keep_page([row])
    loaded: dict[str, dict[Any, Any]] = getattr(row, LOADED)
    if name not in loaded:
        keys = {key(other) for other in getattr(row, PAGE)} - {None}
        loaded[name] = load(keys) if keys else {}
    return loaded[name].get(key(row))


def need_of(context: Context, row: Any) -> Any:
    """The need of a proposal, a match or an unmet row that the viewer may see, with all that its fields read."""

    def load(need_ids: Collection[int]) -> dict[int, Any]:
        rows = needs.needs_for(context.viewer, also_need_ids=need_ids).filter(pk__in=need_ids)
        return {need.pk: need for need in keep_page(list(rows))}

    return with_page(row, name="need", key=lambda other: other.need_id, load=load)


def offer_of(row: Any) -> Any:
    """The offer of a proposal or a match whose helper the viewer may see, with all that its fields read."""
    return with_page(row, name="offer", key=lambda other: other.offer_id, load=needs.offers_by_pk)


def match_of(context: Context, proposal: Any) -> Any:
    """The match that a proposal became, as far as the viewer may see it."""

    def load(proposal_ids: Collection[int]) -> dict[int, Any]:
        rows = matches.matches_for(context.viewer).filter(proposal_id__in=proposal_ids)
        return {match.proposal_id: match for match in keep_page(list(rows))}

    return with_page(proposal, name="match", key=lambda other: other.pk, load=load)


def match_of_visit(context: Context, visit: Any) -> Any:
    """The match of a visit: the one it was reached through, or, for a page of visits, that of each of them."""
    if getattr(visit.match, PAGE, None) is not None:
        return visit.match

    def load(match_ids: Collection[int]) -> dict[int, Any]:
        rows = matches.matches_for(context.viewer).filter(pk__in=match_ids)
        return {match.pk: match for match in keep_page(list(rows))}

    return with_page(visit, name="match", key=lambda other: other.match_id, load=load)


def match_of_concern(context: Context, concern: Any) -> Any:
    """The match that a concern is about, with all that its fields read."""

    def load(match_ids: Collection[int]) -> dict[int, Any]:
        rows = matches.matches_for(context.viewer).filter(pk__in=match_ids)
        return {match.pk: match for match in keep_page(list(rows))}

    return with_page(concern, name="match", key=lambda other: other.match_id, load=load)


def why_nobody_of(context: Context, need: Any, language: str) -> Any:
    """Why nobody was found for a need so far, in sentences."""

    def load(needs_of_page: Collection[Any]) -> dict[Any, Any]:
        said = matches.why_nobody_of_each(context.viewer, needs_of_page, language)
        return {other: said[other.pk] for other in needs_of_page}

    return with_page(need, name=f"why_nobody:{language}", key=lambda other: other, load=load)
