"""Who takes part in a community, and how the load is spread: counts, nobody by name."""

from collections.abc import Sequence
from dataclasses import dataclass

import graphene

from api.types.areas import Area
from api.types.services import ServiceType
from matchmaker.community.models import Area as AreaRow
from matchmaker.engine.spread import Band, Spread
from matchmaker.matches.queries.load import Load
from matchmaker.matches.queries.participation import TakingPart as TakingPartRow


class LoadBand(graphene.ObjectType):
    """At least five helpers who gave about as much time, and all of theirs."""

    from_minutes = graphene.Int(required=True, description="From so many minutes each.")
    below_minutes = graphene.Int(description="Up to fewer than so many; null for no end.")
    people = graphene.Int(required=True, description="How many helpers.")
    minutes = graphene.Int(required=True, description="How many minutes they gave together.")
    share = graphene.Float(required=True, description="Of all minutes theirs, from 0 to 1.")


class LoadSpread(graphene.ObjectType):
    """How the minutes of at least five helpers are spread."""

    class Meta:
        possible_types = (Spread,)

    people = graphene.Int(required=True, description="How many helpers.")
    minutes = graphene.Int(required=True, description="How many minutes they gave.")
    gini = graphene.Float(required=True, description="0 where everybody gave the same, near 1 where one gave all.")
    bands = graphene.List(graphene.NonNull(LoadBand), required=True, description="From the lightest to the heaviest.")

    @staticmethod
    def resolve_bands(spread: Spread, _info: graphene.ResolveInfo) -> list[dict[str, object]]:
        return [_told(spread, band) for band in spread.bands]


def _told(spread: Spread, band: Band) -> dict[str, object]:
    return {
        "from_minutes": band.from_minutes,
        "below_minutes": band.below_minutes,
        "people": band.people,
        "minutes": band.minutes,
        "share": spread.share(band),
    }


@dataclass(frozen=True, slots=True)
class LoadThere:
    """The load of a community."""

    community: AreaRow
    load: Load


class HelpLoad(graphene.ObjectType):
    """The visits of thirteen weeks of which both sides spoke, and how their minutes are spread among helpers."""

    class Meta:
        possible_types = (LoadThere,)

    community = graphene.Field(Area, required=True, description="Of which community.")
    visits = graphene.Int(required=True, description="How many visits.")
    spread = graphene.Field(LoadSpread, description="Null for fewer than five helpers.")

    @staticmethod
    def resolve_visits(row: LoadThere, _info: graphene.ResolveInfo) -> int:
        return row.load.visits

    @staticmethod
    def resolve_spread(row: LoadThere, _info: graphene.ResolveInfo) -> Spread | None:
        return row.load.spread


class TakingPart(graphene.ObjectType):
    """How many of an age band, or by a kind of help, asked and helped; null where it is fewer than five, but not 0."""

    class Meta:
        possible_types = (TakingPartRow,)

    age_band = graphene.String(description="The ages in years, for example `35-59`.")
    service_type = graphene.Field(ServiceType, description="The kind of help.")
    asked = graphene.Int(description="People of the band who asked; of a kind of help, requests.")
    helped = graphene.Int(description="People of the band who helped; of a kind of help, agreements.")

    @staticmethod
    def resolve_age_band(row: TakingPartRow, _info: graphene.ResolveInfo) -> str | None:
        return row.band or None

    @staticmethod
    def resolve_service_type(row: TakingPartRow, _info: graphene.ResolveInfo) -> object:
        return row.kind


@dataclass(frozen=True, slots=True)
class TakingPartThere:
    """Who takes part in a community."""

    community: AreaRow
    rows: Sequence[TakingPartRow]


class Participation(graphene.ObjectType):
    """Who took part in the last thirteen weeks; no band of fewer than five residents, no kind of fewer requests."""

    class Meta:
        possible_types = (TakingPartThere,)

    community = graphene.Field(Area, required=True, description="In which community.")
    by_age = graphene.List(graphene.NonNull(TakingPart), required=True, description="By age band, the young first.")
    by_kind = graphene.List(
        graphene.NonNull(TakingPart), required=True, description="By kind of help, the most asked for first."
    )

    @staticmethod
    def resolve_by_age(row: TakingPartThere, _info: graphene.ResolveInfo) -> list[TakingPartRow]:
        return [one for one in row.rows if one.kind is None]

    @staticmethod
    def resolve_by_kind(row: TakingPartThere, _info: graphene.ResolveInfo) -> list[TakingPartRow]:
        return [one for one in row.rows if one.kind is not None]
