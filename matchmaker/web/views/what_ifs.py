"""What if: the form beside a round, and both plans side by side. Nobody is asked or told by it."""

from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from matchmaker.community import queries as community
from matchmaker.errors import DomainError, NotAllowed, NotFound
from matchmaker.matches import actions, queries
from matchmaker.needs import queries as needs
from matchmaker.web.forms.choices import Choices
from matchmaker.web.forms.pairs import NO_FLOOR, WhatIfForm, term_name
from matchmaker.web.forms.refusals import add_refusal
from matchmaker.web.pages import for_the_signed_in, page
from matchmaker.web.phrases import language, say
from matchmaker.web.reader import Reader
from matchmaker.web.views.pairs import candidate_choices, giver_name
from matchmaker.web.wording import moment, name_of, reference

SHOWN_AT_MOST: Final = 100
GRID: Final = 5
"""The level of a grid in the area tree."""
EARLIER_SHOWN: Final = 20


@dataclass(frozen=True)
class Figure:
    """One line of the table: the same figure of both plans, and by how much they differ."""

    label: str
    before: str
    after: str
    difference: str


@dataclass(frozen=True)
class Pair:
    """A pair in words."""

    need: Any
    helper: str
    at: str
    why: str


@for_the_signed_in
def ask(request: HttpRequest, reader: Reader, round_id: UUID) -> HttpResponse:
    """What is to be different in the latest round of this community."""
    seen = queries.round_by_id(reader.viewer, round_id)
    row = queries.round_to_compare(reader.viewer, seen.community)
    if row is None:
        raise NotAllowed
    if row.pk != seen.pk:
        return redirect("what-if-new", round_id=row.public_id)
    need = _need_asked(request, reader)
    form = _form(request, reader, row, need)
    if request.method == "POST" and form.is_valid():
        try:
            asked = actions.ask_what_if(
                viewer=reader.viewer,
                community_id=row.community.public_id,
                draft=form.draft(need_id=need.public_id if need is not None else None),
                now=reader.now,
            )
        except DomainError as refusal:
            add_refusal(form, refusal, reader.language)
        else:
            return redirect("what-if", what_if_id=asked.public_id)
    context = {
        "form": form,
        "round": row,
        "need": need,
        "needs": _open_needs(reader, row),
        "earlier": queries.what_ifs_for(reader.viewer).filter(round__community=row.community)[:EARLIER_SHOWN],
    }
    return page(request, reader, "what_if_new.html", context)


@for_the_signed_in
def what_if(request: HttpRequest, reader: Reader, what_if_id: UUID) -> HttpResponse:
    """Both plans side by side, and the pairs that only one of them has."""
    asked = queries.what_if_by_id(reader.viewer, what_if_id)
    told = queries.told_what_if(reader.viewer, asked)
    zone = asked.round.community.time_zone
    found = told.difference
    context: dict[str, Any] = {"asked": asked, "changes": _changes(told.changes), "found": found}
    if found is not None:
        context |= {
            "figures": _figures(found.before, found.after, comparable=not told.changes.weights),
            "other_weights": bool(told.changes.weights),
            "added": [_pair(pair, zone) for pair in found.added],
            "removed": [_pair(pair, zone) for pair in found.removed],
            "refused": [_pair(pair, zone) for pair in found.refused_pins],
        }
    return page(request, reader, "what_if.html", context)


def _need_asked(request: HttpRequest, reader: Reader) -> Any:
    """The need that the pair is to be of; none where the address names none, or none that the reader knows."""
    named = request.POST.get("need") or request.GET.get("need") or ""
    try:
        return needs.need_by_id(reader.viewer, UUID(named)) if named else None
    except ValueError as malformed:
        raise NotFound from malformed


def _form(request: HttpRequest, reader: Reader, row: Any, need: Any) -> WhatIfForm:
    found = queries.candidates_for(reader.viewer, need, now=reader.now, as_before=row) if need is not None else []
    areas = community.areas_for(reader.viewer).filter(path__startswith=row.community.path, level=GRID)
    return WhatIfForm(
        request.POST if request.method == "POST" else None,
        weights=row.score_card.weights,
        areas=[(str(area.public_id), name_of(area)) for area in areas[:SHOWN_AT_MOST]],
        offers=candidate_choices(reader, found),
        initial=_tried(request),
    )


