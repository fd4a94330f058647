"""Reading places, people, organizations, posts and ties, for a viewer."""

from matchmaker.community.queries.areas import areas_by_pk, areas_for, grid_of
from matchmaker.community.queries.blocks import people_blocked_by
from matchmaker.community.queries.deputies import (
    deputies_for,
    deputies_not_over,
    deputy_by_id,
    people_to_stand_in,
    person_to_stand_in,
    stands_in_on,
    terms_to_stand_in_for,
)
from matchmaker.community.queries.desk import (
    consents_of,
    corridors_at_desk,
    home_at_desk,
    likely_doubles,
    mandates_for,
    may_see_desk_card,
    people_at_desk,
    person_at_desk,
    stations_for,
)
from matchmaker.community.queries.homes import homes_to_confirm
from matchmaker.community.queries.joining import doorway_of
from matchmaker.community.queries.organizations import (
    members_of,
    organization_spoken_for,
    organizations_by_pk,
    organizations_for,
    own_memberships,
    post_by_id,
    posts_for,
    present_term,
    unnamed_members_of,
)
from matchmaker.community.queries.people import own_person, people_for, person_by_id
from matchmaker.community.queries.running_out import (
    VacantGrid,
    checks_running_out,
    deputies_ending_soon,
    grids_without_worker,
    mandates_ending_soon,
    terms_ending_soon,
    vacant_grids,
)
from matchmaker.community.queries.starting import areas_with_posters, community_by_id, vacant_posts_in
from matchmaker.community.queries.stations import StationNow, stations_near
from matchmaker.community.queries.streets import street_attributions, street_maps, street_network
from matchmaker.community.queries.tokens import tokens_ever_for, tokens_for
from matchmaker.community.queries.told_again import (
    consents_ever_for,
    invitation_by_key,
    mandates_ever_for,
    memberships_ever_for,
    people_to_name,
    terms_ever_for,
    ties_ever_for,
    vouches_ever_for,
)

__all__ = [
    "StationNow",
    "VacantGrid",
    "areas_by_pk",
    "areas_for",
    "areas_with_posters",
    "checks_running_out",
    "community_by_id",
    "consents_ever_for",
    "consents_of",
    "corridors_at_desk",
    "deputies_ending_soon",
    "deputies_for",
    "deputies_not_over",
    "deputy_by_id",
    "doorway_of",
    "grid_of",
    "grids_without_worker",
    "home_at_desk",
    "homes_to_confirm",
    "invitation_by_key",
    "likely_doubles",
    "mandates_ending_soon",
    "mandates_ever_for",
    "mandates_for",
    "may_see_desk_card",
    "members_of",
    "memberships_ever_for",
    "organization_spoken_for",
    "organizations_by_pk",
    "organizations_for",
    "own_memberships",
    "own_person",
    "people_at_desk",
    "people_blocked_by",
    "people_for",
    "people_to_name",
    "people_to_stand_in",
    "person_at_desk",
    "person_by_id",
    "person_to_stand_in",
    "post_by_id",
    "posts_for",
    "present_term",
    "stands_in_on",
    "stations_for",
    "stations_near",
    "street_attributions",
    "street_maps",
    "street_network",
    "terms_ending_soon",
    "terms_ever_for",
    "terms_to_stand_in_for",
    "ties_ever_for",
    "tokens_ever_for",
    "tokens_for",
    "unnamed_members_of",
    "vacant_grids",
    "vacant_posts_in",
    "vouches_ever_for",
]
