"""Walks the schema as every role: which fields show something, which mutations are done.

A field is seen where some row of its type shows a value that is neither null nor empty. Rows are reached by `node(id)`
and, where a type has no id of its own, through the row that holds it; types that only mutations give are reached
through the mutation, which is then taken back.
"""

from collections import defaultdict
from collections.abc import Iterator
from copy import deepcopy
from itertools import chain
from typing import Any, Final

import time_machine
from django.db import transaction
from django.test import Client
from graphql import GraphQLObjectType, get_named_type, is_composite_type, is_object_type

from api.schema import schema
from matchmaker.community.models import AccessToken, Deputy, User
from matchmaker.lists.models import ImportRun
from matchmaker.matches import actions
from matchmaker.matches.models import (
    CompanionProposal,
    Concern,
    Decision,
    LedgerEntry,
    PairDecision,
    ScoreCard,
    SecondLook,
    UnmetNeed,
    Visit,
    WhatIf,
)
from matchmaker.needs.models import ServiceType, TourStop
from matchmaker.notices.models import Notice, Webhook, WebhookMessage
from tests.graphql_client import ask, client_for, do, global_id
from tests.known_town import know_the_town
from tests.promises.attempts_of_systems import ANSWERED_OF_SYSTEMS, with_systems
from tests.promises.attempts_with_company import with_company
from tests.promises.attempts_with_deputies import with_deputies
from tests.promises.attempts_with_looks import with_looks
from tests.promises.attempts_with_pairs import ANSWERED_OF_PAIRS, around_the_case, with_pairs
from tests.promises.attempts_with_tours import tours_of
from tests.promises.public_rows import month_told
from tests.promises.role_attempts import ANSWERED, ANSWERED_BESIDES, Attempt
from tests.promises.sights import Sight, node, of_looks, of_months, of_the_case
from tests.promises.sights_of_work import of_work, with_work
from tests.towns import viewer_of
from tests.way import OVER, Way

SIGHTS_AT_ONCE: Final = 12
PLUMBING: Final = ("Connection", "Edge", "Payload")
PERSONS: Final = {
    "resident": "stranger",
    "asker": "asker",
    "helper": "helper",
    "clerk": "clerk",
    "coordinator": "coordinator",
    "coordinator elsewhere": "other_coordinator",
    "police contact": "police",
    "auditor": "auditor",
}
GOES_WRONG_FOR: Final = ("asker", "helper", "coordinator")
REFUSED: Final = frozenset({"NOT_ALLOWED", "NOT_FOUND", "SIGN_IN_REQUIRED"})
"""What a role is answered where it has no part; any other refusal is the action's own."""

ALL_ANSWERED: Final = ANSWERED | ANSWERED_OF_SYSTEMS | ANSWERED_OF_PAIRS

type_map: Final = schema.graphql_schema.type_map


def clients_of(way: Way) -> dict[str, Client]:
    """A browser for each role, signed in where the role has an account."""
    clients = {role: client_for(getattr(way.town, name)) for role, name in PERSONS.items()}
    operator = User.objects.create_user("operator@town.invalid", is_staff=True, created_at=way.now)
    clients["visitor"], clients["operator"] = client_for(), client_for()
    clients["operator"].force_login(operator)
    return clients


def schema_fields() -> set[str]:
    """Every field that can show something of a row: Relay's plumbing and payloads carry nothing of their own."""
    return {
        f"{name}.{field}"
        for name, kind in type_map.items()
        if is_object_type(kind) and not name.startswith("__") and not name.endswith(PLUMBING)
        for field in kind.fields
        if name not in ("Mutation", "PageInfo", "Subscription")
    }


def plumbing_fields() -> dict[str, set[str]]:
    """The fields of connections, edges and payloads, which must stay plumbing."""
    return {
        name: set(kind.fields) for name, kind in type_map.items() if is_object_type(kind) and name.endswith(PLUMBING)
    }


def mutation_names() -> set[str]:
    kind = type_map["Mutation"]
    assert isinstance(kind, GraphQLObjectType)
    return set(kind.fields)


