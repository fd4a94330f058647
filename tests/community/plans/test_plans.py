"""Plans of a community: lines and TOML become values, and every fault is named with its line."""

from dataclasses import replace
from datetime import date

import pytest

from matchmaker.community.plans import lines
from matchmaker.community.plans.checking import faults_of
from matchmaker.community.plans.plan import BuildingPlan, CommunityPlan, Faults, Hours, Point
from matchmaker.community.plans.toml import EXAMPLE, plan_in

TODAY = date(2026, 11, 25)


def example() -> CommunityPlan:
    faults = Faults()
    plan = plan_in(EXAMPLE, faults, today=TODAY)
    assert plan is not None
    assert not faults
    return plan


def said(plan: CommunityPlan) -> list[tuple[str, str]]:
    return [(fault.where, fault.message) for fault in faults_of(plan, today=TODAY)]


class TestExample:
    def test_is_a_plan_without_a_fault(self) -> None:
        plan = example()

        assert said(plan) == []
        assert plan.grids == ("第1网格", "第2网格")
        assert plan.corridors == 5
        assert plan.households == 2 * 6 * 2 * 2 + 1 * 11 * 4
        assert plan.without_place == ()
        assert plan.stations[0].hours[-1] == Hours(5, "09:00", "12:00")
        assert len(plan.stations[0].hours) == 6


class TestBuildings:
    def test_have_corridors_and_flats_with_names(self) -> None:
        building = BuildingPlan("buildings 1", "g", "1号楼", 2, 2, 3)

        assert building.corridor_names() == ["1号楼1单元", "1号楼2单元"]
        assert building.flat_names() == ["101室", "102室", "103室", "201室", "202室", "203室"]
        assert replace(building, corridors=1).corridor_names() == ["1号楼"]

    @pytest.mark.parametrize(
        "line",
        ["g, b, 1, 2", "g, b, one, 2, 2", "g, b, 1, 2, 2, north, east", "g, b, 1.5, 2, 2", "g, b, 1, 2, 2, 41.2"],
    )
    def test_of_a_faulty_line_are_named_by_it_and_the_next_line_is_read(self, line: str) -> None:
        faults = Faults()

        found = lines.buildings_in(f"\n{line}\ng，c，1，2，2", faults)

        assert [fault.where for fault in faults] == ["buildings 2"]
        assert [plan.name for plan in found if plan.where == "buildings 3"] == ["c"]


class TestHours:
    def test_are_read_for_days_and_ranges(self) -> None:
        faults = Faults()

        found = lines.hours_in("1-2 8:30-17:30；7 09:00-23:30", "stations 1", faults)

        assert found == (Hours(0, "08:30", "17:30"), Hours(1, "08:30", "17:30"), Hours(6, "09:00", "23:30"))
        assert not faults

    @pytest.mark.parametrize("text", ["always", "5-1 08:00-09:00", "1 09:00-08:00", "8 08:00-09:00", "1 08:00-29:00"])
    def test_that_cannot_be_are_refused(self, text: str) -> None:
        faults = Faults()

        assert lines.hours_in(text, "stations 1", faults) == ()
        assert [fault.where for fault in faults] == ["stations 1"]


class TestFaults:
    def test_are_all_told_at_once(self) -> None:
        plan = example()
        building = replace(plan.buildings[0], floors=0, at=Point(95, 0))

        found = said(replace(plan, name=" ", time_zone="Mars/Olympus", centre=None, buildings=(building,), workers=()))

        assert [where for where, _ in found] == ["name", "time_zone", "centre", "buildings 1", "buildings 1", "workers"]

    def test_name_a_building_that_stands_twice(self) -> None:
        plan = example()

        assert said(replace(plan, buildings=(*plan.buildings, plan.buildings[0]))) == [
            ("buildings 1", "This building stands in the list twice.")
        ]

    def test_name_a_worker_without_a_place_a_post_or_a_sign_in(self) -> None:
        plan = example()
        lost = replace(plan.workers[1], grid="第9网格")
        wrong = replace(plan.workers[1], where="workers 3", post="COORDINATOR", sign_in_name="nobody")

        assert said(replace(plan, workers=(plan.workers[0], lost, wrong))) == [
            ("workers 2", "No building stands in this grid."),
            ("workers 3", "Give a phone number or a mail address to sign in with."),
            (
                "workers 3",
                "Here a post is one of GRID_HEAD, FULL_TIME_MEMBER, BRANCH_CONTACT, POLICE_CONTACT, "
                "RESIDENT_REPRESENTATIVE.",
            ),
        ]

    def test_keep_the_powers_of_an_auditor_apart(self) -> None:
        plan = example()
        auditor = replace(plan.workers[0], where="workers 3", post="AUDITOR")

        assert said(replace(plan, workers=(*plan.workers, auditor))) == [
            ("workers 1", "An auditor holds no other post."),
            ("workers 3", "An auditor holds no other post."),
        ]

    def test_count_the_households(self) -> None:
        plan = example()
        towers = tuple(
            BuildingPlan(f"buildings {number}", "g", f"{number}", 1, 80, 40, None) for number in range(1, 11)
        )

        assert ("buildings", "32000 households are more than one community holds (30000 at most).") in said(
            replace(plan, buildings=towers, workers=plan.workers[:1])
        )


class TestToml:
    @pytest.mark.parametrize(
        ("text", "where"),
        [
            ("name = ", ""),
            ("nmae = 'x'", "nmae"),
            ("name = 7", "name"),
            ("centre = 'here'", "centre"),
            ("centre = [1]", "centre"),
            ("centre = [true, false]", "centre"),
            ("terms_until = 'soon'", "terms_until"),
        ],
    )
    def test_that_cannot_be_read_says_where(self, text: str, where: str) -> None:
        faults = Faults()

        plan_in(text, faults, today=TODAY)

        assert [fault.where for fault in faults] == [where]
