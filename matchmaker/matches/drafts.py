"""What a door hands to an action, already typed."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeDraft:
    """What one side says of a visit. `went_well` is -1, 0 or 1; None where nothing was said.

    A worker who takes the words of a side says which (`side`: "HELPER" or "ASKER") and how they were said (`channel`);
    who takes those of both says that each was heard alone (`heard_apart`).
    """

    happened: bool
    went_well: int | None = None
    greet_again: bool | None = None
    minutes: int | None = None
    comment: str = ""
    side: str | None = None
    channel: str = ""
    heard_apart: bool = False