def seen_by(client: Client, sights: list[Sight]) -> set[str]:
    """The fields that show something to this client; sights through one row are looked at together."""
    together: dict[str, list[Sight]] = defaultdict(list)
    for sight in sights:
        together[sight.field].append(sight)
    fields = list(together)
    seen: set[str] = set()
    for start in range(0, len(fields), SIGHTS_AT_ONCE):
        some = fields[start : start + SIGHTS_AT_ONCE]
        parts = [f"s{number}: {_document(field, together[field])}" for number, field in enumerate(some)]
        found = ask(client, "{ " + " ".join(parts) + " }")
        for number, field in enumerate(some):
            for sight in together[field]:
                seen |= _shown(sight.type_name, found[f"s{number}"], sight.inside)
    return seen


def query_fields_seen_by(client: Client, way: Way) -> set[str]:
    """The fields of Query under which the client finds something."""
    kind = type_map["Query"]
    assert isinstance(kind, GraphQLObjectType)
    need = global_id("Need", way.need)
    community = dict.fromkeys(("areaInWords", "whoBridges", "introduction"), global_id("Area", way.town.community))
    ids = {"importRun": global_id("ImportRun", ImportRun.objects.get(state="CHECKED"))} | community
    ids["attendance"] = global_id("Organization", way.town.organization)
    parts = []
    for name, field in kind.fields.items():
        asked = next((argument for argument in ("id", "needId", "organizationId") if argument in field.args), None)
        arguments = f'({asked}: "{ids.get(name, need)}")' if asked else ""
        is_page = str(get_named_type(field.type)).endswith("Connection")
        parts.append(f"{name}{arguments} {{ {'nodes { __typename }' if is_page else '__typename'} }}")
    halves = (parts[::2], parts[1::2])
    found = dict(chain.from_iterable(ask(client, "{ " + " ".join(half) + " }").items() for half in halves))
    return {
        f"Query.{name}" for name, value in found.items() if value and (type(value) is list or value.get("nodes", 1))
    }


def sights_of(way: Way) -> list[Sight]:
    """Ways to look at every type of which the way has rows, and of the town once it is known."""
    crowd = know_the_town(way.town, now=way.now)
    with_systems(way)
    with_pairs(way)
    around_the_case(way, crowd)
    with_looks(way)
    month_told(way)
    with_work(way, crowd)
    others = (_through_others(way), _of_pairs(way), of_the_case(way), of_looks(), of_months(), of_work(way, crowd))
    return [*_by_id(way), *chain.from_iterable(others)]


def _by_id(way: Way) -> Iterator[Sight]:
    town = way.town
    if way.stage == OVER:
        _go_wrong(way)
    tours = tours_of(way)
    with_deputies(way)
    rows: dict[str, list[Any]] = {
        "AccessToken": list(AccessToken.objects.all()),
        "Area": [town.community, town.corridors[0]],
        "DutyAlarm": list(way.alarms),
        "CityPlan": [way.city_plan],
        "Deputy": list(Deputy.objects.all()),
        "Concern": list(Concern.objects.all()),
        "Call": [way.call],
        "CompanionProposal": list(CompanionProposal.objects.all()),
        "Decision": list(Decision.objects.all()),
        "ImportRun": list(ImportRun.objects.all()),
        "LedgerEntry": list(LedgerEntry.objects.all()),
        "Match": list(way.matches),
        "Need": [way.need, way.safety_need],
        "Notice": list(Notice.objects.all()),
        "Offer": [way.offer, way.organization_offer, way.paid_offer],
        "Organization": [town.organization],
        "PairDecision": list(PairDecision.objects.all()),
        "Post": [],
        "Proposal": list(way.proposals),
        "Round": [way.round, way.failed_round],
        "ScoreCard": list(ScoreCard.objects.all()[:1]),
        "SecondLook": list(SecondLook.objects.all()),
        "Tour": list(tours),
        "TourStop": [stop for tour in tours for stop in tour.stops.all()],
        "UnmetNeed": list(UnmetNeed.objects.all()),
        "Visit": list(way.visits),
        "Webhook": list(Webhook.objects.all()),
        "WebhookMessage": list(WebhookMessage.objects.all()),
        "WhatIf": list(WhatIf.objects.all()),
    }
    for type_name, found in rows.items():
        for row in found:
            yield Sight(type_name, node(type_name, row))


