"""Joining through the API tells nobody who had an account."""

import pytest
import time_machine

from matchmaker.community import actions
from matchmaker.community.models import User
from tests.graphql_client import client_for, do
from tests.towns import NOW, small_town, viewer_of

pytestmark = pytest.mark.django_db


class TestJoinByInvitation:
    def test_answers_the_same_where_the_name_has_an_account(self) -> None:
        town, answers = small_town(), []
        accounts = User.objects.count()
        worker, area_id = viewer_of(town.coordinator), town.grid.public_id
        _, code = actions.invite(viewer=worker, area_id=area_id, uses=2, now=NOW)

        for name in ("asker@town.invalid", "ding@town.invalid"):
            given = {"code": code, "name": "丁新邻", "signInName": name}
            with time_machine.travel(NOW, tick=False):
                answers.append(do(client_for(), "joinByInvitation", "joined", **given))

        assert answers == [{"joined": True, "errors": []}] * 2
        assert User.objects.count() == accounts + 1
