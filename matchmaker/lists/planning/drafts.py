"""All that a draft's check has to say: it names one fault at a time, so that one is made good and it is asked again."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final, TypeVar

from matchmaker.errors import InvalidInput
from matchmaker.lists.cells import Row
from matchmaker.lists.faults import refused

Draft = TypeVar("Draft")
ASKED_AT_MOST: Final = 40


def faults_of_draft(
    draft: Draft, check: Callable[[Draft], None], good: Mapping[str, Any], *, row: Row, columns: Mapping[str, str]
) -> None:
    """Every refusal of the draft stands in the row, each at its column.

    `good` has a value that passes for every field; `columns` names the column of a field where it is called otherwise.
    A cell that was found faulty before is not blamed again.
    """
    blamed: set[str] = set()
    for _ in range(ASKED_AT_MOST):
        try:
            check(draft)
        except InvalidInput as refusal:
            field = refusal.field or ""
            column = columns.get(field, field)
            if not row.faulty(column):
                row.faults.append(refused(row.number, column, refusal))
            if field in blamed or field not in good:
                return
            blamed.add(field)
            draft = replace(draft, **{field: good[field]})  # type: ignore[type-var]  # drafts are dataclasses
        else:
            return