def _go_wrong(way: Way) -> None:
    """What the way has no room for: taps, a concern that was answered and one that waits, a wish not to meet again."""
    asker, helper, worker = (viewer_of(getattr(way.town, name), now=way.now) for name in GOES_WRONG_FOR)
    for visit in way.visits:
        said = {"arrived_at": visit.starts_at, "left_at": visit.ends_at}
        Visit.objects.filter(pk=visit.pk).update(arrived_said="HELPER", left_said="ASKER", **said)
    answered, _ = (
        actions.report_concern(viewer=viewer, match_id=way.matches[0].public_id, words="有点不放心", now=way.now)
        for viewer in (asker, helper)
    )
    actions.take_concern(viewer=worker, concern_id=answered.public_id, now=way.now)
    actions.resolve_concern(
        viewer=worker, concern_id=answered.public_id, resolution="RESUME", reason="两边都谈过了", now=way.now
    )
    actions.block_person(viewer=asker, person_id=way.town.newcomer.public_id, now=way.now)
    with_company(way)


def _through_others(way: Way) -> Iterator[Sight]:
    """Types without an id of their own, and the asker as a person, wherever a row names her."""
    assert ServiceType.objects.exists()
    yield Sight("ServiceType", "serviceTypes(first: 100)", ("nodes",))
    yield Sight("Post", "posts(first: 100)", ("nodes",))
    yield Sight("DeskPerson", "people(first: 100)", ("nodes",))
    yield Sight("Station", "stations(first: 100)", ("nodes",))
    yield Sight("Viewer", "viewer")
    yield Sight("DutyPhone", "dutyPhone")
    yield Sight("Emergency", "emergencies(first: 100)", ("nodes",))
    for alarm in way.alarms:
        yield Sight("DutyCall", node("DutyAlarm", alarm), ("calls",))
    yield Sight("Role", "viewer", ("roles",))
    yield Sight("StreetMap", "streetMaps", ("nodes",))
    yield Sight("Coverage", "coverage")
    yield Sight("ServiceCoverage", "coverage", ("services",))
    yield Sight("StationCircle", "coverage", ("stations",))
    yield Sight("OwnData", "ownData")
    yield Sight("Wishes", "wishes")
    community = global_id("Area", way.town.community)
    yield Sight("AreaReading", "areaReadings(first: 100)", ("nodes",))
    yield Sight("AreaInWords", f'areaInWords(id: "{community}")')
    yield Sight("BetweenGroups", "betweenGroups(first: 100)", ("nodes",))
    yield Sight("GroupWatch", "groupWatch(first: 100)", ("nodes",))
    yield Sight("Introduction", f'introduction(id: "{community}")')
    for message in WebhookMessage.objects.all():
        yield Sight("Webhook", node("WebhookMessage", message), ("webhook",))
    need = node("Need", way.need)
    yield Sight("FirstAnswer", f'firstAnswer(needId: "{global_id("Need", way.need)}")')
    suggested = f'suggest(needId: "{global_id("Need", way.need)}")'
    yield Sight("Suggestions", suggested)
    yield Sight("Suggested", suggested, ("inOrder",))
    yield Sight("NeedWindow", need, ("windows",))
    yield Sight("Person", need, ("forPerson",))
    yield Sight("Profile", need, ("forPerson", "profile"))
    for offer in (way.offer, way.organization_offer):
        yield Sight("OfferHours", node("Offer", offer), ("hours",))
    organization = global_id("Organization", way.town.organization)
    yield Sight("AttendedVisit", f'attendance(organizationId: "{organization}")', ("nodes",))
    yield Sight("Willingness", "willingness")
    yield Sight("Willingness", "companionsToVet(first: 100)", ("nodes",))
    yield Sight("CompanionFigures", "companionFigures(first: 100)", ("nodes",))
    for proposal in CompanionProposal.objects.all():
        yield Sight("CompanionWord", node("CompanionProposal", proposal), ("ownWord",))
    yield Sight("ScoreWeight", node("ScoreCard", ScoreCard.objects.all()[0]), ("weights",))
    for proposal in way.proposals:
        yield Sight("ScoreTerm", node("Proposal", proposal), ("terms",))
    for match in way.matches:
        yield Sight("Contact", node("Match", match), ("contact",))
        yield Sight("Person", node("Match", match), ("person",))
        yield Sight("Profile", node("Match", match), ("person", "profile"))
    for run in ImportRun.objects.all():
        yield Sight("ImportFault", node("ImportRun", run), ("faults", "nodes"))
        yield Sight("ImportCount", node("ImportRun", run), ("changedColumns",))
    for visit in way.visits:
        yield Sight("Outcome", node("Visit", visit), ("ownOutcome",))
    for stop in TourStop.objects.all():
        yield Sight("TourSignUp", node("TourStop", stop), ("signUps",))
    for entry in LedgerEntry.objects.all():
        yield Sight("Person", node("LedgerEntry", entry), ("receiver",))


