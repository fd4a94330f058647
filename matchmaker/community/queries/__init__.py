"""Reading places, people, organizations, posts and ties, for a viewer."""

from matchmaker.community.queries.areas import areas_by_pk, areas_for
from matchmaker.community.queries.blocks import people_blocked_by
from matchmaker.community.queries.organizations import (
    organizations_by_pk,
    organizations_for,
    own_memberships,
    post_by_id,
    posts_for,
    present_term,
)
from matchmaker.community.queries.people import own_person, people_for, person_by_id
from matchmaker.community.queries.ties import ties_for, vouches_for

__all__ = [
    "areas_by_pk",
    "areas_for",
    "organizations_by_pk",
    "organizations_for",
    "own_memberships",
    "own_person",
    "people_blocked_by",
    "people_for",
    "person_by_id",
    "post_by_id",
    "posts_for",
    "present_term",
    "ties_for",
    "vouches_for",
]
