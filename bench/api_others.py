"""The two ways to answer the same page that ours is held against: stock graphene-django, and a view written by hand."""

from collections import defaultdict
from typing import Any, Final

import graphene
import orjson
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from graphene_django import DjangoObjectType
from graphene_django.views import GraphQLView

from bench.api_rows import NEEDS
from matchmaker.community import models as community
from matchmaker.matches.models import Match
from matchmaker.needs.models import Need, Offer, ServiceType

ORDER: Final = ("-opened_at", "-pk")


def _stock(model: type, name: str, *fields: str) -> type:
    options = {"model": model, "name": name, "fields": fields, "convert_choices_to_enum": False}
    return type(name, (DjangoObjectType,), {"Meta": type("Meta", (), options)})


OF_A_NEED: Final = (
    *("state", "minutes", "helpers_wanted", "all_or_none", "helpers_found", "repeat", "repeat_until_date", "at_home"),
    *("urgency", "risk_class", "opened_at", "answer_by", "verified_at", "details", "risks", "nobody_from_building"),
)
OF_A_MATCH: Final = ("state", "agreed_at")
OF_AN_OFFER: Final = ("title", "state", "opened_at")
OF_AN_ORGANIZATION: Final = ("name", "kind", "phone")
OF_A_TYPE: Final = ("code", "name_zh", "sensitive")

StockType = _stock(ServiceType, "StockServiceType", *OF_A_TYPE)
StockPerson = _stock(community.Person, "StockPerson", "id", "name")
StockOrganization = _stock(community.Organization, "StockOrganization", "id", *OF_AN_ORGANIZATION)
StockOffer = _stock(Offer, "StockOffer", "id", "organization", *OF_AN_OFFER)
StockMatch = _stock(Match, "StockMatch", "id", "helper", "offer", *OF_A_MATCH)


class StockNeed(DjangoObjectType):
    class Meta:
        model = Need
        fields = ("id", "service_type", "for_person", "asked_by", *OF_A_NEED)
        convert_choices_to_enum = False

    matches_so_far = graphene.List(graphene.NonNull(StockMatch), required=True)

    @staticmethod
    def resolve_matches_so_far(need: Need, _info: Any) -> list[Match]:
        return list(need.matches.all())


class StockPage(graphene.ObjectType):
    nodes = graphene.List(graphene.NonNull(StockNeed), required=True)


class StockQuery(graphene.ObjectType):
    needs = graphene.Field(StockPage, first=graphene.Int())

    @staticmethod
    def resolve_needs(_root: Any, _info: Any, first: int) -> dict[str, QuerySet[Need]]:
        matches = Match.objects.select_related("helper", "offer__organization")
        rows = Need.objects.select_related("service_type", "for_person", "asked_by").order_by(*ORDER)
        return {"nodes": rows.prefetch_related(Prefetch("matches", queryset=matches))[:first]}


stock_view = GraphQLView.as_view(schema=graphene.Schema(query=StockQuery))


def by_hand(_request: HttpRequest) -> HttpResponse:
    """The same fields from two lists of values, with nobody asking who looks."""
    of_type = tuple(f"service_type__{name}" for name in OF_A_TYPE)
    people = ("for_person__public_id", "for_person__name", "asked_by__public_id", "asked_by__name")
    rows = Need.objects.order_by(*ORDER).values_list("pk", "public_id", *OF_A_NEED, *of_type, *people)[:NEEDS]
    needs = list(rows)
    matches = _matches_by_hand([row[0] for row in needs])
    end = 2 + len(OF_A_NEED)
    nodes = [
        {
            "id": row[1],
            **dict(zip(OF_A_NEED, row[2:end], strict=True)),
            "serviceType": dict(zip(OF_A_TYPE, row[end : end + 3], strict=True)),
            "forPerson": {"id": row[end + 3], "name": row[end + 4]},
            "askedBy": {"id": row[end + 5], "name": row[end + 6]},
            "matchesSoFar": matches[row[0]],
        }
        for row in needs
    ]
    return HttpResponse(orjson.dumps({"data": {"needs": {"nodes": nodes}}}), content_type="application/json")


def _matches_by_hand(need_ids: list[int]) -> dict[int, list[dict[str, Any]]]:
    of_offer = tuple(f"offer__{name}" for name in ("public_id", *OF_AN_OFFER))
    of_organization = tuple(f"offer__organization__{name}" for name in ("public_id", *OF_AN_ORGANIZATION))
    rows = Match.objects.filter(need__in=need_ids).values_list(
        "need_id", "public_id", *OF_A_MATCH, "helper__public_id", "helper__name", *of_offer, *of_organization
    )
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        offer = dict(zip(("id", *OF_AN_OFFER), row[6:10], strict=True))
        offer["organization"] = dict(zip(("id", *OF_AN_ORGANIZATION), row[10:14], strict=True))
        helper = {"id": row[4], "name": row[5]}
        found[row[0]].append({"id": row[1], "state": row[2], "agreedAt": row[3], "helper": helper, "offer": offer})
    return found
