"""How many rows a caller may ask for: so many a minute, given back as time goes by.

What is spent lies in the cache, counted in minutes: of the last whole minute so much counts as still lies within sixty
seconds of now. Whoever cannot be counted, because the cache is gone, is answered: each document has limits of its own.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings
from django.core.cache import cache
from django.utils.crypto import salted_hmac
from graphql import GraphQLError

from api.context import Context
from api.limits import Size

MINUTE: Final = 60
KEPT_SECONDS: Final = 2 * MINUTE


class OverBudget(GraphQLError):
    """The caller asked for more rows than a minute gives."""

    def __init__(self, cost: "Cost") -> None:
        message = f"This asks for {cost.rows} rows and {max(0, cost.left)} are left. Wait a little, or ask for fewer."
        super().__init__(message, extensions={"code": "TOO_MUCH"})
        self.cost = cost


@dataclass(frozen=True, slots=True)
class Cost:
    """What a document was reckoned at, and what its caller has left of `per_minute` rows."""

    fields: int
    rows: int
    left: int
    per_minute: int

    def told(self) -> dict[str, int]:
        return {"fields": self.fields, "rows": self.rows, "left": self.left, "perMinute": self.per_minute}


def spend(caller: str, size: Size, *, now: datetime) -> Cost:
    """The rows are taken off the caller's budget; OverBudget, and nothing taken, where they are more than is left."""
    rows, per_minute = max(1, size.rows), settings.API_ROWS_PER_MINUTE
    minute, second = divmod(now.timestamp(), MINUTE)
    key, key_before = (f"api-rows:{caller}:{int(minute) - back}" for back in (0, 1))
    earlier = int(cache.get(key_before, 0) * (1 - second / MINUTE))
    spent = _count(key, rows)
    cost = Cost(fields=size.cost, rows=rows, left=per_minute - earlier - spent, per_minute=per_minute)
    if cost.left < 0:
        _count(key, -rows)
        raise OverBudget(Cost(cost.fields, rows, cost.left + rows, per_minute))
    return cost


def caller_of(context: Context) -> str:
    """Who is counted: the account, the organization whose system asks, or for a visitor where the request came from."""
    if context.organization_id is not None:
        return f"organization:{context.organization_id}"
    if context.viewer.user_id is not None:
        return f"user:{context.viewer.user_id}"
    return f"from:{salted_hmac('api.budget', context.address).hexdigest()[:32]}"


def _count(key: str, rows: int) -> int:
    """So much is counted now; 0 where nothing can be counted."""
    cache.add(key, 0, KEPT_SECONDS)
    try:
        return int(cache.incr(key, rows))
    except ValueError:
        return 0
