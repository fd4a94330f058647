"""Hard facts that can have changed since a proposal was made, looked at again under lock."""

from datetime import datetime
from typing import Final

from django.utils.timezone import localdate

from matchmaker.community.models import Membership, Person
from matchmaker.errors import DomainError
from matchmaker.matches import calendar, inputs
from matchmaker.matches.actions import booking
from matchmaker.matches.models import Proposal
from matchmaker.needs.models import NeedState, OfferState


class NeedNoLongerOpen(DomainError):
    code = "NEED_NO_LONGER_OPEN"
    message = "This need is met or was withdrawn."
    message_zh = "这个需求已经有人帮忙，或者已经撤回。"


class OfferNoLongerOpen(DomainError):
    code = "OFFER_NO_LONGER_OPEN"
    message = "This offer is paused or closed."
    message_zh = "这项帮助已经暂停或关闭。"


class TimeIsPast(DomainError):
    code = "TIME_IS_PAST"
    message = "The time of this visit has passed."
    message_zh = "约定的时间已经过了。"


class NeedWasChanged(DomainError):
    code = "NEED_WAS_CHANGED"
    message = "The request was changed after this was proposed. Whoever is asked will be asked anew."
    message_zh = "这条需求后来改过了，我们会按新的内容重新询问。"


class WeekIsFull(DomainError):
    code = "WEEK_IS_FULL"
    message = "The helper has as many visits in that week as they wished for."
    message_zh = "这位邻居这一周的次数已经满了。"


class PairNoLongerFits(DomainError):
    code = "PAIR_NO_LONGER_FITS"
    message = "Something has changed since this was proposed, and these two can no longer be brought together."
    message_zh = "情况有变化，这次不能安排在一起了，我们会继续找。"


CHANGES: Final = (
    NeedNoLongerOpen,
    NeedWasChanged,
    OfferNoLongerOpen,
    TimeIsPast,
    WeekIsFull,
    PairNoLongerFits,
    booking.HelperAlreadyBooked,
    booking.AskerAlreadyBooked,
)
"""What a yes can be refused for though it came in time: the need is looked at again then."""

RULE_REFUSALS: Final[dict[str, type[DomainError]]] = {"LOAD": WeekIsFull}
"""Rules whose breach has a sentence of its own."""


def refuse_if_changed(proposal: Proposal, helper: Person, *, now: datetime) -> None:
    """A refusal where need, offer, hours, caps or any hard rule no longer allow this visit with this helper."""
    need = proposal.need
    if need.state != NeedState.OPEN or need.verified_at is None or need.helpers_found >= need.helpers_wanted:
        raise NeedNoLongerOpen
    if proposal.made_at < need.changed_at:
        raise NeedWasChanged
    if proposal.offer.state != OfferState.OPEN or helper.left_at is not None:
        raise OfferNoLongerOpen
    if not _still_sent(proposal, helper, now):
        raise PairNoLongerFits
    if proposal.starts_at <= now:
        raise TimeIsPast
    _refuse_if_booked(proposal, helper)
    pair = inputs.pair_facts(proposal, helper, now=now)
    broken = pair.first_refusal() if pair is not None else None
    if pair is None or broken is not None:
        raise RULE_REFUSALS.get(broken or "", PairNoLongerFits)


def still_holds(proposal: Proposal, helper: Person, *, now: datetime) -> bool:
    """The same as a fact."""
    try:
        refuse_if_changed(proposal, helper, now=now)
    except DomainError:
        return False
    return True


def _still_sent(proposal: Proposal, helper: Person, now: datetime) -> bool:
    """A helper whom an organization sends belongs to it today."""
    if proposal.offer.organization_id is None:
        return True
    members = Membership.objects.current(localdate(now)).filter(organization_id=proposal.offer.organization_id)
    return members.filter(person=helper).exists()


def _refuse_if_booked(proposal: Proposal, helper: Person) -> None:
    length = proposal.ends_at - proposal.starts_at
    starts = calendar.occurrences(proposal.starts_at, proposal.weeks, calendar.zone_of(proposal.need.community))
    quarters = [quarter for start in starts for quarter in calendar.quarters_of(start, start + length)]
    if booking.is_booked(person_id=helper.pk, quarters=quarters):
        raise booking.HelperAlreadyBooked
    own_need_id = booking.booked_need_id(proposal.need)
    if booking.is_booked(person_id=proposal.need.for_person_id, quarters=quarters, except_need_id=own_need_id):
        raise booking.AskerAlreadyBooked
