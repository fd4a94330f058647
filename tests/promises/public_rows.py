"""A month that was told, with something in every field."""

from typing import Final

from matchmaker.matches import month_page
from matchmaker.matches.models import PublicMonth, ScoreCard
from matchmaker.matches.month_page import GridLine, KindLine, MonthFigures, Pair, Vacancy
from tests.way import Way

TEN: Final = Pair(asked=10, met=5)


def month_told(way: Way) -> PublicMonth:
    grid = GridLine(way.town.grid.name, "Grid one", TEN, {"SHOPPING": TEN})
    figures = MonthFigures(
        all=TEN,
        wait="DAY",
        by_grid=TEN,
        kinds=(KindLine("SHOPPING", TEN, "WEEK", True),),
        grids=(grid,),
        ways={"RULES_ALONE": 5, "OVERRIDE": 0, "ALL": None},
        vacant=(Vacancy(way.town.grid.name, "Grid one", "GRID_HEAD"),),
    )
    return PublicMonth.objects.create(
        community=way.town.community,
        month=way.now.date().replace(day=1),
        published_at=way.now,
        score_card=ScoreCard.objects.earliest("pk"),
        figures=month_page.stored(figures),
    )
