"""Companions of a simulated month: who would come along, who wishes for it, what the three say; off unless asked for.

A visit with company leaves its three ties by the engine's assumption of a pair who have a friend in common.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Final

from matchmaker.engine.neighbourhood import LASTS_SUPPORTED
from matchmaker.matches import actions as matches
from matchmaker.matches.drafts import CompanionDraft, WillingDraft
from matchmaker.matches.models import CompanionProposal, CompanionState, MatchState, Visit, VisitState
from matchmaker.matches.models import Match as MatchRow
from matchmaker.matches.queries import may_wish_companion
from matchmaker.needs.availability import Hours
from matchmaker.simulation.dice import draw
from matchmaker.simulation.living import Living
from matchmaker.simulation.sample import Sample

WILLING_SETTLED: Final = 0.08
WILLING_NEWCOMER: Final = 0.30
WISHES: Final = 0.60
COMPANION_SAYS_YES: Final = 0.80
ASKER_SAYS_YES: Final = 0.90
WELCOME: Final = 0.99
"""Assumed shares; nobody has counted them yet."""
AGES: Final = range(18, 80)
MORNING, NIGHT = time(8), time(20)


@dataclass
class CompanyLife:
    """The companions of a month; `hours_per_week` is what the community gives for it."""

    sample: Sample
    living: Living
    hours_per_week: int
    numbers: Mapping[int, int] = field(default_factory=dict)

    def begin(self, now: datetime) -> None:
        """The coordinator gives hours, some residents would come along, and a worker has looked at each of them."""
        self.numbers = {person.pk: number for number, person in enumerate(self.sample.residents)}
        community = self.sample.places.community
        workers = self.living.workers[community.pk]
        matches.set_companion_budget(
            viewer=self.living.viewer(workers[0], now),
            community_id=community.public_id,
            hours_per_week=self.hours_per_week,
            now=now,
        )
        hours = tuple(Hours(day, MORNING, NIGHT) for day in range(7))
        for person in self.sample.residents:
            share = WILLING_NEWCOMER if person.newcomer else WILLING_SETTLED
            if person.age not in AGES or self._draw("willing", person.pk) >= share:
                continue
            matches.be_companion(viewer=self.living.viewer(person.pk, now), draft=WillingDraft(hours=hours), now=now)
            for worker in workers:
                if worker != person.pk and self.living.tried(
                    matches.vet_companion,
                    viewer=self.living.viewer(worker, now),
                    person_id=person.person.public_id,
                    now=now,
                ):
                    break

    def ask(self, now: datetime) -> None:
        """Askers wish, the second pass asks, companions and then askers answer."""
        self._wish(now)
        matches.tend_companions(now=now)
        matches.propose_companions(now=now)
        for proposal in self._in(CompanionState.AWAITING_COMPANION):
            says_yes = self._draw("comes", proposal.companion_id, proposal.visit) < COMPANION_SAYS_YES
            act = matches.accept_companionship if says_yes else matches.decline_companionship
            viewer = self.living.viewer(proposal.companion_id, now)
            self.living.tried(act, viewer=viewer, proposal_id=proposal.public_id, now=now)
        for proposal in self._in(CompanionState.AWAITING_ASKER):
            says_yes = self._draw("lets", proposal.companion_id, proposal.visit) < ASKER_SAYS_YES
            act = matches.approve_companion if says_yes else matches.refuse_companion
            viewer = self.living.viewer(proposal.visit.match.person_id, now)
            self.living.tried(act, viewer=viewer, proposal_id=proposal.public_id, now=now)

    def is_accompanied(self, visit: Visit) -> bool:
        return CompanionProposal.objects.filter(visit=visit, state=CompanionState.AGREED).exists()

    def speak(self, now: datetime) -> None:
        """Each of the three has said apart how it was, of every visit that was held."""
        over = self._in(CompanionState.AGREED)
        for proposal in over:
            visit = proposal.visit
            if (
                visit.state == VisitState.DONE
                and visit.ends_at > now - timedelta(days=1)
                and not proposal.words.exists()
            ):
                self._speak_of(proposal, now)

    def _wish(self, now: datetime) -> None:
        rows = MatchRow.objects.filter(state=MatchState.AGREED, community=self.sample.places.community)
        rows = rows.filter(companion_wish__isnull=True, agreed_at__gt=now - timedelta(days=1))
        rows = rows.select_related("need__service_type", "offer", "community__companion_budget").order_by("pk")
        for match in rows.prefetch_related("visits"):
            viewer = self.living.viewer(match.person_id, now)
            wishes = draw(self.living.behaviour.seed, "wishes", match.need.external_id) < WISHES
            if wishes and may_wish_companion(viewer, match, now=now):
                self.living.tried(matches.wish_companion, viewer=viewer, match_id=match.public_id, now=now)

    def _speak_of(self, proposal: CompanionProposal, now: datetime) -> None:
        match, companion = proposal.visit.match, proposal.companion_id
        greets = {
            (one, other): self._draw("greets", companion, proposal.visit, one, other) < LASTS_SUPPORTED**0.5
            for one, other in (("ASKER", "C"), ("C", "ASKER"), ("HELPER", "C"), ("C", "HELPER"))
        }
        welcome = self._draw("welcome", companion, proposal.visit) < WELCOME
        words = (
            (
                companion,
                CompanionDraft(came=True, greet_asker=greets["C", "ASKER"], greet_helper=greets["C", "HELPER"]),
            ),
            (match.helper_id, CompanionDraft(came=True, greet_companion=greets["HELPER", "C"])),
            (match.person_id, CompanionDraft(came=True, greet_companion=greets["ASKER", "C"], welcome=welcome)),
        )
        for person, draft in words:
            viewer = self.living.viewer(person, now)
            matches.record_companion_words(viewer=viewer, proposal_id=proposal.public_id, draft=draft, now=now)
        for side, other in (("ASKER", match.person_id), ("HELPER", match.helper_id)):
            left = greets[side, "C"] and greets["C", side]
            self.living.behaviour.met(companion, other, tie_left=left)

    def _in(self, state: CompanionState) -> list[CompanionProposal]:
        rows = CompanionProposal.objects.filter(state=state, visit__match__community=self.sample.places.community)
        return list(rows.select_related("visit__match__need", "visit__match__offer").order_by("pk"))

    def _draw(self, what: str, person_id: int, visit: Visit | None = None, *more: str) -> float:
        about = () if visit is None else (visit.match.need.external_id, visit.match.offer.external_id)
        return draw(self.living.behaviour.seed, what, self.numbers[person_id], *about, *more)
