"""The small town of the tests with long lists in it, and who asks for which page."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.test import Client
from django.utils import timezone

from matchmaker.community.models import Person
from matchmaker.matches.actions import look_around, publish_score_cards
from matchmaker.matches.models import Proposal, ProposalState, Visit
from tests.matches.rows_explored import more_buildings, tie_at_random
from tests.towns import (
    load_service_types_once,
    match_for,
    open_need_for,
    open_offer_for,
    proposal_for,
    small_town,
    tie,
    user_of,
    viewer_of,
)

Ask = Callable[[], Any]
BUILDINGS = 8


class Pages:
    """A town whose lists grow."""

    def __init__(self) -> None:
        now = timezone.now()
        load_service_types_once()
        publish_score_cards(now=now)
        self.now, self.town = now, small_town(now)
        self._agreed = match_for(self.town)
        clinic = ("CLINIC_COMPANY",)
        need = open_need_for(self.town, service_type=clinic[0], consent="IN_APP")
        offer = open_offer_for(self.town, service_types=clinic)
        self._in_review = proposal_for(self.town, need=need, offer=offer, state=ProposalState.IN_REVIEW)
        self._unverified = open_need_for(self.town, verified=False, service_type="PATROL")
        self._needs, self._people = 1, 0
        self._crowd: list[Person] = []
        self._clients = {name: self._client(getattr(self.town, name)) for name in ("asker", "coordinator")}

    def with_rows(self, needs: int, people: int) -> dict[str, tuple[Ask, Ask]]:
        """Each page and the bare view of as many rows, once the lists have grown to this length."""
        self._grow(needs, people)
        look = look_around(
            viewer=viewer_of(self.town.coordinator, now=self.now),
            need_id=self._in_review.need.public_id,
            reason=f"{people}",
            now=self.now,
        )
        town = self.town.community.public_id
        return {
            "/mine, needs with meetings": (
                self._get("asker", "/mine"),
                self._get("asker", f"/bare/needs/{2 * needs}"),
            ),
            "/review, needs and proposals": (
                self._get("coordinator", "/review"),
                self._get("coordinator", f"/bare/needs/{2 * needs}"),
            ),
            "/looks, people around a case": (
                self._get("coordinator", f"/looks/{look.public_id}"),
                self._get("coordinator", f"/bare/people/{people}"),
            ),
            "/explorer, people by building": (
                self._get("coordinator", f"/explorer/{town}"),
                self._get("coordinator", f"/bare/people/{people}"),
            ),
        }

    def _get(self, name: str, path: str) -> Ask:
        client = self._clients[name]

        def asked() -> Any:
            answer = client.get(path)
            assert answer.status_code == 200, (path, answer.status_code)
            return answer

        return asked

    def _client(self, person: Person) -> Client:
        client = Client(headers={"Accept-Language": "zh"})
        client.force_login(user_of(person))
        return client

    def _grow(self, needs: int, people: int) -> None:
        for number in range(self._needs, needs):
            later = timedelta(days=number % 28)
            proposal = self._copy_of(self._agreed.proposal)
            match = _anew(self._agreed, need=proposal.need, proposal=proposal)
            visit = self._agreed.visits.all()[0]
            Visit.objects.create(
                match=match, starts_at=visit.starts_at + later, ends_at=visit.ends_at + later, minutes=visit.minutes
            )
            self._copy_of(self._in_review)
            _anew(self._unverified)
        self._needs = needs
        if not self._crowd:
            self._crowd = more_buildings(self.town, BUILDINGS, 200)
        for one in self._crowd[self._people : people]:
            tie(self.town.asker, one)
        if people > 20:
            tie_at_random(self._crowd, 400)
        self._people = people

    def _copy_of(self, proposal: Proposal) -> Proposal:
        return _anew(proposal, need=_anew(proposal.need))


def _anew(row: Any, **changed: Any) -> Any:
    """The row stored once more, changed so."""
    copy = type(row).objects.get(pk=row.pk)
    copy.pk, copy.public_id = None, uuid4()
    for name, value in changed.items():
        setattr(copy, name, value)
    copy._state.adding = True
    copy.save(force_insert=True)
    return copy
