"""People and workers of a simulated town at work: they see what is put to them and answer through the same actions."""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from matchmaker.community.models import Area, Membership
from matchmaker.community.viewers import Viewer, viewer_for_person
from matchmaker.errors import DomainError, NotFound
from matchmaker.jobs import names, relay
from matchmaker.matches import actions as matches
from matchmaker.matches.actions.running import Where
from matchmaker.matches.drafts import OutcomeDraft
from matchmaker.matches.held import UNDO_WITHIN
from matchmaker.matches.models import Match, Proposal, ProposalState, Round, Visit, VisitState
from matchmaker.needs import actions as needs
from matchmaker.needs.models import Need, NeedState
from matchmaker.notices import actions as notices
from matchmaker.notices.models import Call, CallResult, CallState, Notice
from matchmaker.simulation.behaviour import Behaviour
from matchmaker.simulation.dice import draw

MEMBERS_ASKED: Final = 3
JOBS_AT_ONCE: Final = 5_000
HELPER, ASKER = "HELPER", "ASKER"


class JobFailed(Exception):
    """A piece of background work broke: a mistake of ours that a simulation must not hide."""


@dataclass
class Living:
    """A town and what its people want; `workers` are those who verify and review, by community."""

    behaviour: Behaviour
    policy: str
    workers: Mapping[int, tuple[int, ...]]
    viewers: dict[int, Viewer] = field(default_factory=dict)
    occasions: dict[int, int] = field(default_factory=dict)
    refusals: dict[str, int] = field(default_factory=dict)
    members: dict[int, list[tuple[int, UUID]]] = field(default_factory=dict)
    is_accompanied: Callable[[Visit], bool] = lambda _visit: False

    def viewer(self, person_id: int, now: datetime) -> Viewer:
        """Posts, memberships and mandates do not change within a simulation: each viewer is made once."""
        if person_id not in self.viewers:
            self.viewers[person_id] = viewer_for_person(person_id, now=now)
        return self.viewers[person_id]

    def verify_needs(self, now: datetime) -> int:
        """Every open need is verified by a worker who neither asked nor is helped; how many were."""
        waiting = Need.objects.filter(state=NeedState.OPEN, verified_at__isnull=True, community__in=self.workers)
        done = 0
        for need in waiting.order_by("pk"):
            done += any(
                self.tried(needs.verify_need, viewer=self.viewer(worker, now), need_id=need.public_id, now=now)
                for worker in self.workers[need.community_id]
                if worker not in (need.asked_by_id, need.for_person_id)
            )
        return done

    def hold_round(self, community: Area, *, now: datetime, seed: int) -> Round:
        """A round has run over the open needs of the community."""
        coordinator = self.viewer(self.workers[community.pk][0], now)
        asked = matches.request_round(
            viewer=coordinator, community_id=community.public_id, now=now, seed=seed, policy=self.policy
        )
        return matches.run_round(round_id=asked.pk, now=now, where=Where.HERE)

    def do_due_jobs(self, now: datetime) -> int:
        """All background work that is due has been done, and what waits in case somebody undoes; how many pieces."""
        broken: list[BaseException] = []

        def run(name: str, payload: Mapping[str, Any]) -> object:
            try:
                return _work(name, payload, now)
            except DomainError:
                raise
            except Exception as error:
                broken.append(error)
                raise

        done = relay.run_due(clock=lambda: now + UNDO_WITHIN, run=run, limit=JOBS_AT_ONCE)
        if broken:
            raise JobFailed from broken[0]
        return done

    def sweep(self, now: datetime) -> None:
        """What is past its time is expired, and series reach four weeks ahead."""
        matches.expire_proposals(now=now)
        needs.expire_needs(now=now)
        matches.extend_series(now=now)

    def read_inboxes(self, now: datetime) -> int:
        """Who has an account has opened the inbox; a worker has rung up or visited everybody else; how many heard."""
        unread = Notice.objects.filter(read_at__isnull=True, person__account__isnull=False, person__left_at=None)
        readers = list(unread.order_by("person_id").values_list("person_id", flat=True).distinct())
        for person in readers:
            notices.read_notices(viewer=self.viewer(person, now), now=now)
        notices.plan_deliveries(now=now)
        return len(readers) + sum(self._ring_up(call, now) for call in self._calls())

    def _calls(self) -> list[Call]:
        rows = Call.objects.filter(state=CallState.OPEN, person__community__in=self.workers)
        return list(rows.select_related("person").order_by("pk"))

    def _ring_up(self, call: Call, now: datetime) -> int:
        """1 where a worker of the person's area, but not the person, has told them."""
        for worker in self.workers[call.person.community_id]:
            with suppress(NotFound):
                notices.log_call(
                    viewer=self.viewer(worker, now), call_id=call.public_id, result=CallResult.REACHED, now=now
                )
                return 1
        return 0

    def answer_all(self, now: datetime) -> int:
        """Reviewers, helpers and askers, in this order, have answered what waits for them; how many answers."""
        return self.review(now) + self.helpers_answer(now) + self.askers_answer(now)

    def review(self, now: datetime) -> int:
        """Proposals that need a second look are approved by a worker who is no side of them."""
        answered = 0
        for proposal in self._proposals(ProposalState.IN_REVIEW):
            sides = (proposal.need.asked_by_id, proposal.need.for_person_id, proposal.offer.person_id)
            answered += any(
                self.tried(
                    matches.approve_proposal,
                    viewer=self.viewer(worker, now),
                    proposal_id=proposal.public_id,
                    now=now,
                    reason="",
                )
                for worker in self.workers[proposal.need.community_id]
                if worker not in sides
            )
        return answered

    def helpers_answer(self, now: datetime) -> int:
        answered = 0
        for proposal in self._proposals(ProposalState.AWAITING_HELPER):
            said = self.behaviour.helper_answers(proposal.need.external_id, proposal.offer.external_id)
            if said is None:
                continue
            if proposal.offer.organization_id is not None:
                agreed = said and self._organization_accepts(proposal, now)
            else:
                agreed = said and self._accepts(proposal, proposal.offer.person_id, now)
            if not agreed:
                self._declines(proposal, self._speaker(proposal), now)
            answered += 1
        return answered

    def askers_answer(self, now: datetime) -> int:
        answered = 0
        for proposal in self._proposals(ProposalState.AWAITING_ASKER):
            asker = proposal.need.for_person_id
            agrees = self.behaviour.asker_agrees(proposal.need.external_id, proposal.offer.external_id)
            if not (agrees and self._accepts(proposal, asker, now)):
                self._declines(proposal, asker, now)
            answered += 1
        return answered

    def tell_outcomes(self, now: datetime) -> int:
        """Both sides of every visit that is over have said how it went; how many visits."""
        over = Visit.objects.filter(state=VisitState.PLANNED, ends_at__lte=now, match__community__in=self.workers)
        visits = list(over.select_related("match__need", "match__offer").order_by("starts_at", "pk"))
        for visit in visits:
            self._tell_outcome(visit, visit.match, now)
        return len(visits)

    def _tell_outcome(self, visit: Visit, match: Match, now: datetime) -> None:
        occasion = self.occasions[match.pk] = self.occasions.get(match.pk, 0) + 1
        words = (match.need.external_id, match.offer.external_id, occasion)
        pair = (match.helper_id, match.person_id)
        held = self.behaviour.visit_is_held(*words)
        supported = held and self.is_accompanied(visit)
        greets = {
            side: held and self.behaviour.would_greet(*words, pair, side, supported=supported)
            for side in (HELPER, ASKER)
        }
        for side, person in ((HELPER, match.helper_id), (ASKER, match.person_id)):
            draft = OutcomeDraft(
                happened=held,
                went_well=self.behaviour.went_well(*words) if held else None,
                greet_again=greets[side] if held else None,
            )
            matches.record_outcome(viewer=self.viewer(person, now), visit_id=visit.public_id, draft=draft, now=now)
        if held:
            self.behaviour.met(*pair, tie_left=greets[HELPER] and greets[ASKER])

    def _proposals(self, state: ProposalState) -> list[Proposal]:
        rows = Proposal.objects.filter(state=state, need__community__in=self.workers)
        return list(rows.select_related("need", "offer").order_by("pk"))

    def _organization_accepts(self, proposal: Proposal, now: datetime) -> bool:
        """The clerk names one member after another until one of them can go."""
        words = (self.behaviour.seed, "member", proposal.need.external_id)
        members = sorted(self._members(proposal.offer.organization_id or 0), key=lambda member: draw(*words, member[0]))
        going = [public_id for person, public_id in members if person != proposal.need.for_person_id]
        clerk = self._speaker(proposal)
        return any(self._accepts(proposal, clerk, now, helper_id=member) for member in going[:MEMBERS_ASKED])

    def _members(self, organization_id: int) -> list[tuple[int, UUID]]:
        if organization_id not in self.members:
            rows = Membership.objects.filter(organization_id=organization_id, until_date__isnull=True).order_by("pk")
            self.members[organization_id] = list(rows.values_list("person_id", "person__public_id"))
        return self.members[organization_id]

    def _speaker(self, proposal: Proposal) -> int:
        """Who answers on the helper's side: the person, or the clerk of the organization."""
        if proposal.offer.person_id is not None:
            return proposal.offer.person_id
        clerks = Membership.objects.filter(organization=proposal.offer.organization, role="CLERK")
        return clerks.order_by("pk").values_list("person_id", flat=True)[0]

    def _accepts(self, proposal: Proposal, person_id: int | None, now: datetime, helper_id: UUID | None = None) -> bool:
        if person_id is None:
            return False
        viewer = self.viewer(person_id, now)
        return self.tried(
            matches.accept_proposal, viewer=viewer, proposal_id=proposal.public_id, now=now, helper_id=helper_id
        )

    def _declines(self, proposal: Proposal, person_id: int, now: datetime) -> None:
        viewer = self.viewer(person_id, now)
        self.tried(matches.decline_proposal, viewer=viewer, proposal_id=proposal.public_id, now=now)

    def tried(self, action: Callable[..., object], **arguments: object) -> bool:
        """Done, or refused: refusals are part of life here, and counted by their code."""
        try:
            action(**arguments)
        except DomainError as refusal:
            self.refusals[refusal.code] = self.refusals.get(refusal.code, 0) + 1
            return False
        return True


