"""Who may ask for whom, and what they must have agreed to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.timezone import localdate

from matchmaker.community import consent_texts
from matchmaker.community.ages import SPEAKS_FOR_THEMSELF_AGE, is_minor, youngest_age
from matchmaker.community.care import home_path, is_cared_for
from matchmaker.community.models import Consent, ConsentKind, ConsentManner, Mandate, MandateKind, Person
from matchmaker.community.viewers import Viewer
from matchmaker.errors import DomainError, InvalidInput, NotFound
from matchmaker.needs.drafts import NeedDraft
from matchmaker.needs.drafts.fields import check_id
from matchmaker.needs.models import ServiceType
from matchmaker.needs.queries import asks_consent


class OutsideMandate(DomainError):
    code = "OUTSIDE_MANDATE"
    message = "You may not speak for this person in this matter, or no longer. They can extend your mandate."
    message_zh = "您目前不能在这件事上代表这位居民，请本人重新授权。"


class ConsentNeeded(DomainError):
    code = "CONSENT_NEEDED"
    message = "This kind of help needs the person's consent first."
    message_zh = "这类帮助需要本人先同意。"


class ConsentNeedsWitness(DomainError):
    code = "CONSENT_NEEDS_WITNESS"
    message = (
        "A proxy cannot be the only witness of a consent. Bring it in writing, or let the person tell the station."
    )
    message_zh = "代办人不能是唯一的见证人，请提供书面同意，或由本人告诉服务站。"


class GuardianNeeded(DomainError):
    code = "GUARDIAN_NEEDED"
    message = "Someone under fourteen asks together with a guardian or at the station."
    message_zh = "未满十四周岁，请由监护人或服务站代为提出。"


@dataclass(frozen=True, slots=True)
class Word:
    """On whose word a need is asked: one's own, a mandate, or that of a worker or agent who heard the person."""

    mandate: Mandate | None = None
    at_desk: bool = False
    also_proxy: bool = False
    """A worker of the area who holds a mandate of the person besides."""

    @property
    def is_own(self) -> bool:
        return self.mandate is None and not self.at_desk

    @property
    def is_agents(self) -> bool:
        return self.mandate is not None and self.mandate.kind == MandateKind.AGENT

    @property
    def is_heard(self) -> bool:
        """Somebody else took the person's word: the consent has to be heard or on paper."""
        return self.at_desk or self.is_agents

    @property
    def counts_as_verified(self) -> bool:
        """A worker of the area saw to it; a proxy is no witness of their own case."""
        return self.at_desk and not self.also_proxy


_IN_ORDER: Final = (ConsentKind.CARE_DATA, ConsentKind.MINOR, ConsentKind.EMERGENCY)
"""As they are asked for together; a need points to the first of those that were."""
_MANNERS_AT_DESK: Final = (ConsentManner.SPOKEN, ConsentManner.WRITTEN)
_MANNERS_OF_GUARDIANS: Final = (ConsentManner.IN_APP, ConsentManner.WRITTEN)


def person_asked_for(viewer: Viewer, draft: NeedDraft) -> Person:
    """The person of the draft, oneself where nobody is named; NotFound where the viewer may not ask for them at all."""
    check_id(draft.for_person, "for_person")
    people = Person.objects.select_related("community", "household").filter(left_at__isnull=True)
    own_id = viewer.require_person()
    if draft.for_person is None:
        return people.get(pk=own_id)
    person = people.filter(public_id=draft.for_person).first()
    if person is None or not (person.pk == own_id or _knows(viewer, person)):
        raise NotFound(field="for_person")
    return person


def word_for(viewer: Viewer, person: Person, kind: ServiceType, *, now: datetime) -> Word:
    """The viewer's right to ask for this help for this person, read afresh."""
    if viewer.person_id == person.pk:
        return Word()
    held = _live_mandates(viewer, person, now)
    for mandate in held:
        covers = kind.code in mandate.scope or (not mandate.scope and not kind.sensitive)
        if covers and mandate.told_at is not None:
            return Word(mandate=mandate)
    if is_cared_for(viewer, person):
        return Word(at_desk=True, also_proxy=bool(held))
    for mandate in _live_agencies(viewer, person, now):
        if kind.code in mandate.scope:
            return Word(mandate=mandate, also_proxy=bool(held))
    raise OutsideMandate(field="for_person")


