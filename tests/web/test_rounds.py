"""Rounds on the worker's desk."""

import pytest

from matchmaker.matches import actions
from matchmaker.matches.models import Round, RoundPhase, RoundState
from tests.towns import SmallTown, viewer_of
from tests.web.conftest import SignedIn


def a_round(town: SmallTown, **columns: object) -> Round:
    row = actions.request_round(viewer=viewer_of(town.coordinator), community_id=town.community.public_id, now=town.now)
    Round.objects.filter(pk=row.pk).update(**columns)
    return row


RUNNING = {"state": RoundState.RUNNING, "phase": RoundPhase.PLANNING, "progress_percent": 63}
WITH_A_PLAN = RUNNING | {"incumbent_score": 950, "score_bound": 1000, "incumbent": [[1, 2, 3], [4, 5, 6]]}


class TestRoundsOnTheDesk:
    def test_begin_by_a_button(self, town: SmallTown, signed_in: SignedIn) -> None:
        client = signed_in(town.coordinator)
        assert f"/rounds/{town.community.public_id}/start" in client.get("/review").content.decode()

        client.post(f"/rounds/{town.community.public_id}/start")

        assert Round.objects.get().state == RoundState.QUEUED
        assert "排队中" in client.get("/review").content.decode()

    @pytest.mark.parametrize(
        ("state", "told"),
        [("DONE", "看了9项需求，有4项推荐。"), ("CANCELLED", "取消了，没有安排。"), ("FAILED", "没有做成，可以再试。")],
    )
    def test_say_what_the_last_one_came_to(self, town: SmallTown, signed_in: SignedIn, state: str, told: str) -> None:
        a_round(town, state=state, started_at=town.now, finished_at=town.now, needs_count=9, proposals_count=4)

        assert told in signed_in(town.coordinator).get("/review").content.decode()

    def test_say_it_of_the_last_one_of_several_communities(self, town: SmallTown, signed_in: SignedIn) -> None:
        done = {"state": RoundState.DONE, "started_at": town.now, "finished_at": town.now}
        a_round(town, community=town.joint_community, **done)

        assert "上一次（" in signed_in(town.coordinator).get("/review").content.decode()

    def test_do_not_begin_twice(self, town: SmallTown, signed_in: SignedIn) -> None:
        a_round(town)
        client = signed_in(town.coordinator)

        again = client.post(f"/rounds/{town.community.public_id}/start")

        assert again.status_code == 409
        assert Round.objects.count() == 1
        assert "/start" not in client.get("/review").content.decode()

    def test_say_how_far_they_are_and_what_stopping_would_give(self, town: SmallTown, signed_in: SignedIn) -> None:
        a_round(town, **WITH_A_PLAN)

        page = signed_in(town.coordinator).get("/review").content.decode()

        assert "正在寻找最好的方案。" in page
        assert '<progress max="100" value="63"' in page
        assert "现有方案有2项推荐，离最好的方案最多差5.0%。" in page
        assert "停下，用现有方案" in page

    def test_offer_nothing_to_keep_while_there_is_no_plan(self, town: SmallTown, signed_in: SignedIn) -> None:
        row = a_round(town, **RUNNING)
        client = signed_in(town.coordinator)
        assert "停下，用现有方案" not in client.get("/review").content.decode()

        answer = client.post(f"/rounds/{row.public_id}/stop", {"keep": "on"})

        assert answer.status_code == 409
        assert "还没有可以保留的方案" in answer.content.decode()
        row.refresh_from_db()
        assert (row.state, row.stop_asked_at) == (RoundState.RUNNING, None)

    def test_are_stopped_with_their_plan(self, town: SmallTown, signed_in: SignedIn) -> None:
        row = a_round(town, **WITH_A_PLAN)
        client = signed_in(town.coordinator)

        client.post(f"/rounds/{row.public_id}/stop", {"keep": "on"})

        row.refresh_from_db()
        assert row.state == RoundState.RUNNING
        assert row.stop_asked_at is not None
        page = client.get("/review").content.decode()
        assert "正在停下" in page
        assert "停下，用现有方案" not in page

    def test_are_called_off(self, town: SmallTown, signed_in: SignedIn) -> None:
        row = a_round(town, **WITH_A_PLAN)
        client = signed_in(town.coordinator)

        client.post(f"/rounds/{row.public_id}/stop")

        row.refresh_from_db()
        assert row.state == RoundState.CANCELLED
        assert str(row.public_id) not in client.get("/review").content.decode()

    def test_are_ended_by_a_worker_of_the_community_alone(self, town: SmallTown, signed_in: SignedIn) -> None:
        row = a_round(town, **WITH_A_PLAN)
        grid_head = signed_in(town.grid_head)

        page = grid_head.get("/review").content.decode()

        assert "正在寻找最好的方案。" in page
        assert "/stop" not in page
        assert "/start" not in page
        assert grid_head.post(f"/rounds/{row.public_id}/stop").status_code == 403
        assert signed_in(town.other_coordinator).post(f"/rounds/{row.public_id}/stop").status_code == 404
        assert signed_in(town.asker).post(f"/rounds/{town.community.public_id}/start").status_code == 403
        row.refresh_from_db()
        assert row.state == RoundState.RUNNING

    @pytest.mark.parametrize("address", ["/rounds/{}/stop", "/rounds/{}/start"])
    def test_change_nothing_by_a_link(self, town: SmallTown, signed_in: SignedIn, address: str) -> None:
        row = a_round(town)

        signed_in(town.coordinator).get(address.format(row.public_id))

        assert list(Round.objects.values_list("state", flat=True)) == [RoundState.QUEUED]
