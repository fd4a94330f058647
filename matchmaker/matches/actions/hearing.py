"""A worker of the area takes the word of somebody who does not give it here: by phone, at the door, on paper."""

from matchmaker.community.models import HEARD, Channel
from matchmaker.community.viewers import Viewer
from matchmaker.errors import DomainError, InvalidInput, NotAllowed
from matchmaker.matches.models import Match, OutcomeSide, Proposal, ProposalState
from matchmaker.matches.queries import sides
from matchmaker.records.actions import Entry
from matchmaker.records.sealing import Fact


class ChannelNeeded(DomainError):
    code = "CHANNEL_NEEDED"
    message = "Please say how the person told you: at the desk, by phone, at the door or on paper."
    message_zh = "请选择本人是怎么说的：当面、电话、上门还是书面。"


def check_channel(channel: str) -> None:
    """Nothing, or one of the ways in which a word can reach us."""
    if channel and channel not in Channel.values:
        raise InvalidInput(
            "Please choose one of the answers offered.", message_zh="请从给出的选项中选择。", field="channel"
        )


def answer_channel(viewer: Viewer, proposal: Proposal, channel: str) -> str:
    """How this answer was given; NotAllowed for whoever neither gives it nor may take it."""
    check_channel(channel)
    need, offer = proposal.need, proposal.offer
    if proposal.state == ProposalState.AWAITING_HELPER:
        own = sides.answers_for_helper(viewer, proposal)
        hears = sides.hears_helper(viewer, need, offer.person)
        can_sign_in = offer.person is None or sides.has_account(offer.person)
    else:
        own = sides.answers_for_asker(viewer, need, offer, proposal.helper_id)
        hears = sides.hears_asker(viewer, need, offer, proposal.helper_id)
        can_sign_in = sides.has_account(need.for_person)
    return channel_of(channel, own=own, hears=hears, can_sign_in=can_sign_in)


def outcome_channel(viewer: Viewer, match: Match, own_side: str | None, side: str | None, channel: str) -> str:
    """The same of what one side says of a visit. Who stands on a side themself takes nobody's words."""
    check_channel(channel)
    if own_side is not None:
        return channel_of(channel, own=side in (None, own_side), hears=False, can_sign_in=True)
    if side == OutcomeSide.HELPER:
        hears, person = sides.hears_helper(viewer, match.need, match.helper), match.helper
    else:
        hears, person = sides.hears_asker(viewer, match.need, match.offer, match.helper_id), match.person
    heard = channel_of(channel, own=False, hears=hears, can_sign_in=sides.has_account(person))
    if side is None:
        raise InvalidInput("Please say whose words these are.", message_zh="请选择是哪一方说的。", field="side")
    return heard


def asker_channel(viewer: Viewer, match: Match, channel: str) -> str:
    """The same of what the side that is helped says of a match; NotAllowed for whoever is neither."""
    check_channel(channel)
    need, offer = match.need, match.offer
    return channel_of(
        channel,
        own=sides.answers_for_asker(viewer, need, offer, match.helper_id),
        hears=sides.hears_asker(viewer, need, offer, match.helper_id),
        can_sign_in=sides.has_account(match.person),
    )


def answer_given_for(viewer: Viewer, proposal: Proposal, *, side: str, channel: str) -> list[Entry]:
    """What the chain keeps of an answer that somebody else passed on: who, for whom, how; not what it was.

    A "not this time" leaves no more behind than a yes.
    """
    person_id = proposal.offer.person_id if side == OutcomeSide.HELPER else proposal.need.for_person_id
    given_by = viewer.require_person()
    if person_id is None or person_id == given_by:
        return []
    facts: dict[str, Fact] = {"proposal": proposal.pk, "need": proposal.need_id, "side": side, "channel": channel}
    return [Entry(kind="answer.given_for", facts=facts, persons=[person_id, given_by])]


def channel_of(channel: str, *, own: bool, hears: bool, can_sign_in: bool) -> str:
    """How it was said: here in one's own right, or to a worker in one of the ways that reach us."""
    is_heard = channel in HEARD
    if own and not is_heard:
        return Channel.APP
    if own:
        raise InvalidInput(
            "You answer here yourself. Leave out how it was said.",
            message_zh="您是直接答复的，不用填写怎么说的。",
            field="channel",
        )
    if hears and is_heard:
        return channel
    if hears and not can_sign_in:
        raise ChannelNeeded(field="channel")
    raise NotAllowed
