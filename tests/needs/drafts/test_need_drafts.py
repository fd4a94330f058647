from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.errors import InvalidInput
from matchmaker.needs.drafts import NeedDraft, Window, check_need_draft
from matchmaker.needs.drafts.fields import tidy_languages, tidy_skills
from tests.towns import NOW, need_draft

SHANGHAI = ZoneInfo("Asia/Shanghai")
TODAY = date(2026, 3, 2)
LONG = "长" * 10_000


def fault_of(draft: NeedDraft) -> str | None:
    """The field at fault; the sentence must read in both languages."""
    with pytest.raises(InvalidInput) as refusal:
        check_need_draft(draft, now=NOW, zone=SHANGHAI)
    assert refusal.value.sentence("zh") != InvalidInput.message_zh
    assert refusal.value.sentence("en") != InvalidInput.message
    return refusal.value.field


def field_refused(draft: NeedDraft) -> str | None:
    """The field at fault, None where the draft can be stored; anything but InvalidInput rises."""
    try:
        check_need_draft(draft, now=NOW, zone=SHANGHAI)
    except InvalidInput as refusal:
        return refusal.field
    return None


def on(day: date, starts: time = time(9), ends: time = time(11)) -> tuple[Window, ...]:
    return (Window(day, starts, ends),)


