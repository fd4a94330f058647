"""One test for each article of the law that a match must keep.

The Volunteer Service Regulation of 2017 (2 to 19), and the Personal Information Protection Law (24, 28, 29, 47, 51;
55 and 56 in `tests/promises/test_impact_assessment.py`). The hard rules of the matcher name theirs; what the law asks
of rows and actions is tried on them.
"""

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, transaction

from matchmaker.community.actions import withdraw_consent
from matchmaker.community.models import ConsentKind, Person
from matchmaker.engine.eligibility import ARTICLES, refusals
from matchmaker.engine.explain import refused_by
from matchmaker.errors import InvalidInput
from matchmaker.matches import actions, queries
from matchmaker.matches.models import LedgerEntry, Proposal
from matchmaker.needs.actions import close_without_consent
from matchmaker.needs.actions.asking import ConsentNeeded, GuardianNeeded
from matchmaker.needs.actions.offer_rows import PublicDutyNotForVolunteers
from matchmaker.needs.actions.offers import OrganizationNotVerified
from matchmaker.needs.models import Need, NeedState, Offer
from matchmaker.options import refuse_unsafe
from matchmaker.privacy.actions import make_certificate
from matchmaker.records.models import Record
from tests.engine.cases import TYPES, a_need, an_offer
from tests.towns import (
    SmallTown,
    open_need_for,
    open_offer_for,
    small_town,
    viewer_of,
    vouch,
)

INJECTIONS = frozenset({"INJECTIONS"})
NURSE: dict[str, Any] = {
    "service_types": INJECTIONS,
    "trainings": frozenset({"HYGIENE"}),
    "licences": frozenset({"NURSE"}),
    "insured": True,
}


@pytest.fixture
def town(db: None) -> SmallTown:
    return small_town()


class TestVolunteerServiceRegulation:
    def test_names_the_article_of_each_rule_that_has_one(self) -> None:
        assert ARTICLES == {
            "PUBLIC_DUTY": "2", "SKILLS": "15", "AGE": "15", "GUARDIAN_CONSENT": "15", "TRAINING": "16",
            "LICENCE": "16", "INSURANCE": "17",
        }  # fmt: skip
        assert refused_by("SKILLS").zh.endswith("（《志愿服务条例》第十五条）")
        assert refused_by("INSURANCE").en.endswith("(Volunteer Service Regulation, article 17)")
        assert "条例" not in refused_by("REACH").zh

    @pytest.mark.parametrize("form", ["VOLUNTARY", "CONVENIENCE"])
    def test_article_2_keeps_public_duties_from_volunteers(self, form: str) -> None:
        offer = an_offer(service_types=frozenset({"PENSIONS"}), form=form)

        assert refusals(a_need(service_type="PENSIONS"), offer, TYPES) == ("PUBLIC_DUTY",)

    def test_article_2_refuses_an_offer_of_a_public_duty(self, town: SmallTown) -> None:
        with pytest.raises(PublicDutyNotForVolunteers):
            open_offer_for(town, service_types=("PATROL",))

        assert Offer.objects.count() == 0

    def test_articles_2_and_3_put_no_price_on_a_volunteers_offer(self, town: SmallTown) -> None:
        with pytest.raises(InvalidInput):
            open_offer_for(town, form="VOLUNTARY", price_yuan_per_hour=Decimal(10))
        offer = open_offer_for(town)
        with pytest.raises(IntegrityError), transaction.atomic():
            Offer.objects.filter(pk=offer.pk).update(price_yuan_per_hour=Decimal(10))

    def test_article_7_lets_an_organization_offer_once_it_is_verified(self, town: SmallTown) -> None:
        type(town.organization).objects.filter(pk=town.organization.pk).update(verified_at=None)

        with pytest.raises(OrganizationNotVerified):
            open_offer_for(town, organization=town.organization)

        assert Offer.objects.count() == 0

    def test_article_13_looks_for_nobody_before_what_was_asked_is_verified(self, town: SmallTown) -> None:
        need = open_need_for(town, verified=False, risks="楼梯很陡")
        vouch(town.coordinator, town.helper)
        open_offer_for(town)

        assert (need.risks, need.verified_at) == ("楼梯很陡", None)
        assert need.answer_by > town.now
        assert actions.propose_next(need_id=need.pk, now=town.now) is None
        assert Proposal.objects.count() == 0

    @pytest.mark.parametrize(
        ("rule", "need", "offer"),
        [
            ("SKILLS", {"skills": frozenset({"LIFTING"})}, {}),
            ("AGE", {"service_type": "LESSONS"}, {"age": 15, "guardian_consent": True}),
            ("GUARDIAN_CONSENT", {}, {"age": 17}),
        ],
    )
    def test_article_15_fits_the_work_to_age_and_skill(
        self, rule: str, need: dict[str, Any], offer: dict[str, Any]
    ) -> None:
        lessons = {"service_types": frozenset({"LESSONS", "SHOPPING"}), "clearances": frozenset({"TUTOR"})}

        assert refusals(a_need(**need), an_offer(**lessons | offer), TYPES) == (rule,)
        assert ARTICLES[rule] == "15"

    @pytest.mark.parametrize(("rule", "column"), [("TRAINING", "trainings"), ("LICENCE", "licences")])
    def test_article_16_asks_for_training_and_licence(self, rule: str, column: str) -> None:
        need = a_need(service_type="INJECTIONS")

        assert refusals(need, an_offer(**NURSE), TYPES) == ()
        assert refusals(need, an_offer(**NURSE | {column: frozenset()}), TYPES) == (rule,)
        assert ARTICLES[rule] == "16"

    def test_article_17_insures_before_danger(self) -> None:
        dangerous = a_need(service_type="INJECTIONS", risk_class=1)

        assert refusals(dangerous, an_offer(**NURSE | {"insured": False}), TYPES) == ("INSURANCE",)
        assert refusals(dangerous, an_offer(**NURSE), TYPES) == ()
        assert ARTICLES["INSURANCE"] == "17"

    def test_article_19_keeps_a_true_record_and_gives_a_free_proof(self, town: SmallTown) -> None:
        LedgerEntry.objects.create(giver=town.helper, receiver=town.elder, minutes=90, at=town.now)

        issued = make_certificate(
            viewer=viewer_of(town.helper), starts_date=town.now.date(), ends_date=town.now.date(), now=town.now
        )

        assert issued.certificate.minutes == 90


