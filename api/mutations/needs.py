"""Opening, changing, withdrawing and verifying needs."""

from typing import Any

import graphene

from api.context import Context
from api.ids import uuid_of
from api.mutation import Mutation, given
from api.types.enums import Channel, ConsentManner, NeedRepeat, RiskClass, ServiceForm, Sex, Urgency
from api.types.needs import Need
from matchmaker.needs import actions, queries
from matchmaker.needs.actions.opening import ExternalIdTaken
from matchmaker.needs.drafts import NeedDraft, Window


class WindowInput(graphene.InputObjectType):
    """A local date and time in which a visit may take place."""

    date = graphene.Date(required=True, description="The local date.")
    starts = graphene.Time(required=True, description="From when.")
    ends = graphene.Time(required=True, description="Until when; the next day when it is not after `starts`.")


class NeedFields:
    """What is asked for, as openNeed and changeNeed take it."""

    service_type = graphene.ID(required=True, description="The code of the service type.")
    minutes = graphene.Int(required=True, description="How long a visit takes: 15 to 480.")
    windows = graphene.List(
        graphene.NonNull(WindowInput),
        required=True,
        description="When a visit may take place; none for an emergency means now.",
    )
    for_person = graphene.ID(description="Whom it is for; left out, the viewer.")
    details = graphene.String(description="In one's own words.")
    at_home = graphene.Boolean(description="At the person's home; true when left out.")
    place = graphene.ID(description="The area to meet in, when it is not at home.")
    helpers_wanted = graphene.Int(description="How many helpers; 1 when left out.")
    all_or_none = graphene.Boolean(description="All of them come or nobody does; false when left out.")
    repeat = NeedRepeat(description="Once or every week; once when left out.")
    repeat_until_date = graphene.Date(description="The last day of a weekly need.")
    skills = graphene.List(graphene.NonNull(graphene.String), description="What a helper should know.")
    languages = graphene.List(graphene.NonNull(graphene.String), description="Language tags (BCP 47).")
    forms_accepted = graphene.List(graphene.NonNull(ServiceForm), description="None means any form.")
    urgency = Urgency(description="How soon; whenever when left out.")
    risk_class = RiskClass(description="How risky; no particular risk when left out.")
    risks = graphene.String(description="What a helper should beware of.")
    nobody_from_building = graphene.Boolean(description="Nobody from the same building; needs no reason.")
    helper_sex = Sex(description="A wish for a helper of this sex.")
    consent = ConsentManner(description="How the person agreed, where the type asks for a consent.")
    answer_by = graphene.DateTime(description="Until when an answer is due.")


class OpenNeed(Mutation):
    """Ask for help, for oneself or for someone one may speak for."""

    class Input(NeedFields):
        channel = Channel(description="How the request came, where a worker or an agent enters it.")
        paper_kept_at = graphene.String(description="Where the paper is, of a consent in writing at the desk.")
        external_id = graphene.String(
            description="Your own id of it, once in a community: sent again, it gives the need that it opened."
        )

    gives = "need"
    need = graphene.Field(Need, description="The need.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        draft = _draft(asked)
        try:
            return actions.open_need(viewer=context.viewer, draft=draft, now=context.now)
        except ExternalIdTaken:
            made = queries.needs_for(context.viewer, own=True).filter(external_id=draft.external_id.strip()).first()
            if made is None:
                raise
            return made


class ChangeNeed(Mutation):
    """Say anew what is needed; what is left out falls back to its default."""

    class Input(NeedFields):
        need_id = graphene.ID(required=True, description="Which need.")

    gives = "need"
    need = graphene.Field(Need, description="The need.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        need_id = uuid_of("Need", asked.need_id, field="need_id")
        return actions.change_need(viewer=context.viewer, need_id=need_id, draft=_draft(asked), now=context.now)


class WithdrawNeed(Mutation):
    """Take a need back; it costs nothing."""

    class Input:
        need_id = graphene.ID(required=True, description="Which need.")

    gives = "need"
    need = graphene.Field(Need, description="The need.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        need_id = uuid_of("Need", asked.need_id, field="need_id")
        return actions.withdraw_need(viewer=context.viewer, need_id=need_id, now=context.now)


class VerifyNeed(Mutation):
    """Confirm, as a worker of the area, that a need and its risks are truly stated."""

    class Input:
        need_id = graphene.ID(required=True, description="Which need.")

    gives = "need"
    need = graphene.Field(Need, description="The need.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        need_id = uuid_of("Need", asked.need_id, field="need_id")
        return actions.verify_need(viewer=context.viewer, need_id=need_id, now=context.now)


def _draft(asked: Any) -> NeedDraft:
    fields = given(asked, except_for=("need_id",))
    fields["windows"] = tuple(Window(window.date, window.starts, window.ends) for window in asked.windows)
    for name, type_name in (("for_person", "Person"), ("place", "Area")):
        if name in fields:
            fields[name] = uuid_of(type_name, fields[name], field=name)
    return NeedDraft(**fields)