class TestCheckNeedDraft:
    def test_lets_a_plain_draft_pass(self) -> None:
        assert field_refused(need_draft()) is None

    def test_lets_a_full_draft_pass(self) -> None:
        draft = need_draft(
            for_person=uuid4(),
            at_home=False,
            place=uuid4(),
            minutes=480,
            windows=on(TODAY + timedelta(days=28), time(22), time(8)),
            helpers_wanted=50,
            repeat="WEEKLY",
            repeat_until_date=TODAY + timedelta(days=90),
            skills=("做饭",),
            languages=("zh", "en-US", "mn-Mong", "zh-Hans-CN", "yue"),
            forms_accepted=("VOLUNTARY", "PUBLIC"),
            urgency=2,
            risk_class=2,
            risks="家里有狗",
            nobody_from_building=True,
            helper_sex="FEMALE",
            consent="SPOKEN",
            answer_by=NOW + timedelta(days=2),
            external_id="纸-17",
        )

        assert field_refused(draft) is None

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("service_type", ""),
            ("service_type", "   "),
            ("service_type", None),
            ("service_type", LONG),
            ("details", None),
            ("details", LONG),
            ("details", "nul \x00"),
            ("details", "half a pair \ud800"),
            ("risks", LONG),
            ("risks", "bell \x07"),
            ("service_type", "SHOP\nPING"),
            ("external_id", "17\x00"),
            ("skills", ("a\x00b",)),
            ("skills", ("\u202ex",)),
            ("skills", ("\u200d",)),
            ("minutes", None),
            ("minutes", 14),
            ("minutes", 481),
            ("minutes", -60),
            ("minutes", 60.0),
            ("minutes", True),
            ("minutes", "60"),
            ("helpers_wanted", 0),
            ("helpers_wanted", 51),
            ("helpers_wanted", None),
            ("for_person", "someone"),
            ("at_home", None),
            ("place", 7),
            ("consent", "WHISPERED"),
            ("consent", None),
            ("skills", None),
            ("skills", ("",)),
            ("skills", (LONG,)),
            ("skills", ("a",) * 21),
            ("languages", ("Chinese",)),
            ("languages", ("",)),
            ("languages", ("zh_CN",)),
            ("languages", (None,)),
            ("languages", ("zh",) * 11),
            ("forms_accepted", ("FREE",)),
            ("forms_accepted", None),
            ("nobody_from_building", "yes"),
            ("helper_sex", "UNSTATED"),
            ("urgency", 4),
            ("urgency", -1),
            ("urgency", None),
            ("risk_class", 3),
            ("windows", ()),
            ("windows", None),
            ("windows", (None,)),
            ("windows", ("2026-03-03",)),
            ("repeat", "DAILY"),
            ("repeat", None),
            ("answer_by", NOW),
            ("answer_by", datetime(2026, 3, 3, 9, 0)),  # noqa: DTZ001 - the point of this case
            ("answer_by", NOW + timedelta(days=91)),
            ("answer_by", "soon"),
            ("external_id", LONG),
        ],
    )
    def test_names_the_field_at_fault(self, field: str, value: Any) -> None:
        assert fault_of(need_draft(**{field: value})) == field

    @pytest.mark.parametrize(
        "windows",
        [
            on(date(1900, 1, 1)),
            on(date(1, 1, 1)),
            on(date(9999, 12, 31)),
            on(TODAY - timedelta(days=1)),
            on(TODAY, time(7), time(9)),
            on(TODAY, time(8, 30), time(9, 45)),
            on(TODAY + timedelta(days=29)),
            on(TODAY + timedelta(days=1), time(9), time(9, 45)),
            on(TODAY + timedelta(days=1), time(9, 10), time(10, 10)),
            on(TODAY + timedelta(days=1)) * 41,
            (Window(None, time(9), time(11)),),  # type: ignore[arg-type]  # what a careless door might pass
            (Window(TODAY, time(9, tzinfo=UTC), time(11)),),
            (Window(datetime(2026, 3, 3, tzinfo=UTC), time(9), time(11)),),
        ],
    )
    def test_refuses_windows_in_which_no_visit_can_be(self, windows: tuple[Window, ...]) -> None:
        assert fault_of(need_draft(windows=windows)) == "windows"

    def test_refuses_a_window_in_an_hour_that_the_clocks_skip(self) -> None:
        new_york = ZoneInfo("America/New_York")
        draft = need_draft(windows=on(date(2026, 3, 8), time(2), time(3)), minutes=15)

        with pytest.raises(InvalidInput) as refusal:
            check_need_draft(draft, now=NOW, zone=new_york)

        assert refusal.value.field == "windows"

    def test_lets_a_window_of_last_night_pass_while_it_lasts(self) -> None:
        after_midnight = datetime(2026, 3, 3, 0, 30, tzinfo=SHANGHAI)

        check_need_draft(need_draft(windows=on(TODAY, time(22), time(2))), now=after_midnight, zone=SHANGHAI)

    @pytest.mark.parametrize(
        ("fields", "at_fault"),
        [
            ({"at_home": True, "place": uuid4()}, "place"),
            ({"at_home": False}, "place"),
            ({"risk_class": 2, "risks": " "}, "risks"),
            ({"repeat_until_date": TODAY + timedelta(days=7)}, "repeat_until_date"),
            ({"repeat": "WEEKLY", "repeat_until_date": TODAY}, "repeat_until_date"),
            ({"repeat": "WEEKLY", "repeat_until_date": TODAY + timedelta(days=91)}, "repeat_until_date"),
            ({"repeat": "WEEKLY", "repeat_until_date": "ever"}, "repeat_until_date"),
            (
                {
                    "repeat": "WEEKLY",
                    "windows": on(TODAY + timedelta(days=1)) + on(TODAY + timedelta(days=8)),
                },
                "windows",
            ),
        ],
    )
    def test_refuses_answers_that_do_not_go_together(self, fields: dict[str, Any], at_fault: str) -> None:
        assert fault_of(need_draft(**fields)) == at_fault

    @given(
        day=st.dates(),
        starts=st.times(),
        ends=st.times(),
        minutes=st.integers(-10, 600),
    )
    def test_never_breaks_on_any_window(self, day: date, starts: time, ends: time, minutes: int) -> None:
        draft = need_draft(windows=(Window(day, starts, ends),), minutes=minutes)

        assert field_refused(draft) in {None, "windows", "minutes"}


class TestTidy:
    def test_spells_language_tags_in_their_usual_way(self) -> None:
        assert tidy_languages(("ZH-hans-cn", "EN", "en", "mn-mong")) == ["en", "mn-Mong", "zh-Hans-CN"]

    def test_names_each_skill_once(self) -> None:
        assert tidy_skills((" 做饭 ", "做饭", "修水管")) == ["修水管", "做饭"]