class TestMinors:
    def test_under_fourteen_ask_with_a_guardian(self, town: SmallTown) -> None:
        Person.objects.filter(pk=town.asker.pk).update(birth_year=town.now.year - 12)

        with pytest.raises(GuardianNeeded):
            open_need_for(town, verified=False)

        assert Need.objects.count() == 0

    def test_are_helped_by_who_holds_a_clearance(self) -> None:
        need = a_need(person_is_minor=True)

        assert refusals(need, an_offer(), TYPES) == ("CLEARANCE",)
        assert refusals(need, an_offer(clearances=frozenset({"MINORS"})), TYPES) == ()


class TestPersonalInformationProtectionLaw:
    def test_article_24_explains_each_proposal_and_lets_ties_be_refused(self, town: SmallTown) -> None:
        Person.objects.filter(pk=town.asker.pk).update(without_graph=True)
        need = open_need_for(town)
        vouch(town.coordinator, town.helper)
        open_offer_for(town)

        actions.propose_next(need_id=need.pk, now=town.now)

        proposal = Proposal.objects.get()
        told = queries.why_this(viewer_of(town.coordinator), proposal, "en")
        assert told
        reasons = {term["term"]: term["reason"]["code"] for term in proposal.terms}
        assert (reasons["identity_gain"], reasons["reliance"]) == ("NOT_LOOKED_AT", "NOT_LOOKED_AT")

    def test_article_28_asks_for_a_consent_of_its_own_before_care(self, town: SmallTown) -> None:
        with pytest.raises(ConsentNeeded):
            open_need_for(town, verified=False, service_type="CLINIC_COMPANY")
        assert Need.objects.count() == 0

        need = open_need_for(town, verified=False, service_type="CLINIC_COMPANY", consent="IN_APP")

        assert need.consent is not None
        assert need.consent.kind == ConsentKind.CARE_DATA

    def test_article_29_lets_the_consent_to_care_be_withdrawn_and_the_words_go(self, town: SmallTown) -> None:
        need = open_need_for(
            town, verified=False, service_type="CLINIC_COMPANY", consent="IN_APP", details="my knee hurts"
        )
        assert need.consent is not None

        consent = withdraw_consent(viewer=viewer_of(town.asker), consent_id=need.consent.public_id, now=town.now)
        close_without_consent(consent_id=consent.pk, now=town.now)

        need.refresh_from_db()
        assert (need.state, need.details) == (NeedState.WITHDRAWN, "")

    def test_article_51_does_not_start_where_passwords_and_ways_are_open(self) -> None:
        with pytest.raises(ImproperlyConfigured) as refused:
            refuse_unsafe({"MATCHMAKER_ENV": "production", "SECURE_COOKIES": "off"})

        assert {"SECRET_KEY", "SECURE_COOKIES", "DATABASE_URL"} <= set(str(refused.value).replace(".", " ").split())

    def test_article_47_leaves_no_name_in_records(self, town: SmallTown) -> None:
        open_need_for(town)

        assert Record.objects.exists()
        assert not [row for row in Record.objects.all() if town.asker.name in str(row.body)]
