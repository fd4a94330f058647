"""The log of all that workers decided and why: one list of several tables, as each viewer may read it."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, Final, NamedTuple

from django.db.models import F, IntegerField, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast

from matchmaker.community.care import worked_by
from matchmaker.community.models import Person, PostKind
from matchmaker.community.viewers import Viewer
from matchmaker.matches.models import CaseLook, Decision, PairDecision, Proposal
from matchmaker.matches.queries.decisions import decisions_for
from matchmaker.matches.queries.pair_decisions import is_asking, is_part_of_pair, pair_decisions_for
from matchmaker.needs.models import Need


class LoggedKind(Enum):
    """What was done: to a proposal, to a pair, or to see who is around a case."""

    APPROVE = "APPROVE"
    REFUSE = "REFUSE"
    OVERRIDE = "OVERRIDE"
    PIN = "PIN"
    BAN = "BAN"
    LIFT = "LIFT"
    LOOK = "LOOK"


@dataclass
class Logged:
    """One line of the log. What was lifted was said for a reason; lifting it asks for none."""

    kind: LoggedKind
    decided_at: datetime
    decided_by: Person | None
    reason: str
    need: Need

    @property
    def need_id(self) -> int:
        return self.need.pk


class _Source(NamedTuple):
    """A table of decisions: the rows that a viewer may read, the way to the need, and how a line is read of a row."""

    rows: Callable[[Viewer], QuerySet[Any]]
    line: Callable[[LoggedKind, Any], Logged]
    need: str = "need"


class DecisionLog(Sequence[Logged]):
    """The lines, newest first; only those of a page are read."""

    def __init__(self, viewer: Viewer, lines: QuerySet[Any]) -> None:
        self._viewer, self._lines = viewer, lines
        self._count: int | None = None

    def __len__(self) -> int:
        if self._count is None:
            self._count = self._lines.count()
        return self._count

    def __getitem__(self, place: Any) -> Any:
        if isinstance(place, slice):
            return list(self._read(self._lines[place]))
        return next(self._read(self._lines[place : place + 1]))

    def _read(self, lines: QuerySet[Any]) -> Iterator[Logged]:
        found = list(lines)
        keys: dict[int, set[int]] = defaultdict(set)
        for number, _, key, _ in found:
            keys[number].add(key)
        rows = {
            number: {row.pk: row for row in _whole(SOURCES[number], self._viewer).filter(pk__in=wanted)}
            for number, wanted in keys.items()
        }
        for number, kind, key, _ in found:
            row = rows[number].get(key)
            if row is not None:  # forgotten between the two reads
                yield SOURCES[number].line(LoggedKind(kind), row)


def decision_log_for(
    viewer: Viewer, *, kind: str | None = None, since: datetime | None = None, until: datetime | None = None
) -> DecisionLog:
    """Of the areas the viewer works in or audits, without cases in which they have a part; from `since` to `until`."""
    parts = [_lines_of(viewer, number, kind, since, until) for number in range(len(SOURCES))]
    return DecisionLog(viewer, parts[0].union(*parts[1:], all=True).order_by("-at", "-logged", "-key"))


def _lines_of(
    viewer: Viewer, number: int, kind: str | None, since: datetime | None, until: datetime | None
) -> QuerySet[Any]:
    rows = _rows(SOURCES[number], viewer)
    if kind is not None:
        rows = rows.filter(logged=kind)
    if since is not None:
        rows = rows.filter(at__gte=since)
    if until is not None:
        rows = rows.filter(at__lt=until)
    source = Value(number, IntegerField())
    return rows.order_by().annotate(source=source, key=F("pk")).values_list("source", "logged", "key", "at")


def _rows(source: _Source, viewer: Viewer) -> QuerySet[Any]:
    """Without cases for which the viewer, or an organization of theirs, was proposed: they are rivals of the others."""
    gives = Q(helper_id=viewer.person_id or 0) | Q(offer__organization_id__in=viewer.clerk_of)
    proposed = Proposal.objects.filter(gives).values("need_id")
    return source.rows(viewer).exclude(**{f"{source.need}__in": proposed})


def _decided(viewer: Viewer) -> QuerySet[Any]:
    rows = decisions_for(viewer).exclude(is_part_of_pair(viewer, "proposal__"))
    return rows.annotate(logged=Cast("kind", TextField()), at=F("decided_at"))


def _paired(viewer: Viewer) -> QuerySet[Any]:
    return pair_decisions_for(viewer).annotate(logged=Cast("kind", TextField()), at=F("decided_at"))


def _lifted(viewer: Viewer) -> QuerySet[Any]:
    rows = pair_decisions_for(viewer).filter(lifted_at__isnull=False)
    return rows.annotate(logged=Value(LoggedKind.LIFT.value, TextField()), at=F("lifted_at"))


def _looked(viewer: Viewer) -> QuerySet[Any]:
    visible = worked_by(viewer, "need__place__path")
    for post in viewer.posts:
        if post.kind == PostKind.AUDITOR:
            visible |= Q(need__place__path__startswith=post.area_path)
    rows = CaseLook.objects.filter(visible).exclude(is_asking(viewer)).select_related("looked_by")
    return rows.annotate(logged=Value(LoggedKind.LOOK.value, TextField()), at=F("looked_at"))


def _whole(source: _Source, viewer: Viewer) -> QuerySet[Any]:
    """With the need and what its name and place are read from."""
    need = source.need
    ways = (f"{need}__service_type", f"{need}__place__parent__parent", f"{need}__community")
    return _rows(source, viewer).select_related(*ways)


def _decision(kind: LoggedKind, row: Decision) -> Logged:
    return Logged(kind, row.decided_at, row.decided_by, row.reason, row.proposal.need)


def _pair(kind: LoggedKind, row: PairDecision) -> Logged:
    return Logged(kind, row.decided_at, row.decided_by, row.reason, row.need)


def _lift(kind: LoggedKind, row: PairDecision) -> Logged:
    return Logged(kind, row.lifted_at or row.decided_at, row.lifted_by, "", row.need)


def _look(kind: LoggedKind, row: CaseLook) -> Logged:
    return Logged(kind, row.looked_at, row.looked_by, row.reason, row.need)


SOURCES: Final = (
    _Source(_decided, _decision, "proposal__need"),
    _Source(_paired, _pair),
    _Source(_lifted, _lift),
    _Source(_looked, _look),
)
