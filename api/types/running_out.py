"""What is vacant or ends soon in a worker's areas."""

from dataclasses import dataclass
from datetime import date

import graphene

from api.connections import connection_inside, connection_of
from api.context import Context
from api.loaders import rung_meanwhile_of
from api.reads import reads
from api.types.absent import null_if_empty
from api.types.areas import Area, AreaConnection
from api.types.naming import named
from api.types.people import Person
from api.types.words import MandateConnection, PostTermConnection
from matchmaker.community import models, queries
from matchmaker.notices import queries as notices

QualificationKind = named(
    models.QualificationKind,
    "QualificationKind",
    "What was checked about a person.",
    TRAINING="A training.",
    LICENCE="A licence.",
    CLEARANCE="That they have no criminal record.",
    INSURANCE="An insurance.",
    GUARDIAN_CONSENT="That a guardian agrees.",
)


@dataclass(frozen=True, slots=True)
class Below:
    """Where to look: the path of an area, empty for all that the viewer works for; and the last day that is soon."""

    path: str
    until_date: date


class VacantGrid(graphene.ObjectType):
    """A grid without a grid worker."""

    class Meta:
        possible_types = (models.Area,)

    grid = graphene.Field(Area, required=True, description="Which grid.")
    rung_meanwhile = graphene.List(
        graphene.NonNull(graphene.String),
        required=True,
        description="The names of whoever its alarms ring meanwhile, the nearest above; empty where nobody is.",
    )

    @staticmethod
    @reads(rows=[""])
    def resolve_grid(grid: models.Area, _info: graphene.ResolveInfo) -> models.Area:
        return grid

    @staticmethod
    @reads("path")
    def resolve_rung_meanwhile(grid: models.Area, info: graphene.ResolveInfo) -> tuple[str, ...]:
        return rung_meanwhile_of(info.context, grid)


class Qualification(graphene.ObjectType):
    """What was checked about a person, such as a licence; what asks for it is not proposed to them once it is over."""

    class Meta:
        possible_types = (models.Qualification,)

    person = graphene.Field(Person, required=True, description="About whom.")
    kind = graphene.Field(QualificationKind, required=True, description="What was checked.")
    code = graphene.String(description="Which one it is, for example `FIRST_AID`.", resolver=null_if_empty)
    valid_until_date = graphene.Date(description="Its last day.")
    is_over = graphene.Boolean(required=True, description="That day has passed.")

    @staticmethod
    @reads("valid_until_date")
    def resolve_is_over(row: models.Qualification, info: graphene.ResolveInfo) -> bool:
        context: Context = info.context
        return row.valid_until_date is not None and row.valid_until_date < context.viewer.today


VacantGridConnection = connection_of(VacantGrid)
QualificationConnection = connection_of(Qualification)


class RunningOut(graphene.ObjectType):
    """What is vacant or ends within thirty days."""

    class Meta:
        possible_types = (Below,)

    until_date = graphene.Date(required=True, description="The last day that is soon.")
    vacant_grids = connection_inside(
        VacantGridConnection,
        lambda asked, context: queries.vacant_grids(context.viewer, asked.path),
        description="Grids without a grid worker, in the order of the tree.",
    )
    without_duty_phone = connection_inside(
        AreaConnection,
        lambda asked, context: notices.communities_without_duty_phone(context.viewer, asked.path),
        description="Communities whose duty phone the viewer could enter and nobody has.",
    )
    post_terms = connection_inside(
        PostTermConnection,
        lambda asked, context: queries.terms_ending_soon(context.viewer, asked.path),
        description="Terms of posts, the first to end first.",
    )
    mandates = connection_inside(
        MandateConnection,
        lambda asked, context: queries.mandates_ending_soon(context.viewer, asked.path),
        description="Mandates for people and stations, the first to end first.",
    )
    qualifications = connection_inside(
        QualificationConnection,
        lambda asked, context: queries.checks_running_out(context.viewer, asked.path),
        description="What was checked about people and expires, or did in the last thirty days; the first first.",
    )
