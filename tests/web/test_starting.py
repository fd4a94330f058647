"""An operator starts a community on pages; its posters are printed; its first resident comes through one of them."""

import io
import re

import pytest
from django.test import Client
from pypdf import PdfReader

from matchmaker.community.actions import make_posters
from matchmaker.community.invitation_codes import hash_of_code
from matchmaker.community.models import Area, AreaLevel, Invitation, User
from tests.towns import NOW, SmallTown, open_need_for, open_offer_for, user_of

LISTS = {
    "region": "示例区",
    "sub_district": "示例街道",
    "joint_community": "示例联合社区",
    "name": "示例社区",
    "name_en": "",
    "time_zone": "Asia/Shanghai",
    "latitude": "41.2",
    "longitude": "111.3",
    "buildings": "第1网格, 1号楼, 2, 6, 2\n第2网格, 2号楼, 1, 3, 2, 41.2, 111.31",
    "stations": "便民服务站, 便民服务, 示例居委会, 1-5 08:30-17:30, 0471 1234567",
    "workers": "高协调, 13800138000, 协调员\n林网格, grid@town.invalid, 网格长, 第1网格",
}


@pytest.fixture
def operator(db: None) -> Client:
    user = User.objects.create_user("operator@town.invalid", is_staff=True, created_at=NOW)
    client = Client(headers={"Accept-Language": "zh"})
    client.force_login(user)
    return client


class TestStart:
    def test_shows_what_the_lists_make_before_anything_stands(self, town: SmallTown, operator: Client) -> None:
        page = operator.post("/start", LISTS).content.decode()

        assert "<dd>30</dd>" in page
        assert "步行距离会不准：1</p>" in page
        assert not Area.objects.filter(name="示例社区").exists()

    def test_starts_it_at_the_second_press(self, town: SmallTown, operator: Client) -> None:
        answer = operator.post("/start", LISTS | {"start": "yes"})

        community = Area.objects.get(name="示例社区", level=AreaLevel.COMMUNITY)
        assert answer.headers["Location"] == f"/start/{community.public_id}"
        page = operator.get(answer.headers["Location"]).content.decode()
        assert "第2网格：网格长" in page
        assert "第1网格：网格长" not in page
        assert User.objects.get(sign_in_name="+8613800138000").person is not None

    def test_pressed_twice_starts_one(self, town: SmallTown, operator: Client) -> None:
        operator.post("/start", LISTS | {"start": "yes"})

        page = operator.post("/start", LISTS | {"start": "yes"}).content.decode()

        assert "这里已经有同名的社区了" in page
        assert Area.objects.filter(name="示例社区", level=AreaLevel.COMMUNITY).count() == 1

    def test_names_each_faulty_line_and_keeps_what_was_typed(self, town: SmallTown, operator: Client) -> None:
        lists = LISTS | {"buildings": "第1网格, 1号楼, 两, 6, 2\n第1网格, 2号楼, 1, 0, 2", "start": "yes"}

        page = operator.post("/start", lists).content.decode()

        assert "楼栋第1行：" in page
        assert "第1网格, 2号楼, 1, 0, 2" in page
        assert not Area.objects.filter(name="示例社区").exists()

    @pytest.mark.parametrize("role", ["asker", "coordinator"])
    def test_is_for_operators(self, town: SmallTown, client: Client, role: str) -> None:
        client.force_login(user_of(getattr(town, role)))

        assert client.post("/start", LISTS | {"start": "yes"}).status_code == 403
        assert client.get(f"/start/{town.community.public_id}").status_code == 403
        assert not Area.objects.filter(name="示例社区").exists()


class TestPosters:
    def test_are_one_page_for_each_stairwell_with_a_code_that_lets_people_in(
        self, town: SmallTown, client: Client
    ) -> None:
        client.force_login(user_of(town.coordinator))

        answer = client.post(f"/posters/{town.grid.public_id}")

        assert answer.headers["Content-Type"] == "application/pdf"
        pages = [page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages]
        assert len(pages) == 2
        codes = [re.search(r"/join/([0-9A-Z]{10})", page) for page in pages]
        assert all(codes)
        for code, corridor in zip(codes, town.corridors, strict=False):
            assert code is not None
            assert Invitation.objects.get(code_hash=hash_of_code(code[1])).area == corridor

    def test_are_offered_for_the_areas_of_ones_posts(self, town: SmallTown, client: Client) -> None:
        client.force_login(user_of(town.grid_head))

        page = client.get("/posters").content.decode()

        assert str(town.grid.public_id) in page
        assert str(town.other_grid.public_id) not in page
        assert client.post(f"/posters/{town.other_grid.public_id}").status_code == 403

    def test_are_not_for_residents(self, town: SmallTown, client: Client) -> None:
        client.force_login(user_of(town.asker))

        assert client.get("/posters").status_code == 403
        assert client.post(f"/posters/{town.grid.public_id}").status_code == 403
        assert not Invitation.objects.exists()


class TestJoinByPoster:
    def test_asks_which_flat_of_the_stairwell(self, town: SmallTown, client: Client) -> None:
        code = _code_at(town)
        flat = town.households[1]
        form = {"name": "丁新邻", "sign_in_name": "ding@town.invalid", "language": "zh-hans"}

        page = client.get(f"/join/{code}").content.decode()
        answer = client.post(f"/join/{code}", form | {"household_id": str(flat.public_id)})

        assert town.corridors[0].name in page
        assert answer.headers["Location"] == "/sign-in/code"
        person = User.objects.get(sign_in_name="ding@town.invalid").person
        assert person is not None
        assert person.household == flat

    def test_takes_no_flat_of_another_stairwell(self, town: SmallTown, client: Client) -> None:
        form = {"name": "丁新邻", "sign_in_name": "ding@town.invalid", "language": "zh-hans"}

        client.post(f"/join/{_code_at(town)}", form | {"household_id": str(town.households[4].public_id)})

        assert not User.objects.filter(sign_in_name="ding@town.invalid").exists()

    def test_can_be_typed_instead_of_scanned(self, town: SmallTown, client: Client) -> None:
        code = _code_at(town)

        answer = client.post("/join", {"code": f" {code[:5].lower()}-{code[5:]} "})

        assert answer.headers["Location"] == f"/join/{code}"
        assert client.post("/join", {"code": "——"}).status_code == 200


class TestFirstAnswerOnPages:
    def test_stands_on_the_page_after_asking(self, town: SmallTown, signed_in: object) -> None:
        open_offer_for(town)
        need = open_need_for(town, verified=False)
        client = signed_in(town.asker)  # type: ignore[operator]  # a fixture without a type

        for address in (f"/ask/done/{need.public_id}", f"/needs/{need.public_id}"):
            assert "有一位邻居或一个组织可能可以来" in client.get(address).content.decode()


def _code_at(town: SmallTown) -> str:
    return make_posters(viewer=None, area_id=town.corridors[0].public_id, now=NOW)[0].code
