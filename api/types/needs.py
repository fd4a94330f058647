"""Needs: what someone lacks; each field asks who looks."""

from datetime import datetime
from typing import Any, Final

import graphene

from api.connections import connection_of
from api.context import Context
from api.ids import Node
from api.loaders import hanging, matches_of_need, why_nobody_of
from api.reads import reads
from api.types.areas import Area
from api.types.enums import Channel, Language, NeedRepeat, NeedState, RiskClass, ServiceForm, Sex, Urgency
from api.types.people import Person
from api.types.services import ServiceType
from matchmaker.community.models import Area as AreaRow
from matchmaker.community.models import AreaLevel
from matchmaker.community.models import Person as PersonRow
from matchmaker.needs import models, queries

UP_TO_THE_GRID: Final = ("place", "place__parent", "place__parent__parent")
LEVELS: Final = tuple(f"{way}__level" for way in UP_TO_THE_GRID)
NAMES: Final = tuple(f"{way}__name" for way in UP_TO_THE_GRID)


class NeedWindow(graphene.ObjectType):
    """A local date and time in which a visit may take place."""

    date = graphene.Date(required=True, description="The local date.")
    starts = graphene.Time(required=True, description="From when.")
    ends = graphene.Time(required=True, description="Until when; the next day when it is not after `starts`.")