def _of_pairs(way: Way) -> Iterator[Sight]:
    """What a worker looks at before they pin or ban, and a helper who was not asked."""
    yield Sight("GridMap", 'gridMap(serviceType: "SHOPPING")')
    yield Sight("GridOnMap", "gridMap", ("grids",))
    yield Sight("Logged", "decisionLog(first: 100)", ("nodes",))
    candidates = f'candidates(needId: "{global_id("Need", way.need)}")'
    yield Sight("Candidates", candidates)
    yield Sight("Candidate", candidates, ("nearest",))
    yield Sight("OwnRules", "whyNotAsked")
    yield Sight("WhyNotAsked", "whyNotAsked", ("rules",))
    for asked in WhatIf.objects.all():
        what_if = node("WhatIf", asked)
        yield Sight("WhatIfChanges", what_if, ("changes",))
        yield Sight("SupposedOffer", what_if, ("changes", "offer"))
        yield Sight("Difference", what_if, ("difference",))
        yield Sight("PlanFigures", what_if, ("difference", "after"))
        for listed in ("added", "refusedPins"):
            yield Sight("PlannedPair", what_if, ("difference", listed))


def _document(field: str, sights: list[Sight]) -> str:
    name, _, type_name = field.partition("|")
    inner = " ".join(_inside(sight) for sight in sights)
    return f"{name} {{ ... on {type_name} {{ {inner} }} }}" if type_name else f"{name} {{ {inner} }}"


def _inside(sight: Sight) -> str:
    inner = _selection(sight.type_name)
    for part in reversed(sight.inside):
        inner = f"{part} {{ {inner} }}"
    return inner


def _selection(type_name: str) -> str:
    kind = type_map[type_name]
    assert isinstance(kind, GraphQLObjectType)
    return " ".join(
        f"{name} {{ __typename }}" if is_composite_type(get_named_type(field.type)) else name
        for name, field in kind.fields.items()
    )


def _shown(type_name: str, found: Any, inside: tuple[str, ...]) -> set[str]:
    """The fields of the rows at the end of `inside` that are neither null nor empty."""
    if isinstance(found, list):
        return set().union(*(_shown(type_name, row, inside) for row in found))
    if not found:
        return set()
    if inside:
        return _shown(type_name, found.get(inside[0]), inside[1:])
    return {f"{type_name}.{name}" for name, value in found.items() if value is not None and value not in ([], "")}


def answered_to(client: Client, way: Way, role: str) -> set[str]:
    """The fields that mutations show of types that nothing else gives; what the mutations did is taken back."""
    seen: set[str] = set()
    answers = [(type_name, *answer) for type_name, answer in ALL_ANSWERED.items()] + list(ANSWERED_BESIDES)
    for type_name, mutation, field, given in answers:
        field, *inside = field.split(".")
        selection = _inside(Sight(type_name, mutation, (field, *inside)))
        with transaction.atomic():
            found = do(client, mutation, selection, **(given(way, role) or {}))
            transaction.set_rollback(True)
        seen |= _shown(type_name, found[field], tuple(inside))
    return seen


def is_done(client: Client, attempt: Attempt, way: Way, role: str) -> bool:
    """Whether the mutation was done; what it did is taken back. A refusal that is not about the role is an error."""
    cookies = deepcopy(client.cookies)
    with transaction.atomic(), time_machine.travel(way.now + attempt.later, tick=False):
        given = attempt.given(way, role)
        if given is None:
            found = ask(client, f"mutation {{ {attempt.mutation} {{ errors {{ code }} }} }}")[attempt.mutation]
        else:
            found = do(client, attempt.mutation, "", **given)
        transaction.set_rollback(True)
    client.cookies = cookies
    codes = {error["code"] for error in found["errors"]}
    assert codes <= REFUSED, f"{attempt.row} as {role}: {codes} says nothing about the role"
    return not codes


def by_type(fields: set[str]) -> dict[str, list[str]]:
    """Fields under their types, both in order."""
    found: dict[str, list[str]] = defaultdict(list)
    for field in sorted(fields):
        found[field.partition(".")[0]].append(field)
    return dict(found)