def _tried(request: HttpRequest) -> dict[str, Any]:
    """What a link from a need's page fills in: one more offer of its kind, in its grid."""
    return {name: request.GET[name] for name in ("service_type", "area") if name in request.GET}


def _open_needs(reader: Reader, row: Any) -> Choices:
    rows = needs.needs_for(reader.viewer, state="OPEN", verified=True, area_id=row.community.public_id)
    return [
        (str(need.public_id), f"{name_of(need.service_type)} · {need.for_person.name} · {reference(need.public_id)}")
        for need in rows[:SHOWN_AT_MOST]
    ]


def _pair(pair: Any, zone: str) -> Pair:
    helper = (
        giver_name(pair.offer) if pair.offer is not None else say("再多的那一份帮助", "the offer that was supposed")
    )
    at = moment(pair.starts_at, zone) if pair.starts_at is not None else ""
    return Pair(pair.need, helper, at, queries.pin_why(pair.rule, language()))


def _changes(changes: Any) -> list[str]:
    """What was to be different, one sentence each."""
    told = [say(f"指定：{_who(pair)}", f"Pinned: {_who(pair)}") for pair in changes.pins]
    told += [say(f"排除：{_who(pair)}", f"Banned: {_who(pair)}") for pair in changes.bans]
    told += [
        say(f"“{term_name(term)}”的比重改为{weight}", f"“{term_name(term)}” weighs {weight}")
        for term, weight in sorted(changes.weights.items())
    ]
    if changes.offer is not None:
        told.append(_supposed(changes.offer))
    if changes.floor_margin is not None:
        told.append(_floor(changes.floor_margin))
    return told


def _who(pair: Any) -> str:
    helper = giver_name(pair.offer) if pair.offer is not None else "—"
    return f"{helper} → {pair.need.for_person.name}{say('，', ', ')}{name_of(pair.need.service_type)}"


def _supposed(offer: Any) -> str:
    kind, place, often = name_of(offer.service_type), name_of(offer.area), offer.visits_per_week
    return say(
        f"再多一份“{kind}”的帮助，从{place}出发，{offer.reach_m}米以内，每周{often}次",
        f"One more offer of “{kind}” from {place}, up to {offer.reach_m} m, {often} a week",
    )


def _floor(points: int) -> str:
    if points == NO_FLOOR:
        return say("各网格不设底线", "No floor for grids")
    return say(f"各网格最多比平均少{points}个百分点", f"No grid more than {points} points below the average")


def _figures(before: Any, after: Any, *, comparable: bool) -> list[Figure]:
    """The values of two plans can be compared where both were made with the same weights."""
    value = _count(say("总分", "Value of the plan"), before.score, after.score)
    return [
        _count(say("有人来的需求", "Requests met"), before.needs_met, after.needs_met),
        _count(say("找到的帮手", "Helpers found"), before.helpers_found, after.helpers_found),
        _count(say("平均路程（米）", "Mean way (m)"), before.walk_m, after.walk_m),
        _share(
            say("邻里生疏度，做成以后", "Stranger index then"), before.stranger_index_then, after.stranger_index_then
        ),
        _share(say("最少的网格有多少", "Share met in the worst grid"), before.worst_share, after.worst_share),
        Figure(say("最少的网格", "Worst grid"), _grid(before), _grid(after), ""),
        _share(say("底线的代价", "Price of the floors"), before.fairness_price, after.fairness_price),
        value if comparable else replace(value, difference="—"),
    ]


def _count(label: str, before: int | None, after: int | None) -> Figure:
    change = "—" if before is None or after is None else _signed(f"{after - before:+,d}")
    return Figure(label, _or_dash(before), _or_dash(after), change)


def _share(label: str, before: float | None, after: float | None) -> Figure:
    if before is None or after is None:
        return Figure(label, _percent(before), _percent(after), "—")
    change = _signed(f"{100 * (after - before):+.2f}")
    return Figure(
        label,
        _percent(before),
        _percent(after),
        change if change == "0" else say(f"{change}个百分点", f"{change} points"),
    )


def _signed(change: str) -> str:
    """With a true minus; nothing is 0, without a sign."""
    return "0" if not change.strip("+-0.") else change.replace("-", "−")


def _percent(share: float | None) -> str:
    return "—" if share is None else f"{100 * share:.2f}%"


def _or_dash(count: int | None) -> str:
    return "—" if count is None else f"{count:,}"


def _grid(figures: Any) -> str:
    return name_of(figures.worst_grid) if figures.worst_grid is not None else "—"
