"""Rows of the community: places, people, organizations, roles and ties."""

from matchmaker.community.models.accounts import Invitation, SignInCode, User
from matchmaker.community.models.areas import Area, AreaLevel
from matchmaker.community.models.channels import HEARD, Channel
from matchmaker.community.models.idempotency_keys import IDEMPOTENCY_KEY_DAYS, IdempotencyKey
from matchmaker.community.models.moved import Moved, MovedKind, NotesMoved
from matchmaker.community.models.organizations import (
    Branch,
    BranchMembership,
    Membership,
    MembershipRole,
    Organization,
    OrganizationKind,
    Station,
    StationKind,
)
from matchmaker.community.models.people import (
    Consent,
    ConsentKind,
    ConsentManner,
    Mandate,
    MandateKind,
    Person,
    Qualification,
    QualificationKind,
    Sex,
)
from matchmaker.community.models.posts import Deputies, Deputy, Post, PostKind, PostTerm
from matchmaker.community.models.streets import StreetMap
from matchmaker.community.models.ties import PersonBlock, Tie, TieKind, Vouch, live_ties
from matchmaker.community.models.tokens import ORGANIZATION_SCOPES, AccessToken, TokenScope

__all__ = [
    "HEARD",
    "IDEMPOTENCY_KEY_DAYS",
    "ORGANIZATION_SCOPES",
    "AccessToken",
    "Area",
    "AreaLevel",
    "Branch",
    "BranchMembership",
    "Channel",
    "Consent",
    "ConsentKind",
    "ConsentManner",
    "Deputies",
    "Deputy",
    "IdempotencyKey",
    "Invitation",
    "Mandate",
    "MandateKind",
    "Membership",
    "MembershipRole",
    "Moved",
    "MovedKind",
    "NotesMoved",
    "Organization",
    "OrganizationKind",
    "Person",
    "PersonBlock",
    "Post",
    "PostKind",
    "PostTerm",
    "Qualification",
    "QualificationKind",
    "Sex",
    "SignInCode",
    "Station",
    "StationKind",
    "StreetMap",
    "Tie",
    "TieKind",
    "TokenScope",
    "User",
    "Vouch",
    "live_ties",
]
