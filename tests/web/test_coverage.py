"""The page of the 15-minute circle, and the source of street maps on every page that shows a walk."""

import pytest
from django.test import Client

from matchmaker.matches.models import ProposalState
from tests.street_rows import put_the_street_map
from tests.towns import SmallTown, open_need_for, open_offer_for, proposal_for
from tests.web.conftest import SignedIn

SOURCE = "The town&#x27;s surveyors"


def read(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return str(answer.content.decode())


class TestCoveragePage:
    def test_shows_each_service_and_each_station(self, town: SmallTown, signed_in: SignedIn) -> None:
        open_offer_for(town, organization=town.organization)
        client = signed_in(town.coordinator)

        shown = read(client, "/coverage")

        assert "十五分钟生活圈：测试社区" in shown
        assert "代购跑腿" in shown
        assert "测试服务站：附近住着多少人" in shown
        assert "没有街道地图，路程按直线估算。" in shown
        assert 'href="/coverage"' in read(client, "/review")

    def test_says_nothing_of_few(self, town: SmallTown, signed_in: SignedIn) -> None:
        shown = read(signed_in(town.coordinator), f"/coverage/{town.corridors[0].public_id}")

        assert "不到五位，不显示数字" in shown
        assert "<table" not in shown

    @pytest.mark.parametrize("role", ["asker", "clerk", "police"])
    def test_is_not_found_by_others(self, town: SmallTown, signed_in: SignedIn, role: str) -> None:
        assert signed_in(getattr(town, role)).get("/coverage").status_code == 404


class TestSourceOfTheMap:
    def test_stands_on_every_page_that_shows_a_walk(self, town: SmallTown, signed_in: SignedIn) -> None:
        put_the_street_map()
        proposal = proposal_for(town, state=ProposalState.AWAITING_ASKER)
        alone = open_need_for(town, person=town.neighbour)
        sensitive = open_need_for(town, person=town.newcomer, service_type="CLINIC_COMPANY", consent="IN_APP")
        clinic = open_offer_for(town, service_types=("CLINIC_COMPANY",))
        proposal_for(town, need=sensitive, offer=clinic, state=ProposalState.IN_REVIEW)
        worker = signed_in(town.coordinator)

        assert SOURCE in read(worker, "/coverage")
        assert SOURCE in read(worker, "/review")
        assert SOURCE in read(worker, f"/proposals/{proposal.public_id}")
        assert SOURCE in read(signed_in(town.helper), f"/proposals/{proposal.public_id}")
        assert SOURCE in read(signed_in(town.neighbour), f"/needs/{alone.public_id}")
        assert SOURCE in read(signed_in(town.helper), "/my-data")
        assert SOURCE not in read(worker, "/calls")

    def test_is_not_named_where_there_is_no_map(self, town: SmallTown, signed_in: SignedIn) -> None:
        proposal = proposal_for(town, state=ProposalState.AWAITING_ASKER)

        assert "地图来源" not in read(signed_in(town.helper), f"/proposals/{proposal.public_id}")
        assert "地图来源" not in read(signed_in(town.coordinator), "/coverage")
