"""Where the database may hold something that leads to a person, and what becomes of it when they are forgotten.

Each column that could lead to somebody has a line: links to a person or an account, JSON, ids of other rows, and
numbers named after a person. A column of ids that is DELETED names needs, offers, proposals, matches or visits; its
rows go together with those. `tests/promises/test_forgetting.py` finds such columns in the models, and
fails with the name of the column that has no line, or whose `on_delete` does something else.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Fate(StrEnum):
    DELETED = "the row goes"
    UNLINKED = "the row stays without the person"
    HANDED_OVER = "the row stays with the person it is for"
    KEPT = "it leads to nobody"


@dataclass(frozen=True, slots=True)
class Holding:
    """One column: what forgetting does with it, in which part of one's own data it is shown, and why."""

    fate: Fate
    shown_in: str = ""
    why: str = ""


def deleted(shown_in: str, why: str = "") -> Holding:
    return Holding(Fate.DELETED, shown_in, why)


def unlinked(shown_in: str, why: str = "") -> Holding:
    return Holding(Fate.UNLINKED, shown_in, why)


def kept(why: str) -> Holding:
    return Holding(Fate.KEPT, "", why)


HOLDINGS: Final[dict[str, Holding]] = {
    # Django's own
    "admin.LogEntry.user": deleted("", "stays empty: operators change no row"),
    # community
    "community.User.person": deleted("account"),
    "community.User_groups.user": deleted("", "rights of the operator's own staff; they go with the account"),
    "community.User_user_permissions.user": deleted("", "rights of the operator's own staff; they go with the account"),
    "community.SignInCode.user": deleted("", "a hash that is good for ten minutes"),
    "community.AccessToken.user": deleted("account"),
    "community.AccessToken.scopes": kept("codes"),
    "community.IdempotencyKey.user": deleted("", "hashes that are good for seven days"),
    "community.IdempotencyKey.person": deleted("", "whom an act of somebody else answered with, for seven days"),
    "community.Invitation.invited_by": unlinked("acts"),
    "community.Person.languages": deleted("person"),
    "community.Person.skills": deleted("person"),
    "community.Qualification.person": deleted("qualifications"),
    "community.Qualification.checked_by": unlinked("acts"),
    "community.Consent.person": deleted("consents"),
    "community.Consent.heard_by": unlinked("acts"),
    "community.Mandate.holder": deleted("mandates"),
    "community.Mandate.for_person": deleted("mandates"),
    "community.Consent.withdrawal_heard_by": unlinked("acts"),
    "community.Mandate.entered_by": unlinked("acts"),
    "community.Mandate.told_by": unlinked("acts"),
    "community.Mandate.revoked_by": unlinked("acts"),
    "community.Mandate.scope": kept("codes of service types"),
    "community.Membership.person": deleted("memberships"),
    "community.Organization.verified_by": unlinked("acts"),
    "community.PostTerm.person": deleted("posts"),
    "community.Deputy.person": deleted("posts"),
    "community.Tie.low": deleted("ties"),
    "community.Tie.high": deleted("ties"),
    "community.Vouch.voucher": deleted("vouches"),
    "community.Vouch.person": deleted("vouches"),
    "community.PersonBlock.person": deleted("blocks"),
    "community.PersonBlock.blocked": deleted("", "whom others rather not meet is their own affair"),
    "community.Station.opening_hours": kept("hours of a station"),
    # notices
    "notices.Notice.person": deleted("notices"),
    "notices.Notice.about": kept("a row that is gone; the notice tells its reader that something was called off"),
    "notices.Notice_not_for.person": deleted("", "who does not tell it, being part of it"),
    "notices.Delivery.person": deleted("deliveries"),
    "notices.Call.person": deleted("deliveries"),
    "notices.Call.logged_by": unlinked("acts"),
    "notices.ContactWish.person": deleted("wishes"),
    "notices.DutyAlarm.about": deleted("", "an alarm about what goes; its words may name somebody"),
    "notices.DutyAlarm.taken_by": unlinked("acts"),
    "notices.DutyAlarm.closed_by": unlinked("acts"),
    "notices.DutyAlarm_not_for.person": deleted("", "who is not rung, being part of it"),
    "notices.DutyCall.person": deleted("acts"),
    "notices.DutyPhone.set_by": unlinked("acts"),
    "notices.Webhook.opened_by": unlinked("acts"),
    "notices.Webhook.events": kept("codes"),
    "notices.WebhookMessage.about": kept("ids of rows, which find nothing once those are gone; thirty days"),
    # needs
    "needs.Need.for_person": deleted("needs"),
    "needs.Need.asked_by": Holding(Fate.HANDED_OVER, "needs", "who asked for others cannot take their needs along"),
    "needs.Need.verified_by": unlinked("acts"),
    "needs.Need.skills": deleted("needs"),
    "needs.Need.languages": deleted("needs"),
    "needs.Need.forms_accepted": kept("codes"),
    "needs.Emergency.skipped": kept("codes"),
    "needs.Emergency.reviewed_by": unlinked("acts"),
    "needs.TourSignUp.person": deleted("tours"),
    "needs.TourSignUp.signed_up_by": unlinked("acts"),
    "needs.Offer.person": deleted("offers"),
    "needs.Offer.skills": deleted("offers"),
    "needs.Offer.languages": deleted("offers"),
    "needs.ServiceType.due_hours": kept("hours by urgency"),
    "needs.ServiceType.required_trainings": kept("codes"),
    "needs.ServiceType.required_licences": kept("codes"),
    "needs.ServiceType.required_clearances": kept("codes"),
    # lists
    "lists.ImportRun.uploaded_by": unlinked("acts"),
    "lists.ImportRun.confirmed_by": unlinked("acts"),
    "lists.ImportRun.unknown_columns": kept("headers of a table"),
    "lists.ImportRun.changed_columns": kept("names of columns and counts"),
    "lists.ImportRun.difference": kept("counts"),
    "lists.ImportUpload.columns": kept("names of columns"),
    "lists.ImportUpload.rows": deleted("", "a list that waits and names them goes whole; see forget_lists"),
    "lists.ImportFault.said": kept("what is wrong with a cell, never whose it is"),
    # matches
    "matches.Proposal.helper": deleted("proposals"),
    "matches.Proposal.helper_answered_by": unlinked("acts"),
    "matches.Proposal.asker_answered_by": unlinked("acts"),
    "matches.Proposal.terms": deleted("proposals", "shown as sentences; points are for workers alone"),
    "matches.Proposal.review_reasons": deleted("", "codes of why a worker looked first"),
    "matches.OfferPrice.by_left": deleted("", "points of the offer's next visit, for coordinators alone"),
    "matches.Decision.decided_by": unlinked("acts"),
    "matches.CaseLook.looked_by": unlinked("acts"),
    "matches.CaseLook_named.person": deleted("case_looks"),
    "matches.PairDecision.decided_by": unlinked("acts"),
    "matches.PairDecision.lifted_by": unlinked("acts"),
    "matches.WhatIf.asked_by": unlinked("acts"),
    "matches.WhatIf.changes": kept("ids of pairs and weights; gone after two weeks"),
    "matches.WhatIf.result": kept("ids of pairs and figures; gone after two weeks"),
    "matches.Match.helper": deleted("matches"),
    "matches.Match.person": deleted("matches"),
    "matches.Visit.arrived_by": unlinked("acts"),
    "matches.Visit.left_by": unlinked("acts"),
    "matches.Concern.said_by": Holding(
        Fate.HANDED_OVER, "concerns", "a concern about others stands, as that of the side it was said for"
    ),
    "matches.Concern.heard_by": unlinked("acts"),
    "matches.Concern.taken_by": unlinked("acts"),
    "matches.SecondLook.person": deleted("second_looks"),
    "matches.SecondLook.heard_by": unlinked("acts"),
    "matches.SecondLook.taken_by": unlinked("acts"),
    "matches.SetAside.set_aside_by": unlinked("acts"),
    "matches.SetAside.lifted_by": unlinked("acts"),
    "matches.BookedQuarter.person": deleted("", "the time of a visit, shown with the visit"),
    "matches.Outcome.given_by": unlinked("outcomes", "what a worker entered for others stays theirs"),
    "matches.LedgerEntry.giver": unlinked("ledger", "the other side keeps its minutes, an organization its hours"),
    "matches.LedgerEntry.receiver": unlinked("ledger", "the other side keeps its minutes, an organization its hours"),
    "matches.Willingness.person": deleted("company"),
    "matches.Willingness.vetted_by": unlinked("acts"),
    "matches.CompanionWish.wished_by": unlinked("acts"),
    "matches.CompanionProposal.companion": deleted("company"),
    "matches.CompanionProposal.companion_answered_by": unlinked("acts"),
    "matches.CompanionProposal.asker_answered_by": unlinked("acts"),
    "matches.CompanionProposal.reason_params": kept("how many groups a visit was expected to bring together"),
    "matches.CompanionWord.given_by": unlinked("company", "what a worker entered for others stays theirs"),
    "matches.CompanionBudget.set_by": unlinked("acts"),
    "matches.ScoreCard.weights": kept("published weights, the same for everyone"),
    "matches.ScoreCard.thresholds": kept("published weights, the same for everyone"),
    "matches.Round.requested_by": unlinked("acts"),
    "matches.CityPlan.requested_by": unlinked("acts"),
    "matches.Round.parameters": kept("numbers a plan hangs on"),
    "matches.Round.incumbent": kept("ids of a plan while its round runs; emptied when it ends"),
    "matches.Round.versions": kept("versions of libraries"),
    "matches.PublicMonth.figures": kept("rounded counts of a month, from which none below five can be reckoned"),
    "matches.UnmetNeed.reasons": deleted("", "which rules nobody met, shown on the page of the need"),
    # privacy
    "privacy.Farewell.person": deleted("farewell"),
    "privacy.Farewell.heard_by": unlinked("acts"),
    "privacy.Certificate.person": unlinked("certificates", "the paper can be checked for as long as it is shown"),
    # records
    "records.Record.body": kept("ids and numbers; a row that is gone has no id to find"),
    "records.Record.commitments": kept("without the key nobody can tell whom they are about"),
    "records.PersonKey.person_id": kept("the list of the forgotten: a number that no row has any more, and no key"),
    # jobs, sessions
    "jobs.OutboxJob.payload": Holding(Fate.DELETED, "", "work about rows that go; see WORK_LEADS_TO"),
    "sessions.Session.session_data": Holding(Fate.DELETED, "", "who is signed in; see forget_sessions"),
    # simulation
    "simulation.GeneratedLogin.user": deleted("", "nobody real"),
    "simulation.GeneratedCommunity.figures": kept("sums over a generated community"),
}

WORK_LEADS_TO: Final[dict[str, tuple[str, ...]]] = {
    "need_id": ("needs.Need", "for_person"),
    "offer_id": ("needs.Offer", "person"),
    "proposal_id": ("matches.Proposal", "helper", "offer__person", "need__for_person"),
    "stop_id": (),
    "area_id": (),
    "month": (),
    "round_id": (),
    "what_if_id": (),
    "city_plan_id": (),
    "import_id": (),
    "webhook_message_id": (),
    "delivery_id": ("notices.Delivery", "person"),
    "block_id": ("community.PersonBlock", "person", "blocked"),
    "mandate_id": ("community.Mandate", "holder", "for_person"),
    "deputy_id": ("community.Deputy", "person", "term__person"),
    "to": (),
    "consent_id": ("community.Consent", "person"),
}
"""For each argument of background work the rows it names, and their links to a person; none where it leads to nobody.
Work about rows that go with a person goes before them."""
