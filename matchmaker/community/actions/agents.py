"""Agents: a person acts for a station, for certain services, until a day."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.timezone import localdate

from matchmaker.community.actions.locking import chain_of, community_of, neighbour_of
from matchmaker.community.actions.mandates import checked_end, checked_evidence
from matchmaker.community.models import AreaLevel, Mandate, MandateKind, Station
from matchmaker.community.viewers import Viewer
from matchmaker.errors import DomainError, InvalidInput, NotAllowed, NotFound
from matchmaker.records.actions import commit


class OwnAgency(DomainError):
    code = "OWN_AGENCY"
    message = "Nobody makes themselves the agent of a station."
    message_zh = "不能指定自己为服务站的代办员。"


def appoint_agent(
    *,
    viewer: Viewer,
    station_id: UUID,
    holder_id: UUID,
    scope: Sequence[str],
    evidence: str,
    ends_date: date,
    now: datetime,
) -> Mandate:
    """The neighbour acts for the station in these services until the day: named by its clerk or by a worker there."""
    own_id = viewer.require_person()
    evidence = checked_evidence(evidence)
    checked_end(ends_date, now=now)
    if not scope:
        raise InvalidInput(
            "Please name the services in which the agent acts.", message_zh="请选择代办哪些服务。", field="scope"
        )
    with transaction.atomic():
        station = Station.objects.select_related("area").filter(public_id=station_id).first()
        if station is None:
            raise NotFound(field="station_id")
        if not may_name_agents(viewer, station):
            raise NotAllowed(field="station_id")
        holder = neighbour_of(viewer, holder_id)
        if holder.pk == own_id:
            raise OwnAgency(field="holder_id")
        mandate = Mandate.objects.create(
            kind=MandateKind.AGENT,
            holder=holder,
            station=station,
            scope=list(dict.fromkeys(scope)),
            evidence=evidence,
            starts_date=localdate(now),
            ends_date=ends_date,
            entered_by_id=own_id,
        )
        facts = {"mandate": mandate.pk, "station": station.pk}
        persons = [holder.pk, own_id]
        commit(chain=chain_of(_community_key(station)), kind="agent.appointed", facts=facts, persons=persons, now=now)
    return mandate


def may_name_agents(viewer: Viewer, station: Station) -> bool:
    """A clerk of the organization that runs it, or a worker of its area."""
    return station.organization_id in viewer.clerk_of or viewer.works_at(station.area.path)


def _community_key(station: Station) -> int:
    """A regional station stands above all communities: its acts are kept under its own area."""
    return community_of(station.area).pk if station.area.level >= AreaLevel.COMMUNITY else station.area_id
