"""What can be done about places, people, accounts, organizations, posts and ties."""

from matchmaker.community.actions.acting_once import act_once
from matchmaker.community.actions.agents import appoint_agent
from matchmaker.community.actions.areas import plant_area
from matchmaker.community.actions.blocks import keep_apart, lift_block
from matchmaker.community.actions.codes import make_sign_in_code, new_challenge, sign_in_with_code
from matchmaker.community.actions.consents import give_consent, withdraw_consent
from matchmaker.community.actions.deputies import end_deputy, name_deputy
from matchmaker.community.actions.entering import enter_person
from matchmaker.community.actions.homes import confirm_home, refuse_home
from matchmaker.community.actions.joining import invite, join_by_invitation
from matchmaker.community.actions.leaving import come_back, end_belonging
from matchmaker.community.actions.mandates import give_mandate, revoke_mandate, tell_of_mandate
from matchmaker.community.actions.organizations import (
    accept_membership,
    add_membership,
    add_organization,
    end_membership,
    verify_organization,
)
from matchmaker.community.actions.people import add_person, change_profile
from matchmaker.community.actions.posters import make_posters
from matchmaker.community.actions.posts import appoint, end_term
from matchmaker.community.actions.starting import start_community
from matchmaker.community.actions.ties import claim_tie, make_or_renew_tie
from matchmaker.community.actions.tokens import make_token, revoke_token, revoke_tokens_of, use_token
from matchmaker.community.actions.vouches import revoke_vouch, vouch_for

__all__ = [
    "accept_membership",
    "act_once",
    "add_membership",
    "add_organization",
    "add_person",
    "appoint",
    "appoint_agent",
    "change_profile",
    "claim_tie",
    "come_back",
    "confirm_home",
    "end_belonging",
    "end_deputy",
    "end_membership",
    "end_term",
    "enter_person",
    "give_consent",
    "give_mandate",
    "invite",
    "join_by_invitation",
    "keep_apart",
    "lift_block",
    "make_or_renew_tie",
    "make_posters",
    "make_sign_in_code",
    "make_token",
    "name_deputy",
    "new_challenge",
    "plant_area",
    "refuse_home",
    "revoke_mandate",
    "revoke_token",
    "revoke_tokens_of",
    "revoke_vouch",
    "sign_in_with_code",
    "start_community",
    "tell_of_mandate",
    "use_token",
    "verify_organization",
    "vouch_for",
    "withdraw_consent",
]
