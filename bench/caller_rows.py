"""The rows of two hundred callers: who signs in, whom they may vouch for, what waits for an answer; and the check.

`main` speaks JSON, in a process that has the database of the form measured.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterable
from datetime import time, timedelta
from typing import Any, Final
from uuid import UUID

from django.core.management import call_command
from django.utils import timezone
from graphql_relay import from_global_id, to_global_id

from bench.load_rows import HOLDS, accounts_of
from matchmaker.community.models import Person, PostKind, PostTerm, User, Vouch
from matchmaker.community.viewers import viewer_for_person
from matchmaker.matches.actions import approve_proposal, publish_score_cards, request_round, run_round
from matchmaker.matches.actions.running import Where
from matchmaker.matches.models import Proposal, ProposalState
from matchmaker.needs.actions import open_need, open_offer, verify_need
from matchmaker.needs.drafts import NeedDraft, OfferDraft, Window
from matchmaker.needs.models import Offer, OfferState
from matchmaker.records.models import Record
from matchmaker.records.queries import chain_keys, verify_chain
from matchmaker.simulation.sample import DEFAULT_SEED, load_sample

CALLERS: Final = 200
PAIRS: Final = 60
"""Needs with a proposal that waits; each is answered by two callers."""


def seed() -> dict[str, Any]:
    """The sample community stands; two hundred residents have accounts, and proposals wait for some of them."""
    now = timezone.now()
    call_command("migrate", verbosity=0)
    publish_score_cards(now=now)
    load_sample(seed=DEFAULT_SEED, now=now)
    Offer.objects.update(state=OfferState.PAUSED)
    term = PostTerm.objects.filter(post__kind=PostKind.COORDINATOR, ended_at__isnull=True).order_by("pk")[0]
    community_id = term.person.community_id
    year = timezone.localdate().year
    residents = Person.objects.filter(
        community_id=community_id, household__isnull=False, birth_year__range=(year - 60, year - 25)
    ).exclude(pk__in=PostTerm.objects.values("person_id"))
    people = list(residents.order_by("pk")[:CALLERS])
    for person in people:
        name = f"caller-{person.pk}@sample.invalid"  # no made-up phone
        if not User.objects.filter(person=person).update(sign_in_name=name):
            User.objects.create_user(name, person=person, created_at=now)
    Vouch.objects.all().delete()
    _put_proposals(people, worker_id=term.person_id)
    ids = [to_global_id("Person", person.public_id) for person in people]
    return {"accounts": accounts_of(people), "people": ids, "stood": list(_vouches_recorded().elements())}


def _put_proposals(people: list[Person], *, worker_id: int) -> None:
    """The first sixty ask, the next sixty offer, and one round finds out who is asked."""
    now = timezone.now()
    worker = viewer_for_person(worker_id, now=now)
    for person in people[PAIRS : 2 * PAIRS]:
        draft = OfferDraft(title="callers", service_types=("SHOPPING",), reach_m=5_000, visits_per_week=7)
        open_offer(viewer=viewer_for_person(person.pk, now=now), draft=draft, now=now)
    for number, person in enumerate(people[:PAIRS]):
        day = (now + timedelta(days=2 + number % 10)).date()
        window = Window(day, time(8 + number % 8), time(11 + number % 8))
        asked = NeedDraft(service_type="SHOPPING", minutes=60, windows=(window,), details="callers")
        need = open_need(viewer=viewer_for_person(person.pk, now=now), draft=asked, now=now)
        verify_need(viewer=worker, need_id=need.public_id, now=now)
    asked_for = request_round(viewer=worker, community_id=people[0].community.public_id, now=now)
    run_round(round_id=asked_for.pk, now=now, where=Where.HERE)
    for proposal in Proposal.objects.filter(state=ProposalState.IN_REVIEW):
        approve_proposal(viewer=worker, proposal_id=proposal.public_id, now=now)


def check(writes: Iterable[tuple[str, str]]) -> list[str]:
    """What is missing or doubled of these acknowledged writes; nothing where all is well."""
    told = [tuple(write) for write in writes]
    answers = [(kind, what) for kind, what in told if kind in HOLDS]
    found = [f"{kind}: {what} is not so" for kind, what in answers if not HOLDS[kind](UUID(from_global_id(what).id))]
    stood = _vouches_recorded()
    said = Counter((f"vouch.{kind}", "") for kind, _ in told if kind in ("given", "revoked"))
    said += Counter((kind, what) for kind, what in told if kind.startswith("vouch."))
    for kind in said | stood:
        if said[kind] != stood[kind]:
            found.append(f"{kind[0]}: {said[kind]} acknowledged, {stood[kind]} recorded")
    last = {what: kind for kind, what in told if kind in ("given", "revoked")}
    live = {
        str(to_global_id("Vouch", public_id))
        for public_id in Vouch.objects.filter(revoked_at__isnull=True).values_list("public_id", flat=True)
    }
    found += [f"vouch {what} was lost" for what, kind in last.items() if (what in live) != (kind == "given")]
    return found + [str(fault) for key in chain_keys() for fault in verify_chain(key)]


def _vouches_recorded() -> Counter[tuple[str, str]]:
    """How often words were given and taken back, as the chain has it; the sample brings some."""
    return Counter(
        (kind, "") for kind in Record.objects.filter(kind__startswith="vouch.").values_list("kind", flat=True)
    )


def main() -> None:
    if sys.argv[1] == "seed":
        json.dump(seed(), sys.stdout)
    else:
        json.dump(check([(kind, what) for kind, what in json.load(sys.stdin)]), sys.stdout)
