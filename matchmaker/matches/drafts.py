"""What a door hands to an action, already typed."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeDraft:
    """What one side says of a visit. `went_well` is -1, 0 or 1; None where nothing was said.

    `side` is set by a worker who logs a call and could speak for either side: "HELPER" or "ASKER".
    """

    happened: bool
    went_well: int | None = None
    greet_again: bool | None = None
    minutes: int | None = None
    comment: str = ""
    side: str | None = None
