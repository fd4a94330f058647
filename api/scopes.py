"""What an access token must hold for each field, looked at in one place before anything runs.

Every field of Query, Mutation and Subscription stands here, and the inner fields and types that need more than READ;
`tests/api/test_tokens.py` fails where one is missing. What NOBODYS needs is done by a person in a browser: joining,
signing in, leaving, posts, mandates, consents, one's word for a neighbour, what is said of oneself, making tokens.
"""

from functools import lru_cache
from typing import Any, Final

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    OperationDefinitionNode,
    OperationType,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    parse,
    separate_operations,
    visit,
)

from api import limits
from api.schema import schema
from matchmaker.community.actions.tokens import HeldToken
from matchmaker.community.models import TokenScope

READ, CONTACTS, ASK, HELP, ANSWER, LISTS, WORK, _CALENDAR = TokenScope
"""What a field may need. The calendar is a page, `matchmaker/web/views/calendars.py`: its token opens nothing here."""
NOBODYS: Final = "NOBODYS"
"""No token opens it."""
A_PERSONS: Final = "A_PERSONS"
"""Every token opens it but those of organizations."""
KEPT: Final = 512

_ROOTS: Final[dict[str, tuple[str, ...]]] = {
    READ: (
        "areas blockedPeople companionProposals companionsToAnswer concerns coverage decisions dutyPhone firstAnswer",
        "ledger matches need needs node notices offers organizations posts proposals rounds scoreCards serviceTypes",
        "stations streetMaps unmetNeeds viewer visits willingness tours",
        "ownProposals ownMatches publicMonths round whyNotAsked decisionLog attendance deputies",
    ),
    ASK: (
        "signUpForTour takeBackTourSignUp",
        "openNeed changeNeed withdrawNeed wishCompanion unwishCompanion approveCompanion refuseCompanion",
    ),
    HELP: (
        "openOffer draftOffer redraftOffer publishOffer discardOffer",
        "pauseOffer resumeOffer closeOffer",
        "beCompanion stopBeingCompanion acceptCompanionship declineCompanionship withdrawCompanion",
    ),
    ANSWER: (
        "acceptProposal declineProposal undoAnswer cancelMatch cancelVisit recordOutcome arrive leave takeBackTap",
        "reportNoShow reportConcern readNotice recordCompanionWords turnCompanionAway",
    ),
    LISTS: ("importRun importRuns checkImport confirmImport withdrawImport",),
    WORK: (
        "areaInWords areaReadings betweenGroups calls cityPlans companionFigures companionsToVet concernsToAnswer",
        "dutyAlarms emergencies fewTies groupWatch introduction mandates people proposalsToReview whoBridges",
        "reviewQueue runningOut handover helpLoad participation neighbourhood",
        "approveProposal refuseProposal undoDecision overrideMatch",
        "requestRound cancelRound requestCityPlan cancelCityPlan",
        "verifyNeed verifyOrganization confirmHome refuseHome enterPerson vetCompanion setCompanionBudget",
        "lookAround suggest announceTour changeTourStop callOffTour sayTourLate",
        "candidates caseGraph caseBuildings gridMap pairDecisions whatIfs pinPair banPair liftPairDecision askWhatIf",
        "takeAlarm closeAlarm setDutyPhone reviewEmergency logCall takeConcern resolveConcern invite addOrganization",
    ),
    NOBODYS: (
        "accessTokens ownData wishes wishNotices",
        "secondLooks secondLooksToAnswer askSecondLook takeSecondLook answerSecondLook countAgain",
        "requestSignInCode signIn signOut joinByInvitation leaveCommunity leaveCommunityFor comeBack takeBack",
        "changeProfile vouchFor revokeVouch claimTie blockPerson unblockPerson giveConsent withdrawConsent",
        "giveMandate revokeMandate tellOfMandate appointAgent appoint endTerm nameDeputy endDeputy",
        "listVolunteerTime",
        "addMembership acceptMembership endMembership makeCertificate checkCertificate makeToken revokeToken",
        "webhooks webhookMessages openWebhook closeWebhook replayWebhook",
    ),
}
OF_ROOT_FIELDS: Final[dict[str, str]] = {
    field: scope for scope, lines in _ROOTS.items() for line in lines for field in line.split()
}
OF_INNER_FIELDS: Final[dict[str, str]] = {
    "Match.contact": CONTACTS,
    "Match.doorWord": CONTACTS,
    "Person.profile": CONTACTS,
    "Viewer.ownSentences": NOBODYS,
}
OF_TYPES: Final[dict[str, str]] = {
    "AccessToken": NOBODYS,
    "Call": WORK,
    "DeskPerson": WORK,
    "DutyAlarm": WORK,
    "ImportRun": LISTS,
    "OwnData": NOBODYS,
    "PairDecision": WORK,
    "SecondLook": NOBODYS,
    "Webhook": NOBODYS,
    "WebhookMessage": NOBODYS,
    "WhatIf": WORK,
}
"""Types that are reached through more than one field, by `node` for one."""