def consent_for(
    word: Word,
    person: Person,
    kind: ServiceType,
    *,
    manner: str,
    heard_by_id: int,
    now: datetime,
    given: Consent | None = None,
    at_once: bool = False,
    paper_kept_at: str = "",
) -> Consent | None:
    """The stored consent a need of this type rests on: `given` where that is enough, None where none is asked for.

    `at_once`: the yes to whoever comes first is given in advance.
    """
    minor = is_minor(person.birth_year, today=localdate(now))
    age = youngest_age(person.birth_year, today=localdate(now))
    if word.is_own and age is not None and age < SPEAKS_FOR_THEMSELF_AGE:
        raise GuardianNeeded(field="for_person")
    asked = _kinds_asked(word, kind, minor=minor, at_once=at_once)
    if not asked or _is_enough(given, asked):
        return given
    if not manner:
        raise ConsentNeeded(field="consent")
    _check_manner(word, manner, minor=minor)
    paper = _checked_paper(word, manner, paper_kept_at)
    heard_by = heard_by_id if word.is_heard else None
    rows = [
        Consent.objects.create(
            person=person,
            kind=asked_kind,
            manner=manner,
            heard_by_id=heard_by,
            text_version=consent_texts.VERSION,
            paper_kept_at=paper,
            given_at=now,
        )
        for asked_kind in asked
    ]
    return rows[0]


def consents_at_desk(kind: ServiceType, *, minor: bool) -> list[ConsentKind]:
    """What someone agrees to when a worker enters a need of this type for them; the need points to the first."""
    return _kinds_asked(Word(at_desk=True), kind, minor=minor, at_once=False)


def consents_beside(kind: str) -> list[str]:
    """The kinds to which a need points where this one was asked for beside them: those that come before it."""
    order = [str(each) for each in _IN_ORDER]
    return order[: order.index(kind)] if kind in order else []


def is_enough(given_kind: str, withdrawn: bool, asked: Sequence[ConsentKind]) -> bool:
    """A consent to care data was given together with all others that were asked for then."""
    return not withdrawn and (given_kind == asked[0] or given_kind == ConsentKind.CARE_DATA)


def _knows(viewer: Viewer, person: Person) -> bool:
    """Works or acts for a station where they live, or holds or held a mandate of theirs."""
    home = home_path(person)
    if viewer.works_at(home) or any(home.startswith(agency.area_path) for agency in viewer.agencies):
        return True
    return Mandate.objects.filter(kind=MandateKind.PROXY, holder_id=viewer.person_id, for_person=person).exists()


def _live_mandates(viewer: Viewer, person: Person, now: datetime) -> list[Mandate]:
    live = Mandate.objects.current(localdate(now)).filter(kind=MandateKind.PROXY, holder_id=viewer.person_id)
    return list(live.filter(for_person=person).order_by("pk"))


def _live_agencies(viewer: Viewer, person: Person, now: datetime) -> list[Mandate]:
    """Mandates to act for a station in whose area the person lives."""
    live = Mandate.objects.current(localdate(now)).filter(kind=MandateKind.AGENT, holder_id=viewer.person_id)
    home = home_path(person)
    rows = live.select_related("station__area").order_by("pk")
    return [mandate for mandate in rows if mandate.station and home.startswith(mandate.station.area.path)]


def _kinds_asked(word: Word, kind: ServiceType, *, minor: bool, at_once: bool) -> list[ConsentKind]:
    """The consent the need points to comes first."""
    asked = []
    if asks_consent(kind):
        asked.append(ConsentKind.CARE_DATA)
    if minor:
        asked.append(ConsentKind.MINOR)
    if at_once:
        asked.append(ConsentKind.EMERGENCY)
    if word.is_heard and not asked:
        asked.append(ConsentKind.PROXY)
    return asked


def _is_enough(given: Consent | None, asked: list[ConsentKind]) -> bool:
    return given is not None and is_enough(given.kind, given.withdrawn_at is not None, asked)


def _check_manner(word: Word, manner: str, *, minor: bool) -> None:
    if word.is_own and manner != ConsentManner.IN_APP:
        raise InvalidInput("You give your own consent here.", message_zh="本人请在这里直接表示同意。", field="consent")
    if word.is_heard:
        _check_heard(word, manner)
    elif word.mandate is not None:
        accepted = _MANNERS_OF_GUARDIANS if minor else (ConsentManner.WRITTEN,)
        if manner not in accepted:
            raise ConsentNeedsWitness(field="consent")


def _check_heard(word: Word, manner: str) -> None:
    if manner not in _MANNERS_AT_DESK:
        raise InvalidInput(
            "At the desk a consent is spoken or written.",
            message_zh="服务台登记的同意是口头或书面的。",
            field="consent",
        )
    if word.also_proxy and manner == ConsentManner.SPOKEN:
        raise ConsentNeedsWitness(field="consent")


def _checked_paper(word: Word, manner: str, paper_kept_at: str) -> str:
    """Where the paper lies that was handed in at the desk; a proxy keeps their own."""
    if not word.is_heard or manner != ConsentManner.WRITTEN:
        return ""
    paper = paper_kept_at.strip()
    if not paper:
        raise InvalidInput(
            "Please say where the paper is kept.", message_zh="请写明书面同意存放在哪里。", field="paper_kept_at"
        )
    return paper
