"""Rows that hang on other rows: one query for a page, not one for each row.

A page's rows remember each other. The first row that asks for what hangs on it brings the same for the whole page.
"""

from collections.abc import Callable, Collection, Hashable, Iterable
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from django.db.models import Prefetch, QuerySet, prefetch_related_objects

from api.context import Context
from api.reads import is_narrowed, narrowed
from matchmaker.community import queries as community
from matchmaker.matches import queries as matches
from matchmaker.needs import queries as needs

Row = TypeVar("Row")
Rows = TypeVar("Rows", bound=QuerySet[Any])
PAGE: Final = "_page"


@dataclass(slots=True)
class Page:
    """The rows that came together, and what was loaded for all of them."""

    rows: list[Any]
    narrow: bool = False
    """They have what their selection reads and nothing else, with the rows that these lead to."""
    loaded: dict[Hashable, dict[Any, Any]] = field(default_factory=dict)


def keep_page(rows: Iterable[Row], *, narrow: bool = False) -> list[Row]:
    """The same rows, each knowing the page it came with."""
    page = Page(list(rows), narrow or is_narrowed(rows))
    for row in page.rows:
        setattr(row, PAGE, page)
    return page.rows


def page_of_row(row: Row) -> list[Row]:
    """The rows that came with this one, itself among them."""
    return _page_of(row).rows


def with_page(
    row: Any, *, name: Hashable, key: Callable[[Any], Any], load: Callable[[Collection[Any]], dict[Any, Any]]
) -> Any:
    """What hangs on this row under `key(row)`; asked once for all rows of its page. None where there is nothing."""
    page = _page_of(row)
    if name not in page.loaded:
        keys = {key(other) for other in page.rows} - {None}
        page.loaded[name] = load(keys) if keys else {}
    return page.loaded[name].get(key(row))


def bare(rows: Rows) -> Rows:
    """The same rows without the lists that hang on them: `hanging` brings each once a field asks for it."""
    return rows.prefetch_related(None)


def hanging(row: Any, name: str, lookup: Callable[[], Prefetch]) -> list[Any]:
    """The rows that hang on this one under a name; fetched for its whole page at the first ask."""
    page = _page_of(row)
    if name not in page.loaded:
        prefetch_related_objects(page.rows, lookup())
        page.loaded[name] = {}
    return list(getattr(row, name).all())


def need_of(info: Any, row: Any) -> Any:
    """The need of a proposal, a match or an unmet row that the viewer may see, with all that its fields read."""
    if _page_of(row).narrow:
        return _joined(row, "need")

    def load(need_ids: Collection[int]) -> dict[int, Any]:
        rows = needs.needs_for(info.context.viewer, also_need_ids=need_ids).filter(pk__in=need_ids)
        return {need.pk: need for need in keep_page(narrowed(bare(rows), info))}

    return with_page(row, name=_of_selection("need", info), key=lambda other: other.need_id, load=load)


def offer_of(info: Any, row: Any) -> Any:
    """The offer of a proposal or a match whose helper the viewer may see, with all that its fields read."""
    if _page_of(row).narrow:
        return _joined(row, "offer")

    def load(offer_ids: Collection[int]) -> dict[int, Any]:
        return {offer.pk: offer for offer in keep_page(narrowed(needs.offers_behind(offer_ids), info))}

    return with_page(row, name=_of_selection("offer", info), key=lambda other: other.offer_id, load=load)


def post_of(info: Any, term: Any) -> Any:
    """The post of a term, with all that its fields read."""
    if _page_of(term).narrow:
        return _joined(term, "post")

    def load(post_ids: Collection[int]) -> dict[int, Any]:
        rows = community.posts_for(info.context.viewer).filter(pk__in=post_ids)
        return {post.pk: post for post in keep_page(narrowed(rows, info))}

    return with_page(term, name=_of_selection("post", info), key=lambda other: other.post_id, load=load)


def rung_meanwhile_of(context: Context, grid: Any) -> tuple[str, ...]:
    """The names of whoever the alarms of a grid without a grid worker ring."""

    def load(grids: Collection[Any]) -> dict[Any, tuple[str, ...]]:
        return community.rung_meanwhile(context.viewer, grids)

    return with_page(grid, name="rung_meanwhile", key=lambda other: other, load=load) or ()


def match_of(info: Any, proposal: Any) -> Any:
    """The match that a proposal became, as far as the viewer may see it."""

    def load(proposal_ids: Collection[int]) -> dict[int, Any]:
        rows = matches.matches_for(info.context.viewer).filter(proposal_id__in=proposal_ids)
        return {match.proposal_id: match for match in keep_page(narrowed(bare(rows), info, key="proposal_id"))}

    return with_page(proposal, name=_of_selection("match", info), key=lambda other: other.pk, load=load)


def match_of_visit(info: Any, visit: Any) -> Any:
    """The match of a visit: the one it was reached through, or, for a page of visits, that of each of them."""
    return visit.match if getattr(visit.match, PAGE, None) is not None else match_with_details(info, visit)


def match_with_details(info: Any, row: Any) -> Any:
    """The match of a concern or a visit, with all that its fields read."""

    def load(match_ids: Collection[int]) -> dict[int, Any]:
        rows = matches.matches_for(info.context.viewer).filter(pk__in=match_ids)
        return {match.pk: match for match in keep_page(narrowed(bare(rows), info))}

    return with_page(row, name=_of_selection("match", info), key=lambda other: other.match_id, load=load)


def told_of(context: Context, asked: Any) -> Any:
    """What was asked in a what if, and what came of it, in rows that the viewer may see."""

    def load(rows: Collection[Any]) -> dict[Any, Any]:
        told = matches.told_of_each(context.viewer, rows)
        return {row: told[row.pk] for row in rows}

    return with_page(asked, name="told", key=lambda other: other, load=load)


def why_nobody_of(context: Context, need: Any, language: str) -> Any:
    """Why nobody was found for a need so far, in sentences."""

    def load(needs_of_page: Collection[Any]) -> dict[Any, Any]:
        said = matches.why_nobody_of_each(context.viewer, needs_of_page, language)
        return {other: said[other.pk] for other in needs_of_page}

    return with_page(need, name=f"why_nobody:{language}", key=lambda other: other, load=load)


def matches_of_need(info: Any, need: Any) -> list[Any]:
    """The matches of a need that the viewer may see, the first agreed first."""

    def load(need_ids: Collection[int]) -> dict[int, list[Any]]:
        found: dict[int, list[Any]] = {}
        rows = bare(matches.matches_for(info.context.viewer).filter(need_id__in=need_ids)).order_by("agreed_at", "pk")
        for match in keep_page(narrowed(rows, info, key="need_id")):
            found.setdefault(match.need_id, []).append(match)
        return found

    return with_page(need, name=_of_selection("matches", info), key=lambda other: other.pk, load=load) or []


def _of_selection(name: str, info: Any) -> Hashable:
    """A name for what one selection reads: another one of the same rows may read more."""
    return (name, *map(id, info.field_nodes))


def _joined(row: Any, name: str) -> Any:
    """The row that this one leads to and that was read with it; those of a page are a page."""
    page = _page_of(row)
    if name not in page.loaded:
        page.loaded[name] = {}
        keep_page([joined for other in page.rows if (joined := getattr(other, name)) is not None], narrow=True)
    return getattr(row, name)


def _page_of(row: Any) -> Page:
    """What came with this row; the row alone where it came by itself."""
    if getattr(row, PAGE, None) is None:
        keep_page([row])
    page: Page = getattr(row, PAGE)
    return page