class Need(graphene.ObjectType):
    """What someone lacks. Until both sides said yes a helper sees what, when and roughly where, never who."""

    class Meta:
        interfaces = (Node,)
        possible_types = (models.Need,)

    service_type = graphene.Field(ServiceType, required=True, description="What kind of help.")
    state = graphene.Field(NeedState, required=True, description="How it stands.")
    minutes = graphene.Int(required=True, description="How long a visit takes.")
    helpers_wanted = graphene.Int(required=True, description="How many helpers.")
    all_or_none = graphene.Boolean(required=True, description="All of them come or nobody does.")
    helpers_found = graphene.Int(required=True, description="How many are found.")
    repeat = graphene.Field(NeedRepeat, required=True, description="Once or every week.")
    repeat_until_date = graphene.Date(description="The last day of a weekly need.")
    windows = graphene.List(graphene.NonNull(NeedWindow), required=True, description="When a visit may take place.")
    area = graphene.Field(Area, description="Roughly where: the grid.")
    at_home = graphene.Boolean(required=True, description="At the person's home.")
    skills = graphene.List(graphene.NonNull(graphene.String), required=True, description="What a helper should know.")
    languages = graphene.List(graphene.NonNull(graphene.String), required=True, description="Language tags (BCP 47).")
    forms_accepted = graphene.List(graphene.NonNull(ServiceForm), required=True, description="None means any form.")
    urgency = graphene.Field(Urgency, required=True, description="How soon.")
    risk_class = graphene.Field(RiskClass, required=True, description="How risky.")
    opened_at = graphene.DateTime(required=True, description="When it was opened.")
    answer_by = graphene.DateTime(required=True, description="Until when an answer is due.")
    verified_at = graphene.DateTime(
        description="When a worker verified it, or an emergency was asked; null until then."
    )
    due_at = graphene.DateTime(description="Until when help should be agreed: for its asker and workers.")
    is_overdue = graphene.Boolean(description="Help was not agreed by then: for its asker and workers.")
    details = graphene.String(description="In the asker's words.")
    risks = graphene.String(description="What a helper should beware of.")
    address = graphene.String(description="Exactly where.")
    for_person = graphene.Field(Person, description="Whom the help is for.")
    asked_by = graphene.Field(Person, description="Who asked.")
    asked_as = graphene.String(
        description="In whose name it was asked: themself, or X for station Y on behalf of Z.",
        language=Language(description="The reader's own where left out."),
    )
    channel = graphene.Field(Channel, description="How it came.")
    nobody_from_building = graphene.Boolean(description="The wish for nobody from the same building.")
    helper_sex = graphene.Field(Sex, description="The wish for a helper of this sex.")
    why_nobody = graphene.List(
        graphene.NonNull(graphene.String),
        description="Why nobody was found so far, and the smallest change that would help: for its asker and workers.",
        language=Language(description="The reader's own where left out."),
    )

    matches_so_far = graphene.List(
        graphene.NonNull("api.types.matches.Match"),
        required=True,
        description="Who agreed to help: the matches that the viewer may see, the first agreed first.",
    )

    @staticmethod
    @reads()
    def resolve_matches_so_far(need: models.Need, info: graphene.ResolveInfo) -> list[Any]:
        return matches_of_need(info, need)

    @staticmethod
    @reads()
    def resolve_windows(need: models.Need, _info: graphene.ResolveInfo) -> list[models.NeedWindow]:
        return hanging(need, "windows", queries.windows_of_needs)

    @staticmethod
    @reads(*LEVELS, rows=UP_TO_THE_GRID)
    def resolve_area(need: models.Need, _info: graphene.ResolveInfo) -> AreaRow | None:
        area = queries.coarse_place_of(need)
        return area if area.level < AreaLevel.HOUSEHOLD else None

    @staticmethod
    @reads("due_at", *queries.READ_BY_RULES)
    def resolve_due_at(need: models.Need, info: graphene.ResolveInfo) -> datetime | None:
        return need.due_at if queries.may_change_need(info.context.viewer, need) else None

    @staticmethod
    @reads("due_at", "closed_at", *queries.READ_BY_RULES)
    def resolve_is_overdue(need: models.Need, info: graphene.ResolveInfo) -> bool | None:
        context: Context = info.context
        if not queries.may_change_need(context.viewer, need):
            return None
        return queries.is_overdue(need, now=context.now)

    @staticmethod
    @reads("details", *queries.READ_BY_RULES)
    def resolve_details(need: models.Need, info: graphene.ResolveInfo) -> str | None:
        return (need.details or None) if _sees_details(info.context, need) else None

    @staticmethod
    @reads("risks", *queries.READ_BY_RULES)
    def resolve_risks(need: models.Need, info: graphene.ResolveInfo) -> str | None:
        return (need.risks or None) if _sees_details(info.context, need) else None

    @staticmethod
    @reads(*LEVELS, *NAMES, *queries.READ_BY_RULES)
    def resolve_address(need: models.Need, info: graphene.ResolveInfo) -> str | None:
        context: Context = info.context
        if not queries.may_see_need_place(context.viewer, need, agreed_need_ids=context.visited_need_ids):
            return None
        return _address(need.place)

    @staticmethod
    @reads(*queries.READ_BY_RULES, rows=["for_person"])
    def resolve_for_person(need: models.Need, info: graphene.ResolveInfo) -> PersonRow | None:
        return need.for_person if _sees_asker(info.context, need) else None

    @staticmethod
    @reads(*queries.READ_BY_RULES, rows=["asked_by"])
    def resolve_asked_by(need: models.Need, info: graphene.ResolveInfo) -> PersonRow | None:
        return need.asked_by if _sees_asker(info.context, need) else None

    @staticmethod
    @reads(*queries.READ_TO_SAY_ASKED_AS, *queries.READ_BY_RULES)
    def resolve_asked_as(need: models.Need, info: graphene.ResolveInfo, language: Any = None) -> str | None:
        context: Context = info.context
        return queries.asked_as(need, context.language_or(language)) if _sees_asker(context, need) else None

    @staticmethod
    @reads("channel", *queries.READ_BY_RULES)
    def resolve_channel(need: models.Need, info: graphene.ResolveInfo) -> str | None:
        return need.channel if queries.may_change_need(info.context.viewer, need) else None

    @staticmethod
    @reads("nobody_from_building", *queries.READ_BY_RULES)
    def resolve_nobody_from_building(need: models.Need, info: graphene.ResolveInfo) -> bool | None:
        return need.nobody_from_building if queries.may_change_need(info.context.viewer, need) else None

    @staticmethod
    @reads("helper_sex", *queries.READ_BY_RULES)
    def resolve_helper_sex(need: models.Need, info: graphene.ResolveInfo) -> str | None:
        return (need.helper_sex or None) if queries.may_change_need(info.context.viewer, need) else None

    @staticmethod
    @reads("state", "helpers_found", "helpers_wanted", *queries.READ_BY_ASKER_SIDE)
    def resolve_why_nobody(need: models.Need, info: graphene.ResolveInfo, language: Any = None) -> Any:
        context: Context = info.context
        if not queries.may_change_need(context.viewer, need):
            return None
        return why_nobody_of(context, need, context.language_or(language))


NeedConnection = connection_of(Need)


class FirstAnswer(graphene.ObjectType):
    """What an asker learns at once: nobody is named, and nobody was asked yet."""

    could_come = graphene.Int(required=True, description="How many neighbours and organizations pass every hard rule.")
    earliest_at = graphene.DateTime(description="When the first of them could come; null where nobody could.")
    sentences = graphene.List(
        graphene.NonNull(graphene.String),
        required=True,
        description="The same in words, with why nobody yet and which stations are open.",
    )


def _sees_details(context: Context, need: models.Need) -> bool:
    return queries.may_see_need_details(context.viewer, need, agreed_need_ids=context.agreed_need_ids)


def _sees_asker(context: Context, need: models.Need) -> bool:
    return queries.may_see_asker(context.viewer, need, agreed_need_ids=context.agreed_need_ids)


def _address(place: AreaRow) -> str:
    """The names from below the grid down to the place; the place alone where it is no smaller."""
    names = [place.name]
    above = place.parent
    while above is not None and above.level > AreaLevel.GRID:
        names.append(above.name)
        above = above.parent
    return " ".join(reversed(names))
