"""Free proof of hours: from the ledger, checked by number and code, and genuine still when nobody is left."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from pypdf import PdfReader

from matchmaker.community.models import Person
from matchmaker.errors import InvalidInput, NotFound
from matchmaker.matches.models import LedgerEntry
from matchmaker.privacy.actions import forget_due, leave, make_certificate, make_certificate_for
from matchmaker.privacy.actions.certifying import NothingToCertify
from matchmaker.privacy.actions.leaving import PersonHasAccount
from matchmaker.privacy.certificate_paper import document_of_paper, pdf_of_paper
from matchmaker.privacy.models import Certificate
from matchmaker.privacy.queries import CertificateNotGenuine, checked_certificate, own_certificates
from matchmaker.records.queries import chain_keys, records_about, verify_chain
from tests.towns import viewer_of
from tests.way import OVER, Way, way_to

ADDRESS = "https://matchmaker.example/certificates/2026-ABCD-EFGH"


@pytest.fixture
def way(db: None, settings: Any, tmp_path: Path) -> Iterator[Way]:
    settings.SHRED_LIST = tmp_path / "shred_list"
    way = way_to(OVER)
    with time_machine.travel(way.now, tick=False):
        yield way


def issue(way: Way, person: Person, **asked: Any) -> Any:
    days = {"starts_date": date(2026, 3, 1), "ends_date": date(2026, 3, 3)}
    return make_certificate(viewer=viewer_of(person, now=way.now), now=way.now, **days | asked)


class TestMakeCertificate:
    def test_counts_what_was_given_and_nothing_that_was_received(self, way: Way) -> None:
        extra = LedgerEntry.objects.get(giver=way.town.helper)
        LedgerEntry.objects.create(giver=way.town.asker, receiver=way.town.helper, minutes=45, at=extra.at)

        paper = issue(way, way.town.helper).certificate

        assert (paper.visits, paper.minutes, paper.organization_name) == (1, 60, "")
        assert paper.community_name == "测试社区"

    @pytest.mark.parametrize(
        ("at_hour", "starts", "ends", "counted"),
        [(15, 3, 3, True), (16, 3, 3, False), (16, 4, 4, True), (15, 4, 4, False)],
    )
    def test_counts_days_on_the_clocks_of_the_community(
        self, way: Way, at_hour: int, starts: int, ends: int, counted: bool
    ) -> None:
        LedgerEntry.objects.filter(giver=way.town.helper).update(
            at=way.now.replace(year=2026, month=3, day=3, hour=at_hour, minute=0)
        )
        later = way.now + timedelta(days=3)
        days = {"starts_date": date(2026, 3, starts), "ends_date": date(2026, 3, ends)}

        if counted:
            made = make_certificate(viewer=viewer_of(way.town.helper, now=later), now=later, **days)
            assert made.certificate.minutes == 60
        else:
            with pytest.raises(NothingToCertify):
                make_certificate(viewer=viewer_of(way.town.helper, now=later), now=later, **days)

    def test_of_one_organization_counts_its_hours_alone(self, way: Way) -> None:
        society = way.town.organization

        paper = issue(way, way.town.member, organization_id=society.public_id).certificate

        assert (paper.organization_name, paper.minutes) == ("测试助老服务社", 60)
        with pytest.raises(NothingToCertify):
            issue(way, way.town.helper, organization_id=society.public_id)
        assert Certificate.objects.count() == 1

    @pytest.mark.parametrize(
        "days",
        [
            {"starts_date": date(2026, 3, 3), "ends_date": date(2026, 3, 2)},
            {"ends_date": date(2026, 3, 4)},
            {"starts_date": date(1990, 1, 1)},
        ],
    )
    def test_is_refused_for_days_that_make_no_sense(self, way: Way, days: dict[str, date]) -> None:
        with pytest.raises(InvalidInput):
            issue(way, way.town.helper, **days)

        assert not Certificate.objects.exists()

    def test_stores_neither_the_name_nor_the_code(self, way: Way) -> None:
        issued = issue(way, way.town.helper)

        stored = json.dumps(list(Certificate.objects.values()), default=str, ensure_ascii=False)
        assert issued.name not in stored
        assert issued.code not in stored
        assert issued.code.replace("-", "") not in stored

    def test_for_somebody_without_an_account_is_made_by_a_worker(self, way: Way) -> None:
        entry = LedgerEntry.objects.get(giver=way.town.helper)
        LedgerEntry.objects.create(giver=way.town.elder, receiver=way.town.asker, minutes=30, at=entry.at)
        days = {"starts_date": date(2026, 3, 1), "ends_date": date(2026, 3, 3), "now": way.now}
        worker = viewer_of(way.town.grid_head, now=way.now)

        made = make_certificate_for(viewer=worker, person_id=way.town.elder.public_id, **days)

        assert (made.name, made.certificate.minutes) == ("赵老根", 30)
        assert [record.kind for record in records_about(way.town.grid_head.pk)].count("certificate.issued") == 1
        assert [record.kind for record in records_about(way.town.elder.pk)].count("certificate.issued") == 1
        with pytest.raises(PersonHasAccount):
            make_certificate_for(viewer=worker, person_id=way.town.helper.public_id, **days)
        with pytest.raises(NotFound):
            make_certificate_for(viewer=viewer_of(way.town.asker), person_id=way.town.elder.public_id, **days)


class TestCheck:
    def test_shows_what_is_printed_to_whoever_has_number_and_code(self, way: Way) -> None:
        issued = issue(way, way.town.helper)
        paper = issued.certificate

        plain = checked_certificate(number=paper.number, code=issued.code)
        typed = checked_certificate(
            number=f" {paper.number.lower().replace('-', '')}",
            code=issued.code.lower().replace("-", " "),
            name=" 陈 助民",
        )
        other = checked_certificate(number=paper.number, code=issued.code, name="王晓晴")

        assert plain.certificate == paper
        assert (plain.name_fits, typed.name_fits, other.name_fits) == (None, True, False)

    def test_says_the_same_of_another_code_and_of_no_such_number(self, way: Way) -> None:
        issued = issue(way, way.town.helper)

        for number, code in ((issued.certificate.number, "2222-2222-2222"), ("2026-2222-2222", issued.code), ("", "")):
            with pytest.raises(CertificateNotGenuine):
                checked_certificate(number=number, code=code)

    @pytest.mark.parametrize(
        "changed", [{"minutes": 600}, {"organization_name": "别的"}, {"name_commitment": "0" * 64}, {"seal": "0" * 64}]
    )
    def test_finds_a_row_that_was_changed(self, way: Way, changed: dict[str, Any]) -> None:
        issued = issue(way, way.town.helper)
        Certificate.objects.update(**changed)

        with pytest.raises(CertificateNotGenuine):
            checked_certificate(number=issued.certificate.number, code=issued.code)

    def test_fits_still_after_the_person_was_forgotten(self, way: Way) -> None:
        issued = issue(way, way.town.helper)
        leave(viewer=viewer_of(way.town.helper, now=way.now), now=way.now, at_once=True)
        assert forget_due(now=way.now) == 1

        found = checked_certificate(number=issued.certificate.number, code=issued.code, name=issued.name)

        assert (found.certificate.person, found.certificate.minutes, found.name_fits) == (None, 60, True)
        assert [fault for key in chain_keys() for fault in verify_chain(key)] == []

    def test_fits_still_after_the_secret_key_was_changed(self, way: Way, settings: Any) -> None:
        issued = issue(way, way.town.helper)
        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "n" * 50, [settings.SECRET_KEY]

        assert checked_certificate(number=issued.certificate.number, code=issued.code).certificate.minutes == 60
        settings.SECRET_KEY_FALLBACKS = []
        with pytest.raises(CertificateNotGenuine):
            checked_certificate(number=issued.certificate.number, code=issued.code)


class TestOwnCertificates:
    def test_are_ones_own(self, way: Way) -> None:
        mine = issue(way, way.town.helper).certificate
        issue(way, way.town.member)

        assert list(own_certificates(viewer_of(way.town.helper, now=way.now))) == [mine]
        assert list(own_certificates(viewer_of(way.town.coordinator, now=way.now))) == []


class TestPaper:
    def test_says_what_was_given_in_both_languages(self, way: Way) -> None:
        issued = issue(way, way.town.member, organization_id=way.town.organization.public_id)

        pdf = pdf_of_paper(issued.certificate, name=issued.name, code=issued.code, address=ADDRESS)

        pages = PdfReader(BytesIO(pdf)).pages
        text = pages[0].extract_text()
        assert len(pages) == 1
        for part in (
            "志愿服务证明",
            "Certificate of volunteer service",
            "何志愿",
            "1 小时 0 分钟",
            "测试助老服务社",
            ADDRESS,
        ):
            assert part in text
        assert issued.code in text
        assert issued.certificate.number in text

    def test_bears_the_day_of_the_house_on_which_it_was_issued(self, way: Way) -> None:
        late = way.now.replace(hour=20)  # already the next day in Shanghai
        days = {"starts_date": date(2026, 3, 1), "ends_date": date(2026, 3, 3)}
        issued = make_certificate(viewer=viewer_of(way.town.helper, now=late), now=late, **days)

        pdf = pdf_of_paper(issued.certificate, name=issued.name, code=issued.code, address=ADDRESS)

        assert f"{late + timedelta(days=1):%Y-%m-%d}" in PdfReader(BytesIO(pdf)).pages[0].extract_text()

    def test_is_the_same_for_machines(self, way: Way) -> None:
        issued = issue(way, way.town.helper)

        told = document_of_paper(issued.certificate, name=issued.name, code=issued.code, address=ADDRESS)

        assert (told["minutes"], told["visits"], told["starts_date"], told["check_at"]) == (
            60,
            1,
            "2026-03-01",
            ADDRESS,
        )
        assert checked_certificate(number=told["number"], code=told["code"], name=told["name"]).name_fits
