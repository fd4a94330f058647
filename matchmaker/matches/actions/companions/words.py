"""What each of the three says afterwards, apart; two of them are tied by the word of both and by nobody else's."""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from matchmaker.community import actions as community
from matchmaker.community.models import HEARD, TieKind
from matchmaker.community.viewers import Viewer
from matchmaker.errors import InvalidInput, NotAllowed
from matchmaker.matches.actions import agreements, hearing
from matchmaker.matches.actions.companions import budgets
from matchmaker.matches.actions.companions.answers import CompanionNotOpen
from matchmaker.matches.actions.companions.locking import lock_companion_proposal
from matchmaker.matches.actions.outcomes import (
    MatchPaused,
    OneVoiceForBothSides,
    OutcomeAlreadyGiven,
    VisitNotBegun,
)
from matchmaker.matches.drafts import CompanionDraft
from matchmaker.matches.models import (
    CompanionPart,
    CompanionProposal,
    CompanionState,
    CompanionWord,
    MatchState,
)
from matchmaker.matches.queries import sides
from matchmaker.matches.queries.companions import companion_part_of, stands_with_companion
from matchmaker.notices import actions as notices
from matchmaker.records import actions as records
from matchmaker.records.sealing import Fact

Words = dict[str, CompanionWord]

TIES: Final = (
    (CompanionPart.ASKER, "greet_companion", "greet_asker"),
    (CompanionPart.HELPER, "greet_companion", "greet_helper"),
)
"""With whom the companion may be tied: what the other says of them, and what they say of the other."""


def record_companion_words(
    *, viewer: Viewer, proposal_id: UUID, draft: CompanionDraft, now: datetime
) -> CompanionProposal:
    """One of the three has spoken, or a worker took their words; what two of them agree on leaves a tie."""
    if draft.part not in (None, *CompanionPart.values):
        raise InvalidInput(field="part")
    with transaction.atomic():
        proposal = lock_companion_proposal(viewer, proposal_id)
        part, channel = _part_and_channel(viewer, proposal, draft)
        said: Words = {word.part: word for word in proposal.words.all()}
        _refuse_if_too_soon_or_late(proposal, part, said, now)
        heard_apart = _is_heard_apart(viewer, said, channel, draft)
        said[part] = _write(viewer, proposal, part, draft, channel=channel, heard_apart=heard_apart, now=now)
        notices.settle(about=proposal.public_id, person_ids=_who_was_asked(proposal, part), now=now)
        match = proposal.visit.match
        records.lock_keys({viewer.require_person(), proposal.companion_id, match.helper_id, match.person_id})
        _tie(proposal, part, said, now)
        if part == CompanionPart.ASKER:
            budgets.stop_if_unwelcome(match.community_id, now=now)
        entries = _heard(viewer, proposal, said[part])
        records.commit_many(chain=agreements.chain_of(match.need), entries=entries, now=now)
    return proposal


def _part_and_channel(viewer: Viewer, proposal: CompanionProposal, draft: CompanionDraft) -> tuple[str, str]:
    """Whose words these are and how they came; whoever stands on a part themself takes nobody's words."""
    hearing.check_channel(draft.channel)
    own = companion_part_of(viewer, proposal)
    if own is not None:
        right = draft.part in (None, own)
        return own, hearing.channel_of(draft.channel, own=right, hears=False, can_sign_in=True)
    match = proposal.visit.match
    if draft.part == CompanionPart.ASKER:
        hears = sides.hears_asker(viewer, match.need, match.offer, match.helper_id)
        person = match.person
    else:
        person = match.helper if draft.part == CompanionPart.HELPER else proposal.companion
        hears = sides.hears_helper(viewer, match.need, person)
    if stands_with_companion(viewer, proposal) or not hears:
        raise NotAllowed
    channel = hearing.channel_of(draft.channel, own=False, hears=True, can_sign_in=sides.has_account(person))
    if draft.part is None:
        raise InvalidInput("Please say whose words these are.", message_zh="请选择是哪一位说的。", field="part")
    return draft.part, channel


def _refuse_if_too_soon_or_late(proposal: CompanionProposal, part: str, said: Words, now: datetime) -> None:
    if proposal.state != CompanionState.AGREED:
        raise CompanionNotOpen
    if proposal.visit.match.state == MatchState.SUSPENDED:
        raise MatchPaused
    if proposal.visit.starts_at > now:
        raise VisitNotBegun
    if part in said:
        raise OutcomeAlreadyGiven


def _is_heard_apart(viewer: Viewer, said: Words, channel: str, draft: CompanionDraft) -> bool:
    others = [word for word in said.values() if word.given_by_id == viewer.person_id]
    if not others:
        return False
    if channel not in HEARD or any(word.channel not in HEARD for word in others) or not draft.heard_apart:
        raise OneVoiceForBothSides(field="heard_apart")
    return True


def _write(
    viewer: Viewer,
    proposal: CompanionProposal,
    part: str,
    draft: CompanionDraft,
    *,
    channel: str,
    heard_apart: bool,
    now: datetime,
) -> CompanionWord:
    """Whether somebody would greet the others again only they can say: not who speaks for them."""
    match = proposal.visit.match
    by_proxy = (
        part == CompanionPart.ASKER and viewer.person_id != match.person_id and sides.is_proxy(viewer, match.need)
    )
    speaks_of = draft.came and not by_proxy
    is_companion = part == CompanionPart.COMPANION
    return CompanionWord.objects.create(
        proposal=proposal,
        part=part,
        given_by_id=viewer.require_person(),
        channel=channel,
        heard_apart=heard_apart,
        came=draft.came,
        greet_companion=draft.greet_companion if speaks_of and not is_companion else None,
        greet_asker=draft.greet_asker if speaks_of and is_companion else None,
        greet_helper=draft.greet_helper if speaks_of and is_companion else None,
        welcome=draft.welcome if part == CompanionPart.ASKER and draft.came else None,
        given_at=now,
    )


def _tie(proposal: CompanionProposal, part: str, said: Words, now: datetime) -> None:
    """A tie of having met, for each pair whose second word came just now and who both would greet each other again."""
    companion = said.get(CompanionPart.COMPANION)
    match = proposal.visit.match
    people = {CompanionPart.ASKER: match.person_id, CompanionPart.HELPER: match.helper_id}
    for other, of_companion, of_other in TIES:
        word = said.get(other)
        if companion is None or word is None or part not in (other, CompanionPart.COMPANION):
            continue
        if getattr(word, of_companion) and getattr(companion, of_other):
            community.make_or_renew_tie(
                person_id=people[other], other_id=proposal.companion_id, kind=TieKind.MET, now=now
            )


def _who_was_asked(proposal: CompanionProposal, part: str) -> list[int]:
    match = proposal.visit.match
    if part == CompanionPart.ASKER:
        return agreements.askers_ever_told(match.need)
    return [match.helper_id if part == CompanionPart.HELPER else proposal.companion_id]


def _heard(viewer: Viewer, proposal: CompanionProposal, word: CompanionWord) -> list[records.Entry]:
    """What the chain keeps of words that a worker took: whose, by whom, how; not what they were."""
    if word.channel not in HEARD:
        return []
    match = proposal.visit.match
    people = {"ASKER": match.person_id, "HELPER": match.helper_id, "COMPANION": proposal.companion_id}
    facts: dict[str, Fact] = {
        "companion_proposal": proposal.pk,
        "side": str(word.part),
        "channel": word.channel,
        "heard_apart": int(word.heard_apart),
    }
    persons = [people[str(word.part)], viewer.require_person()]
    return [records.Entry(kind="companion.heard", facts=facts, persons=persons)]
