"""The month as one table: a column for each policy."""

from collections.abc import Sequence

from matchmaker.engine.area_sentences import TOWN
from matchmaker.engine.sentences import sentence
from matchmaker.engine.strangers import change
from matchmaker.simulation.figures import GROUPS, NOTE, MonthFigures, Share

FIRST_COLUMN = 34
COLUMN = 16


def month_table(figures: Sequence[MonthFigures], *, names_of_types: dict[str, str]) -> str:
    """Lines of text, one row a figure; the first policy is the one whose month is in the database."""
    rows = [("", [one.policy for one in figures])]
    rows.append(("needs opened", [str(one.needs.opened) for one in figures]))
    rows.append(("needs met", [_share(one.needs) for one in figures]))
    for kind in sorted({kind for one in figures for kind in one.by_type}):
        label = f"  {names_of_types.get(kind, kind)}"
        rows.append((label, [_share(one.by_type.get(kind, Share(0, 0))) for one in figures]))
    rows += [(f"  {group}", [_share(one.by_group[group]) for one in figures]) for group in GROUPS]
    rows.append(("mean walk", [f"{one.mean_walk_m:.0f} m" for one in figures]))
    rows.append(("visits held", [str(one.visits_held) for one in figures]))
    rows.append(("helper-hours", [f"{one.helper_hours:.1f}" for one in figures]))
    rows.append(("new ties", [str(one.new_ties) for one in figures]))
    rows.append(
        ("visits that left a tie", [_share(Share(one.visits_that_left_a_tie, one.visits_held)) for one in figures])
    )
    if any(one.accompanied for one in figures):
        rows.append(("visits with company", [_share(Share(one.accompanied, one.visits_held)) for one in figures]))
        rows.append(("  new ties by it", [str(one.ties_by_company) for one in figures]))
    rows.append(("stranger index before", [f"{one.before.stranger_index:.4f}" for one in figures]))
    rows.append(("  after", [f"{one.after.stranger_index:.4f}" for one in figures]))
    rows.append(("islands, before > after", [f"{one.before.islands:.1f} > {one.after.islands:.1f}" for one in figures]))
    lines = [f"{label:<{FIRST_COLUMN}}" + "".join(f"{cell:>{COLUMN}}" for cell in cells) for label, cells in rows]
    return "\n".join([*lines, "", _in_words(figures[0]), NOTE])


def _in_words(figures: MonthFigures) -> str:
    """What a coordinator would read of the month that is kept."""
    found = change(figures.before.as_index, figures.after.as_index)
    return f"{figures.policy}: {sentence(TOWN, found.code, found.params, 'en')}"


def _share(share: Share) -> str:
    return f"{share.met} ({share.of_all:.0%})" if share.opened else "-"
