"""The rows of a load: who signs in, and afterwards whether each acknowledged write is there, exactly once.

`main` speaks JSON, in a process that has the database of the form measured.
"""

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any, Final
from uuid import UUID

from django.core.management import call_command
from django.utils import timezone
from graphql_relay import from_global_id

from matchmaker.community.models import Person, PostKind, PostTerm, User
from matchmaker.matches.actions import publish_score_cards
from matchmaker.matches.models import Decision, DecisionKind, Match, Proposal, ProposalState
from matchmaker.needs.models import Need, Offer, OfferState
from matchmaker.records.models import Record
from matchmaker.records.queries import chain_keys, verify_chain
from matchmaker.simulation.sample import DEFAULT_SEED, load_sample

ACCOUNTS: Final = 12
MARK: Final = "load-"

Write = tuple[str, str]


def seed() -> dict[str, Any]:
    """The sample community stands, its own offers set aside; the accounts of residents and of the coordinator."""
    call_command("migrate", verbosity=0)
    publish_score_cards(now=timezone.now())
    load_sample(seed=DEFAULT_SEED, now=timezone.now())
    Offer.objects.update(state=OfferState.PAUSED)
    busy = PostTerm.objects.values("person_id")
    year = timezone.localdate().year
    residents = Person.objects.filter(
        account__isnull=False, household__isnull=False, birth_year__range=(year - 60, year - 25)
    ).exclude(pk__in=busy)
    desk = PostTerm.objects.filter(post__kind=PostKind.COORDINATOR, ended_at__isnull=True).order_by("pk")[0].person
    people = list(residents.order_by("pk")[:ACCOUNTS])
    for user in User.objects.filter(person__in=[person.pk for person in people]):
        User.objects.filter(pk=user.pk).update(sign_in_name=f"load-{user.pk}@sample.invalid")  # no made-up phone
    return {"accounts": accounts_of(people), "desk": accounts_of([desk])[0]}


def accounts_of(people: Iterable[Person]) -> list[tuple[int, str]]:
    """Each account's id and the name that signs it in, in the order of the people."""
    users = User.objects.filter(person__in=[person.pk for person in people]).order_by("person_id")
    return list(users.values_list("pk", "sign_in_name"))


def check(writes: Iterable[Write]) -> list[str]:
    """What is missing or doubled of these acknowledged writes; nothing where all is well."""
    told = list(writes)
    needs = Need.objects.filter(details__startswith=MARK).values_list("details", flat=True)
    offers = Offer.objects.filter(title__startswith=MARK).values_list("title", flat=True)
    found = _marked(told, "need", Counter(needs)) + _marked(told, "offer", Counter(offers))
    for kind, holds in HOLDS.items():
        for what in (what for told_kind, what in told if told_kind == kind):
            if not holds(UUID(from_global_id(what).id)):
                found.append(f"{kind}: {what} is not as it was acknowledged")
    doubled = [what for what, times in Counter(told).items() if times > 1]
    found += [f"{kind}: {what} was acknowledged twice" for kind, what in doubled]
    return found + _records()


def _marked(told: list[Write], kind: str, stored: Counter[str]) -> list[str]:
    """Each mark that was acknowledged stands once, and none stands twice."""
    lost = [f"{kind}: {mark} was lost" for told_kind, mark in told if told_kind == kind and not stored[mark]]
    return lost + [f"{kind}: {mark} stands {times} times" for mark, times in stored.items() if times > 1]


def _records() -> list[str]:
    """Whatever was opened or agreed stands in the records once."""
    wanted = {
        "need.opened": Need.objects.filter(details__startswith=MARK).count(),
        "match.agreed": Match.objects.count(),
    }
    stood = {kind: Record.objects.filter(kind=kind).count() for kind in wanted}
    missing = [f"{kind}: {stood[kind]} records of {count}" for kind, count in wanted.items() if stood[kind] != count]
    return missing + [str(fault) for key in chain_keys() for fault in verify_chain(key)]


def _is_verified(need_id: UUID) -> bool:
    return Need.objects.filter(public_id=need_id, verified_at__isnull=False).exists()


def _is_approved(proposal_id: UUID) -> bool:
    approved = Decision.objects.filter(proposal__public_id=proposal_id, kind=DecisionKind.APPROVE)
    return approved.count() == 1


def _helper_agreed(proposal_id: UUID) -> bool:
    proposal = Proposal.objects.get(public_id=proposal_id)
    return proposal.helper_answered_at is not None and proposal.state != ProposalState.DECLINED_BY_HELPER


def _is_agreed(proposal_id: UUID) -> bool:
    return Match.objects.filter(proposal__public_id=proposal_id).count() == 1


def _helper_declined(proposal_id: UUID) -> bool:
    return Proposal.objects.filter(public_id=proposal_id, state=ProposalState.DECLINED_BY_HELPER).exists()


def _asker_declined(proposal_id: UUID) -> bool:
    return Proposal.objects.filter(public_id=proposal_id, state=ProposalState.DECLINED_BY_ASKER).exists()


# What must hold of each acknowledged write that has an id; an answer goes by the state that it led to.
HOLDS: Final[dict[str, Callable[[UUID], bool]]] = {
    "verify": _is_verified,
    "approve": _is_approved,
    ProposalState.AWAITING_ASKER.value: _helper_agreed,
    ProposalState.ACCEPTED.value: _is_agreed,
    ProposalState.DECLINED_BY_HELPER.value: _helper_declined,
    ProposalState.DECLINED_BY_ASKER.value: _asker_declined,
}


def main() -> None:
    if sys.argv[1] == "seed":
        json.dump(seed(), sys.stdout)
    else:
        json.dump(check([(kind, what) for kind, what in json.load(sys.stdin)]), sys.stdout)