@contextmanager
def quiet_logs() -> Iterator[None]:
    """Within the block only warnings are logged: a simulated month does the work of thousands of jobs."""
    logger = logging.getLogger("matchmaker")
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(before)


def _work(name: str, payload: Mapping[str, Any], now: datetime) -> object:
    """What the task of this name does, at the simulated time."""
    return _WORK[name](payload, now)


_WORK: Final[Mapping[str, Callable[[Mapping[str, Any], datetime], object]]] = {
    names.PROPOSE_NEXT: lambda payload, now: matches.propose_next(need_id=payload["need_id"], now=now),
    names.TELL_HELPER: lambda payload, now: matches.tell_helper(proposal_id=payload["proposal_id"], now=now),
    names.FOLLOW_DECLINE: lambda payload, now: matches.follow_decline(proposal_id=payload["proposal_id"], now=now),
    names.CLOSE_NEED: lambda payload, now: matches.close_need(need_id=payload["need_id"], now=now),
    names.OFFER_MOVED: lambda payload, now: matches.look_at_offer(offer_id=payload["offer_id"], now=now),
    names.RUN_ROUND: lambda payload, now: matches.run_round(round_id=payload["round_id"], now=now),
    names.PRICE_AREA: lambda payload, now: matches.price_area(area_id=payload["area_id"], now=now),
    names.EXPIRE_PROPOSALS: lambda _, now: matches.expire_proposals(now=now),
    names.EXPIRE_NEEDS: lambda _, now: needs.expire_needs(now=now),
    names.CLOSE_UNCONFIRMED: lambda _, now: matches.close_unconfirmed_visits(now=now),
    names.EXTEND_SERIES: lambda _, now: matches.extend_series(now=now),
    names.PROPOSE_COMPANIONS: lambda _, now: matches.propose_companions(now=now),
    names.TEND_COMPANIONS: lambda _, now: matches.tend_companions(now=now),
    names.PLAN_DELIVERIES: lambda _, now: notices.plan_deliveries(now=now),
    names.CHASE_UNCONFIRMED: lambda _, now: notices.chase_unconfirmed(now=now),
    names.SEND_DELIVERY: lambda payload, now: notices.send_delivery(delivery_id=payload["delivery_id"], now=now),
    names.PURGE_DONE: lambda _, __: None,
}