FOR_NO_ORGANIZATION: Final = frozenset(
    ("beCompanion", "stopBeingCompanion", "acceptCompanionship", "declineCompanionship")
)
"""What somebody does for themself although they clerk for an organization: its systems do not do it in their name."""

ROOTS: Final = frozenset({"Query", "Mutation", "Subscription"})


class OutOfScope(GraphQLError):
    """The token does not open what the document asks for."""

    def __init__(self, missing: frozenset[str]) -> None:
        if NOBODYS in missing:
            message = "No access token opens this: it is done by a person in a browser."
        elif A_PERSONS in missing:
            message = "No organization's access token opens this: it is done by a person for themself."
        else:
            message = f"This access token does not hold: {', '.join(sorted(missing))}."
        super().__init__(message, extensions={"code": "OUT_OF_SCOPE"})


def refuse_out_of_scope(query: str, operation: str | None, token: HeldToken) -> None:
    """Nothing, where the token holds all that the operation needs; else OutOfScope. The document is a valid one."""
    held = token.scopes if token.organization_id else token.scopes | {A_PERSONS}
    missing = scopes_of(query, operation) - held
    if missing:
        raise OutOfScope(missing)


@lru_cache(maxsize=KEPT)
def scopes_of(query: str, operation: str | None) -> frozenset[str]:
    """All scopes that the operation needs, with every fragment it uses."""
    document = parse(query, max_tokens=limits.MAX_TOKENS)
    parts = separate_operations(document)
    chosen = parts.get(operation or "", document) if len(parts) > 1 else document
    types = TypeInfo(schema.graphql_schema)
    needed = _Needed(types)
    visit(chosen, TypeInfoVisitor(types, needed))
    return frozenset(needed.scopes)


def kind_of(document: DocumentNode, operation: str | None) -> OperationType | None:
    """Whether the operation asks, does or listens; None where the document has no such operation, or several."""
    found = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    named = [node for node in found if node.name and node.name.value == operation] if operation else found
    return named[0].operation if len(named) == 1 else None


class _Needed(Visitor):
    def __init__(self, types: TypeInfo) -> None:
        super().__init__()
        self.scopes: set[str] = set()
        self._types = types

    def enter_field(self, node: FieldNode, *_where: Any) -> None:
        parent, name = self._types.get_parent_type(), node.name.value
        if parent is None or name.startswith("__"):
            return
        if parent.name in ROOTS:
            self.scopes.add(OF_ROOT_FIELDS.get(name, NOBODYS))
            if name in FOR_NO_ORGANIZATION:
                self.scopes.add(A_PERSONS)
        elif scope := OF_INNER_FIELDS.get(f"{parent.name}.{name}") or OF_TYPES.get(parent.name):
            self.scopes.add(scope)
