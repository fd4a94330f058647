"""What is old goes, what is young stays; every kind of data has a line."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command

from matchmaker.community.models import (
    AccessToken,
    Area,
    Consent,
    IdempotencyKey,
    Invitation,
    Mandate,
    Moved,
    SignInCode,
    User,
    Vouch,
)
from matchmaker.jobs.models import OutboxJob
from matchmaker.jobs.names import PURGE_OLD
from matchmaker.matches.models import (
    AreaReading,
    BetweenReading,
    CaseLook,
    CompanionProposal,
    Concern,
    GroupWatch,
    MatchState,
    OfferPrice,
    Outcome,
    PriceSet,
    Proposal,
    SecondLook,
    SetAside,
    UnmetNeed,
    WhatIf,
)
from matchmaker.needs.models import Need, Offer, TourSignUp, TourStop
from matchmaker.notices.models import Call, Delivery, Notice, Webhook, WebhookMessage
from matchmaker.privacy import keeping, retention, retention_page
from matchmaker.privacy.actions import purge_old
from matchmaker.privacy.holdings import HOLDINGS
from matchmaker.privacy.models import Certificate
from tests.tour_rows import announced
from tests.towns import open_need_for
from tests.way import OVER, Way, way_to

Aged = Callable[[Way, datetime], Any]
A_DAY = timedelta(days=1)


def _session(way: Way, at: datetime) -> Any:
    return Session.objects.create(session_key=f"k{at.timestamp():.0f}", session_data="", expire_date=at)


def _code(way: Way, at: datetime) -> Any:
    return SignInCode.objects.create(
        user=way.town.asker.account,
        challenge_hash=f"{at.timestamp():.0f}",
        code_hash="",
        created_at=at - timedelta(minutes=10),
        expires_at=at,
    )


def _invitation(way: Way, at: datetime) -> Any:
    return Invitation.objects.create(
        code_hash=f"{at.timestamp():.0f}", area=way.town.community, created_at=at - A_DAY, expires_at=at
    )


def _notice(way: Way, at: datetime, *, read: bool) -> Any:
    return Notice.objects.create(
        person=way.town.asker,
        kind="NEED_VERIFIED",
        about=way.need.public_id,
        key=f"{at.timestamp():.0f}",
        made_at=at,
        read_at=at if read else None,
    )


def _need(way: Way, at: datetime) -> Any:
    need = open_need_for(way.town, verified=False, now=way.now, details="买米")
    Need.objects.filter(pk=need.pk).update(state="EXPIRED", closed_at=at)
    return need


def _outcome(way: Way, at: datetime) -> Any:
    said = Outcome.objects.filter(comment="谢谢", given_at=way.now).order_by("pk")[0]
    Outcome.objects.filter(pk=said.pk).update(given_at=at)
    return said


def _proposal(way: Way, at: datetime) -> Any:
    found = Proposal.objects.exclude(closed_at=None).filter(closed_at__gt=way.now - 5 * A_DAY).order_by("pk")[0]
    Proposal.objects.filter(pk=found.pk).update(closed_at=at)
    return found


def _companion(way: Way, at: datetime) -> Any:
    worth = {"walk_m": 90, "chance": 0.8, "gain_alone": 0.3, "gain_together": 0.9, "reason": "THREE_MEET"}
    who = (way.town.newcomer, way.town.stranger)[CompanionProposal.objects.count()]
    return CompanionProposal.objects.create(
        visit=way.visits[0], companion=who, state="DECLINED", asked_at=at, closed_at=at, **worth
    )


def _unmet(way: Way, at: datetime) -> Any:
    return UnmetNeed.objects.create(need=_need(way, at), helpers_missing=1, rule_code="DISTANCE")


def _what_if(way: Way, at: datetime) -> Any:
    return WhatIf.objects.create(round=way.round, asked_at=at, changes={"pins": [], "bans": []})


def _tour_sign_up(way: Way, at: datetime) -> Any:
    stop = announced(way.town).stops.get()
    TourStop.objects.filter(pk=stop.pk).update(date=at.date())
    return TourSignUp.objects.create(stop=stop, person=way.town.asker, signed_up_at=at)


def _vouch(way: Way, at: datetime) -> Any:
    return Vouch.objects.create(
        voucher=way.town.asker, person=way.town.newcomer, made_at=at - A_DAY, expires_at=at, revoked_at=at
    )


def _mandate(way: Way, at: datetime) -> Any:
    return Mandate.objects.create(
        kind="PROXY",
        holder=way.town.asker,
        for_person=way.town.elder,
        evidence="电话",
        starts_date=(at - A_DAY).date(),
        ends_date=at.date(),
    )


def _consent(way: Way, at: datetime) -> Any:
    return Consent.objects.create(
        person=way.town.asker, kind="PROXY", manner="SPOKEN", given_at=at - A_DAY, withdrawn_at=at
    )


def _certificate(way: Way, at: datetime) -> Any:
    return Certificate.objects.create(
        number=f"{at.timestamp():.0f}",
        community_name="社区",
        starts_date=at.date(),
        ends_date=at.date(),
        visits=1,
        minutes=1,
        issued_at=at,
        code_hash="",
        name_commitment="",
        seal="",
    )


def _access_token(way: Way, at: datetime) -> Any:
    return AccessToken.objects.create(
        user=User.objects.get(person=way.town.asker),
        name="日历",
        token_hash=f"{at.timestamp():064.0f}",
        scopes=["READ"],
        created_at=at - A_DAY,
        expires_at=at,
    )


def _idempotency_key(way: Way, at: datetime) -> Any:
    user, stamp = User.objects.get(person=way.town.asker), f"{at.timestamp():064.0f}"
    return IdempotencyKey.objects.create(user=user, key_hash=stamp, asked_hash=stamp, answer="1", done_at=at)


def _webhook_message(way: Way, at: datetime) -> Any:
    webhook, _ = Webhook.objects.get_or_create(
        organization=way.town.organization,
        url="https://systems.invalid/told",
        defaults={"events": ["visit.held"], "opened_at": at},
    )
    return WebhookMessage.objects.create(
        webhook=webhook, event="visit.held", about={}, key=f"{at.timestamp():.0f}", made_at=at
    )


def _delivery(way: Way, at: datetime) -> Any:
    return Delivery.objects.create(
        person=way.town.asker, channel="MAIL", state="FAILED", made_at=at, due_at=at, confirm_by=at
    )


def _call(way: Way, at: datetime) -> Any:
    tried = {"state": "DONE", "tries": 1, "result": "REACHED", "logged_at": at}
    return Call.objects.create(person=way.town.asker, manner="PHONE", made_at=at, due_at=at, **tried)


def _concern(way: Way, at: datetime) -> Any:
    return Concern.objects.create(
        match=way.matches[0],
        said_by=way.town.asker,
        kind="WORRY",
        state="RESOLVED",
        resolution="RESUME",
        reason="谈过了",
        said_at=at,
        taken_at=at,
        resolved_at=at,
    )


def _second_look(way: Way, at: datetime, words: str = "") -> Any:
    answered = {"answer": "UPHELD", "reason": "看过了", "answered_at": at, "state": "ANSWERED"}
    asked = {"person": way.town.helper, "question": "HELP_FOUND", "asked_at": at, "due_at": at, "taken_at": at}
    return SecondLook.objects.create(words=words, **asked, **answered)


def _case_look(way: Way, at: datetime) -> Any:
    look = CaseLook.objects.create(need=way.need, looked_by=way.town.coordinator, reason="想知道谁能陪", looked_at=at)
    look.named.add(way.town.helper)
    return look


def _area_reading(area: Area, way: Way, at: datetime) -> Any:
    return AreaReading.objects.create(community=way.town.community, area=area, date=at.date(), measured_at=at, people=3)


def _between(way: Way, at: datetime) -> Any:
    who = {"kind": "NEWCOMERS", "one": "newcomers", "other": "settled", "people_of_one": 5, "people_of_other": 5}
    return BetweenReading.objects.create(community=way.town.community, date=at.date(), **who, share=0.1, fair_share=0.5)


def _watch(way: Way, at: datetime) -> Any:
    counts = {"needs": 2, "met": 1, "others_needs": 2, "others_met": 2}
    return GroupWatch.objects.create(
        community=way.town.community, date=at.date(), kind="NEWCOMERS", group="newcomers", **counts
    )


def _price_set(way: Way, at: datetime) -> PriceSet:
    numbers = {"seed": 1, "needs_seen": 1, "candidates_count": 1, "offers_priced": 0}
    proof = {"refused_share": 0.0, "withdrawn_share": 0.0, "plan_value": 1.0, "bound": 1.0}
    return PriceSet.objects.create(area=way.town.joint_community, solved_at=at, **numbers, **proof)


def _offer_price(way: Way, at: datetime) -> Any:
    offer = Offer.objects.filter(price_row=None).order_by("pk")[0]
    return OfferPrice.objects.create(price_set=_price_set(way, at), offer=offer, by_left=[1] * 6, beyond=0)


AGED: dict[str, Aged] = {
    "moved": lambda _, at: Moved.objects.create(kind="OFFER", key=1, noted_at=at),
    "offer_prices": _offer_price,
    "price_sets": _price_set,
    "corridor_readings": lambda way, at: _area_reading(way.town.corridors[0], way, at),
    "area_readings": lambda way, at: _area_reading(way.town.community, way, at),
    "between_readings": _between,
    "group_watch": _watch,
    "access_tokens": _access_token,
    "idempotency_keys": _idempotency_key,
    "webhook_messages": _webhook_message,
    "sessions": _session,
    "sign_in_codes": _code,
    "invitations": _invitation,
    "read_notices": lambda way, at: _notice(way, at, read=True),
    "unread_notices": lambda way, at: _notice(way, at, read=False),
    "concerns": _concern,
    "case_looks": _case_look,
    "second_looks": _second_look,
    "second_look_words": lambda way, at: _second_look(way, at, "不是这样的"),
    "deliveries": _delivery,
    "calls": _call,
    "need_details": _need,
    "outcome_comments": _outcome,
    "proposal_terms": _proposal,
    "tour_sign_ups": _tour_sign_up,
    "what_ifs": _what_if,
    "unmet_needs": _unmet,
    "companions_who_did_not_come": _companion,
    "vouches": _vouch,
    "mandates": _mandate,
    "withdrawn_consents": _consent,
    "certificates": _certificate,
}
"""For each line of the table a row whose clock began at this moment."""
BY_CODE = {kind.code: kind for kind in retention.PURGED}


@pytest.fixture
def way(db: None) -> Iterator[Way]:
    return way_to(OVER)


class TestPurge:
    def test_is_tried_for_every_line(self) -> None:
        assert sorted(AGED) == sorted(BY_CODE)

    @pytest.mark.parametrize("code", sorted(BY_CODE))
    def test_takes_the_old_and_leaves_the_young(self, way: Way, code: str) -> None:
        kind, at = BY_CODE[code], way.now - timedelta(days=BY_CODE[code].days)
        old, young = AGED[code](way, at - 2 * A_DAY), AGED[code](way, at + 2 * A_DAY)
        before = [kind.model._default_manager.filter(pk=row.pk).values().get() for row in (old, young)]

        cleared = purge_old(now=way.now)

        after = [kind.model._default_manager.filter(pk=row.pk).values().first() for row in (old, young)]
        assert cleared[code] == 1
        assert after[1] == before[1]
        assert after[0] == (before[0] | kind.emptied if kind.emptied else None)
        assert purge_old(now=way.now) == {}

    def test_leaves_the_words_of_a_need_whose_visits_go_on(self, way: Way) -> None:
        match = way.matches[0]
        type(match).objects.filter(pk=match.pk).update(state=MatchState.AGREED, closed_at=None)
        Need.objects.filter(pk=way.need.pk).update(closed_at=way.now - timedelta(days=300), details="每周陪诊")

        purge_old(now=way.now)

        way.need.refresh_from_db()
        assert way.need.details == "每周陪诊"

    def test_leaves_a_second_look_on_which_something_set_aside_rests(self, way: Way) -> None:
        look = _second_look(way, way.now - timedelta(days=4 * 366))
        said = Outcome.objects.filter(side="ASKER").earliest("pk")
        aside = SetAside.objects.create(look=look, outcome=said, set_aside_at=look.asked_at)

        assert "second_looks" not in purge_old(now=way.now)
        SetAside.objects.update(lifted_at=way.now, lift_reason="弄错了")
        assert purge_old(now=way.now)["second_looks"] == 1
        assert not SetAside.objects.filter(pk=aside.pk).exists()

    def test_goes_on_in_a_job_of_its_own_where_there_is_much(self, way: Way) -> None:
        for minute in range(7):
            _session(way, way.now - A_DAY - timedelta(minutes=minute))

        first = purge_old(now=way.now, at_once=2, batches=2)

        assert first == {"sessions": 4}
        assert OutboxJob.objects.filter(name=PURGE_OLD, done_at=None).count() == 1
        assert purge_old(now=way.now, at_once=2, batches=9) == {"sessions": 3}
        assert OutboxJob.objects.filter(name=PURGE_OLD).count() == 1


class TestTable:
    def test_has_a_line_for_every_kind_of_row_that_may_lead_to_a_person(self) -> None:
        holding = {name.rpartition(".")[0] for name in HOLDINGS}
        told = {label for kind in keeping.KEPT for label in kind.models}
        told |= {kind.model._meta.label for kind in retention.PURGED}

        assert sorted(holding - told) == [], "give it a line in matchmaker/privacy/retention.py or keeping.py"

    def test_stands_in_the_documents(self) -> None:
        call_command("retention_reference", check=True)

    def test_that_differs_fails_the_check(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        page = tmp_path / "operations.md"
        page.write_text(f"head\n{retention_page.BEGINS}old\n{retention_page.ENDS}tail\n")
        monkeypatch.setattr("matchmaker.privacy.management.commands.retention_reference.page_path", lambda: page)

        with pytest.raises(CommandError, match="not up to date"):
            call_command("retention_reference", check=True)
        call_command("retention_reference")

        text = page.read_text()
        assert text.startswith("head\n")
        assert text.endswith("tail\n")
        assert "| notices that were read | 90 days after it was read |" in text
        call_command("retention_reference", check=True)

    def test_is_refused_where_the_page_has_lost_its_place(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        page = tmp_path / "operations.md"
        page.write_text("nothing\n")
        monkeypatch.setattr("matchmaker.privacy.management.commands.retention_reference.page_path", lambda: page)

        with pytest.raises(CommandError, match="has lost"):
            call_command("retention_reference")

        assert page.read_text() == "nothing\n"
