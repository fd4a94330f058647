"""Who is told that somebody stands in for a post, or no longer: the deputy and the holder, whoever did not do it."""

from datetime import datetime

from matchmaker.community.models import Deputy
from matchmaker.notices.actions.inbox import notify
from matchmaker.notices.models import NoticeKind


def tell_of_deputy(*, deputy_id: int, to: str, now: datetime) -> None:
    """The one of them, `deputy` or `holder`, has a notice, once; nothing where it was ended in the meantime."""
    _tell(Deputy.objects.filter(pk=deputy_id, ended_at__isnull=True).first(), NoticeKind.DEPUTY_NAMED, to, now)


def tell_of_ended_deputy(*, deputy_id: int, to: str, now: datetime) -> None:
    """The same of a deputyship that somebody ended."""
    _tell(Deputy.objects.filter(pk=deputy_id, ended_at__isnull=False).first(), NoticeKind.DEPUTY_ENDED, to, now)


def _tell(deputy: Deputy | None, kind: NoticeKind, to: str, now: datetime) -> None:
    if deputy is None:
        return
    person_id = deputy.person_id if to == "deputy" else deputy.term.person_id
    notify(person_id=person_id, kind=kind, about=deputy.public_id, key=f"{kind.lower()}:{deputy.pk}:{to}", now=now)
