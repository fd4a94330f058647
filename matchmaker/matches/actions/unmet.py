"""Why nobody, as it is stored: codes with the names that a reader knows things by, in both languages."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from matchmaker.community.models import Area
from matchmaker.engine.explain import ONE_MORE_OFFER, Change, Nobody
from matchmaker.engine.problem import NeedFacts
from matchmaker.needs.models import ServiceType

HERE = "ONE_MORE_OFFER_OF"


@dataclass(frozen=True, slots=True)
class Names:
    """What kinds of help and grids are called, Chinese and English."""

    types: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    grids: Mapping[int, tuple[str, str]] = field(default_factory=dict)


def names_of(needs: Collection[NeedFacts]) -> Names:
    """Of everything that is lacked here: two queries, none where nothing is."""
    if not needs:
        return Names()
    types = ServiceType.objects.filter(code__in={need.service_type for need in needs})
    grids = Area.objects.filter(pk__in={need.place.grid_id for need in needs if need.place.grid_id is not None})
    return Names(
        {code: (zh, en) for code, zh, en in types.values_list("code", "name_zh", "name_en")},
        {pk: (zh, en or zh) for pk, zh, en in grids.values_list("pk", "name", "name_en")},
    )


def stored(nobody: Nobody, need: NeedFacts, names: Names) -> list[dict[str, Any]]:
    """The changes as JSON values; "one more offer" says of what, and in which grid."""
    return [_stored(change, need, names) for change in nobody.changes]


def _stored(change: Change, need: NeedFacts, names: Names) -> dict[str, Any]:
    what = names.types.get(need.service_type)
    where = names.grids.get(need.place.grid_id or 0)
    if change.rule != ONE_MORE_OFFER.rule or what is None or where is None:
        return {"rule": change.rule, "offers": change.offers, "params": dict(change.params)}
    told = {"what_zh": what[0], "what_en": what[1], "where_zh": where[0], "where_en": where[1]}
    return {"rule": HERE, "offers": change.offers, "params": told}
