"""Who asks, and why they may do what they may do."""

from collections.abc import Iterator, Sequence
from typing import Any

import graphene

from api.context import Context
from api.types.areas import Area
from api.types.enums import Language, PostKind, RoleKind
from api.types.organizations import Organization
from api.types.own_sentences import OwnSentence
from api.types.people import Person
from api.types.words import Membership
from matchmaker.community import queries
from matchmaker.community.viewers import NOBODY
from matchmaker.community.viewers import Viewer as ViewerValue
from matchmaker.matches import queries as matches


class Role(graphene.ObjectType):
    """One reason for which the viewer may do something: a post, a membership, being a resident."""

    kind = graphene.Field(RoleKind, required=True, description="What kind of reason.")
    post = graphene.Field(PostKind, description="Which post, of a post holder or a deputy.")
    area = graphene.Field(Area, description="Where the post is held.")
    organization = graphene.Field(Organization, description="In which organization.")


class Viewer(graphene.ObjectType):
    """Who asks. A visitor has no person and no roles."""

    class Meta:
        possible_types = (ViewerValue,)

    person = graphene.Field(Person, description="The person behind the account.")
    language = graphene.Field(Language, required=True, description="In which language sentences are made.")
    memberships = graphene.List(
        graphene.NonNull(Membership),
        required=True,
        description="The organizations one belongs to, and those that ask one to; at most 100.",
    )
    roles = graphene.List(graphene.NonNull(Role), required=True, description="Why they may do what they may do.")
    own_sentences = graphene.List(
        graphene.NonNull(OwnSentence),
        required=True,
        description="What is looked at of the reader when visits are arranged, in sentences: for themself alone.",
        language=Language(description="The reader's own where left out."),
    )

    @staticmethod
    def resolve_person(viewer: ViewerValue, _info: graphene.ResolveInfo) -> Any:
        return None if viewer.is_visitor or viewer.person_id == NOBODY else queries.own_person(viewer)

    @staticmethod
    def resolve_memberships(viewer: ViewerValue, _info: graphene.ResolveInfo) -> Any:
        return () if viewer.is_visitor else queries.own_memberships(viewer)

    @staticmethod
    def resolve_language(_viewer: ViewerValue, info: graphene.ResolveInfo) -> str:
        context: Context = info.context
        return context.language

    @staticmethod
    def resolve_own_sentences(
        viewer: ViewerValue, info: graphene.ResolveInfo, language: Any = None
    ) -> Sequence[matches.OwnSentence]:
        context: Context = info.context
        if viewer.is_visitor or viewer.person_id == NOBODY:
            return ()
        return context.own_sentences(context.language_or(language))

    @staticmethod
    def resolve_roles(viewer: ViewerValue, _info: graphene.ResolveInfo) -> list[dict[str, Any]]:
        return list(_roles_of(viewer))


def _roles_of(viewer: ViewerValue) -> Iterator[dict[str, Any]]:
    if not viewer.is_visitor and viewer.person_id != NOBODY:
        yield {"kind": "RESIDENT"}
    if viewer.is_operator:
        yield {"kind": "OPERATOR"}
    areas = queries.areas_by_pk(post.area_id for post in viewer.posts)
    for post in viewer.posts:
        kind = "DEPUTY" if post.as_deputy else "POST_HOLDER"
        yield {"kind": kind, "post": post.kind, "area": areas[post.area_id]}
    organizations = queries.organizations_by_pk(viewer.member_of)
    for pk, organization in organizations.items():
        yield {"kind": "CLERK" if pk in viewer.clerk_of else "MEMBER", "organization": organization}
