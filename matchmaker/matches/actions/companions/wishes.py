"""After help is agreed whoever is helped may wish for somebody to come along; nobody wishes it for them unasked."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from matchmaker.community.viewers import Viewer
from matchmaker.errors import DomainError
from matchmaker.matches import inputs, queries
from matchmaker.matches.actions import hearing, locks
from matchmaker.matches.actions.closing import visits_ahead
from matchmaker.matches.actions.companions import endings
from matchmaker.matches.models import CompanionWish, Match, MatchState


class NobodyComesAlong(DomainError):
    code = "NOBODY_COMES_ALONG"
    message = "Nobody comes along on visits of this kind."
    message_zh = "这一类帮忙不安排同行邻居。"


class MatchNotAhead(DomainError):
    code = "MATCH_NOT_AHEAD"
    message = "This can be wished for while a meeting is agreed and still ahead."
    message_zh = "约好之后、见面之前，才可以选择有没有人同行。"


def wish_companion(*, viewer: Viewer, match_id: UUID, now: datetime, channel: str = "") -> Match:
    """A neighbour may be asked to come along on the visits of this match; wished twice, wished once."""
    with transaction.atomic():
        match = _locked(viewer, match_id)
        channel = hearing.asker_channel(viewer, match, channel)
        if match.need.service_type.code not in inputs.accompanied_types():
            raise NobodyComesAlong
        if match.state != MatchState.AGREED or not visits_ahead(match, now):
            raise MatchNotAhead
        CompanionWish.objects.get_or_create(
            match=match, defaults={"wished_by_id": viewer.person_id, "channel": channel, "wished_at": now}
        )
    return match


def unwish_companion(*, viewer: Viewer, match_id: UUID, now: datetime, channel: str = "") -> Match:
    """The wish is gone as if it had never been; whoever was asked to come along is not needed."""
    with transaction.atomic():
        match = _locked(viewer, match_id)
        hearing.asker_channel(viewer, match, channel)
        CompanionWish.objects.filter(match=match).delete()
        endings.release_unwished(visits_ahead(match, now), now=now)
    return match


def _locked(viewer: Viewer, match_id: UUID) -> Match:
    seen = queries.match_by_id(viewer, match_id)
    return locks.lock_match(seen.pk)
