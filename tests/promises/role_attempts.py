"""What each role tries: every mutation, with an input that would do for whoever may do it."""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from matchmaker.community.actions import (
    add_membership,
    give_consent,
    give_mandate,
    invite,
    make_sign_in_code,
    new_challenge,
    vouch_for,
)
from matchmaker.community.models import Mandate, Organization, OrganizationKind, Post, PostKind
from matchmaker.lists.models import ImportRun
from matchmaker.matches.actions import approve_proposal, decline_proposal, request_round
from matchmaker.needs.actions import pause_offer, withdraw_need
from matchmaker.needs.models import Need, Urgency
from matchmaker.notices.models import Notice
from tests.duty_rows import asked_at_once
from tests.graphql_client import global_id
from tests.promises.privacy_attempts import hours_given, hours_of_a_member, left, left_and_named, paper
from tests.towns import draft_offer_for, open_offer_for, viewer_of
from tests.way import AGREED, ASKED, ONE_YES, OPENED, VERIFIED, Way

Given = Callable[[Way, str], dict[str, Any] | None]
NO_SUCH: Final = "Tm90aWNlOm5vdGhpbmc="


@dataclass(frozen=True)
class Attempt:
    """A mutation tried at a stage; `given` makes its input, and whatever rows it needs, for a role."""

    mutation: str
    stage: int
    given: Given
    later: timedelta = timedelta()

    @property
    def row(self) -> str:
        return f"{self.mutation}@{self.stage}"


def _person(name: str) -> Callable[[Way], str]:
    return lambda way: global_id("Person", getattr(way.town, name))


def _need(way: Way, _role: str) -> dict[str, Any]:
    return {"needId": global_id("Need", way.need)}


def _need_draft(way: Way, _role: str) -> dict[str, Any]:
    window = {"date": (way.now + timedelta(days=2)).date().isoformat(), "starts": "09:00:00", "ends": "11:00:00"}
    return {"serviceType": "SHOPPING", "minutes": 60, "windows": [window], "details": "买菜"}


def _proposal(way: Way, role: str) -> dict[str, Any]:
    """The organization's for its clerk, who names the member; the helper's for everyone else."""
    if role == "clerk":
        return {"proposalId": global_id("Proposal", way.proposals[1])}
    return {"proposalId": global_id("Proposal", way.proposals[0])}


def _decided(way: Way, role: str) -> dict[str, Any]:
    """Approved by the coordinator just now."""
    proposal = way.proposals[1 if role == "clerk" else 0]
    approve_proposal(viewer=viewer_of(way.town.coordinator, now=way.now), proposal_id=proposal.public_id, now=way.now)
    return _proposal(way, role)


def _declined(way: Way, role: str) -> dict[str, Any]:
    """The helper said no just now; the clerk, to what the organization was asked."""
    proposal, who = (way.proposals[1], way.town.clerk) if role == "clerk" else (way.proposals[0], way.town.helper)
    decline_proposal(viewer=viewer_of(who, now=way.now), proposal_id=proposal.public_id, now=way.now)
    return _proposal(way, role)


def _accepted(way: Way, role: str) -> dict[str, Any]:
    named = {"helperId": _person("member")(way)} if role == "clerk" and way.stage == ASKED else {}
    return _proposal(way, role) | named


def _code(way: Way, _role: str) -> dict[str, Any]:
    name = "stranger@town.invalid"
    challenge = new_challenge()
    made = make_sign_in_code(sign_in_name=name, challenge=challenge, now=way.now)
    assert made is not None
    return {"signInName": name, "code": made[1], "challenge": challenge}


def _invitation(way: Way, _role: str) -> dict[str, Any]:
    worker = viewer_of(way.town.coordinator, now=way.now)
    _, code = invite(viewer=worker, area_id=way.town.community.public_id, now=way.now)
    return {"code": code, "name": "新来的", "signInName": "joining@town.invalid"}


def _own_vouch(way: Way, _role: str) -> dict[str, Any]:
    asker = viewer_of(way.town.asker, now=way.now)
    return {"vouchId": global_id("Vouch", vouch_for(viewer=asker, person_id=way.town.newcomer.public_id, now=way.now))}


def _mandate_draft(way: Way, _role: str) -> dict[str, Any]:
    return {
        "forPersonId": _person("elder")(way),
        "holderId": _person("neighbour")(way),
        "evidence": "一张签了字的纸",
        "endsDate": (way.now + timedelta(days=90)).date().isoformat(),
        "scope": ["SHOPPING"],
    }


def _mandate(way: Way, role: str) -> dict[str, Any]:
    mandate = give_mandate(
        viewer=viewer_of(way.town.coordinator, now=way.now),
        holder_id=way.town.asker.public_id,
        for_person_id=way.town.elder.public_id,
        evidence="一通电话",
        ends_date=(way.now + timedelta(days=90)).date(),
        now=way.now,
    )
    channel = {} if role == "asker" else {"channel": "PHONE"}
    return {"mandateId": global_id("Mandate", mandate)} | channel


def _told_mandate(way: Way, role: str) -> dict[str, Any]:
    """The same, of which the elder was told."""
    given = _mandate(way, role)
    Mandate.objects.filter(holder=way.town.asker).update(told_at=way.now)
    return given


def _mandate_untold(way: Way, role: str) -> dict[str, Any]:
    return _mandate(way, role) | {"channel": "PHONE"}


def _agency(way: Way, _role: str) -> dict[str, Any]:
    return {
        "stationId": global_id("Station", way.town.station),
        "holderId": _person("newcomer")(way),
        "scope": ["SHOPPING"],
        "evidence": "服务站聘书",
        "endsDate": (way.now + timedelta(days=90)).date().isoformat(),
    }


def _entered(way: Way, _role: str) -> dict[str, Any]:
    home = {"areaId": global_id("Area", way.town.corridors[0]), "home": "305室"}
    return home | {"name": "钱奶奶", "consent": "SPOKEN"}


def _heard_consent(way: Way, _role: str) -> dict[str, Any]:
    return {"personId": _person("elder")(way), "kind": "CARE_DATA", "manner": "SPOKEN"}


def _withdrawn_consent(way: Way, _role: str) -> dict[str, Any]:
    consent = give_consent(
        viewer=viewer_of(way.town.coordinator, now=way.now),
        person_id=way.town.elder.public_id,
        kind="CARE_DATA",
        manner="WRITTEN",
        paper_kept_at="档案柜2",
        now=way.now,
    )
    return {"consentId": global_id("Consent", consent), "channel": "PHONE"}


def _unverified(way: Way, _role: str) -> dict[str, Any]:
    organization = Organization.objects.create(
        name="新的社会组织", kind=OrganizationKind.NEW_SOCIAL, area=way.town.community, registered_at=way.now
    )
    return {"organizationId": global_id("Organization", organization)}


def _new_organization(way: Way, _role: str) -> dict[str, Any]:
    return {"areaId": global_id("Area", way.town.community), "name": "便民修理店", "kind": "NEW_ECONOMIC"}


def _member(name: str) -> Given:
    return lambda way, _role: {
        "organizationId": global_id("Organization", way.town.organization),
        "personId": _person(name)(way),
    }


def _asked_to_belong(way: Way, _role: str) -> dict[str, Any]:
    organization = way.town.organization
    clerk = viewer_of(way.town.clerk, now=way.now)
    add_membership(
        viewer=clerk, organization_id=organization.public_id, person_id=way.town.stranger.public_id, now=way.now
    )
    return {"organizationId": global_id("Organization", organization)}


def _vacant_post(way: Way, _role: str) -> dict[str, Any]:
    post = Post.objects.create(area=way.town.grid, kind=PostKind.RESIDENT_REPRESENTATIVE)
    return {
        "postId": global_id("Post", post),
        "personId": _person("neighbour")(way),
        "startsDate": way.now.date().isoformat(),
        "endsDate": (way.now + timedelta(days=365)).date().isoformat(),
    }


def _held_post(way: Way, _role: str) -> dict[str, Any]:
    return {"postId": global_id("Post", Post.objects.get(area=way.town.grid, kind=PostKind.GRID_HEAD))}


def _offer_draft(_way: Way, _role: str) -> dict[str, Any]:
    return {"title": "代买东西", "serviceTypes": ["SHOPPING"], "reach": "METRES", "reachM": 800}


def _draft_of_the_organization(way: Way, _role: str) -> dict[str, Any]:
    return _offer_draft(way, _role) | {"organization": global_id("Organization", way.town.organization)}


def _kept_draft(way: Way, _role: str) -> dict[str, Any]:
    return {"offerId": global_id("Offer", draft_offer_for(way.town, now=way.now))}


def _paused(way: Way, _role: str) -> dict[str, Any]:
    helper = viewer_of(way.town.helper, now=way.now)
    pause_offer(viewer=helper, offer_id=way.offer.public_id, now=way.now)
    return {"offerId": global_id("Offer", way.offer)}


def _emergency(way: Way, _role: str) -> dict[str, Any]:
    """One that nobody has looked back at; the reviewed one before it is taken back, for there is one at a time."""
    before = Need.objects.get(urgency=Urgency.EMERGENCY)
    withdraw_need(viewer=viewer_of(way.town.asker), need_id=before.public_id, now=way.now)
    return {"needId": global_id("Need", asked_at_once(way.town))}


def _queued_round(way: Way, _role: str) -> dict[str, Any]:
    worker = viewer_of(way.town.coordinator, now=way.now)
    row = request_round(viewer=worker, community_id=way.town.community.public_id, now=way.now)
    return {"roundId": global_id("Round", row)}


def _pair(way: Way, _role: str) -> dict[str, Any]:
    offer = open_offer_for(
        way.town, person=way.town.newcomer, now=way.now, service_types=("CLINIC_COMPANY",), skills=("推轮椅",)
    )
    return {
        "needId": global_id("Need", way.need),
        "offerId": global_id("Offer", offer),
        "reason": "新邻居很想帮忙",
    }


def _visit(way: Way, _role: str) -> dict[str, Any]:
    return {"visitId": global_id("Visit", way.visits[0]), "happened": True, "wentWell": "WELL", "greetAgain": True}


def _list(way: Way, _role: str) -> dict[str, Any]:
    content = base64.b64encode("编号,姓名\nL-7,名单居民\n".encode()).decode()
    return {"kind": "PEOPLE", "content": content, "communityId": global_id("Area", way.town.community)}


def _waiting_list(_way: Way, _role: str) -> dict[str, Any]:
    return {"importId": global_id("ImportRun", ImportRun.objects.get(state="CHECKED"))}


def _askers_notice(way: Way, _role: str) -> dict[str, Any]:
    return {"noticeId": global_id("Notice", Notice.objects.filter(person=way.town.asker).order_by("pk")[0])}


def _alarm(way: Way, _role: str) -> dict[str, Any]:
    return {"alarmId": global_id("DutyAlarm", way.alarms[0])}


def _duty_phone(way: Way, _role: str) -> dict[str, Any]:
    return {"areaId": global_id("Area", way.town.grid), "phone": "0471 7654321"}


ATTEMPTS: Final = (
    Attempt("requestSignInCode", OPENED, lambda _way, _role: {"signInName": "stranger@town.invalid"}),
    Attempt("signIn", OPENED, _code),
    Attempt("signOut", OPENED, lambda _way, _role: None),
    Attempt("joinByInvitation", OPENED, _invitation),
    Attempt("invite", OPENED, lambda way, _role: {"areaId": global_id("Area", way.town.grid)}),
    Attempt("changeProfile", OPENED, lambda _way, _role: {"languages": ["zh", "en"]}),
    Attempt("vouchFor", OPENED, lambda way, _role: {"personId": _person("newcomer")(way)}),
    Attempt("revokeVouch", OPENED, _own_vouch),
    Attempt("claimTie", OPENED, lambda way, _role: {"personId": _person("neighbour")(way), "kind": "KIN"}),
    Attempt("confirmHome", OPENED, lambda way, _role: {"personId": _person("elder")(way)}),
    Attempt("refuseHome", OPENED, lambda way, _role: {"personId": _person("elder")(way)}),
    Attempt("giveMandate", OPENED, _mandate_draft),
    Attempt("revokeMandate", OPENED, _mandate),
    Attempt("enterPerson", OPENED, _entered),
    Attempt("giveConsent", OPENED, _heard_consent),
    Attempt("withdrawConsent", OPENED, _withdrawn_consent),
    Attempt("tellOfMandate", OPENED, _mandate_untold),
    Attempt("appointAgent", OPENED, _agency),
    Attempt("addOrganization", OPENED, _new_organization),
    Attempt("verifyOrganization", OPENED, _unverified),
    Attempt("addMembership", OPENED, _member("newcomer")),
    Attempt("acceptMembership", OPENED, _asked_to_belong),
    Attempt("endMembership", OPENED, _member("member")),
    Attempt("appoint", OPENED, _vacant_post),
    Attempt("endTerm", OPENED, _held_post),
    Attempt("openNeed", OPENED, _need_draft),
    Attempt("changeNeed", OPENED, lambda way, role: _need_draft(way, role) | _need(way, role)),
    Attempt("withdrawNeed", OPENED, _need),
    Attempt("verifyNeed", OPENED, _need),
    Attempt("openOffer", OPENED, _offer_draft),
    Attempt("draftOffer", OPENED, _draft_of_the_organization),
    Attempt("redraftOffer", OPENED, lambda way, role: _offer_draft(way, role) | _kept_draft(way, role)),
    Attempt("publishOffer", OPENED, _kept_draft),
    Attempt("discardOffer", OPENED, _kept_draft),
    Attempt("pauseOffer", OPENED, lambda way, _role: {"offerId": global_id("Offer", way.offer)}),
    Attempt("resumeOffer", OPENED, _paused),
    Attempt("closeOffer", OPENED, lambda way, _role: {"offerId": global_id("Offer", way.organization_offer)}),
    Attempt("requestRound", OPENED, lambda way, _role: {"communityId": global_id("Area", way.town.community)}),
    Attempt("cancelRound", OPENED, _queued_round),
    Attempt("requestCityPlan", OPENED, lambda way, _role: {"areaId": global_id("Area", way.town.joint_community)}),
    Attempt("cancelCityPlan", OPENED, lambda way, _role: {"cityPlanId": global_id("CityPlan", way.city_plan)}),
    Attempt("takeAlarm", OPENED, _alarm),
    Attempt("closeAlarm", OPENED, _alarm),
    Attempt("setDutyPhone", OPENED, _duty_phone),
    Attempt("reviewEmergency", OPENED, _emergency),
    Attempt("checkImport", OPENED, _list),
    Attempt("confirmImport", OPENED, _waiting_list),
    Attempt("withdrawImport", OPENED, _waiting_list),
    Attempt("approveProposal", VERIFIED, _proposal),
    Attempt("refuseProposal", VERIFIED, lambda way, role: _proposal(way, role) | {"reason": "太远了"}),
    Attempt("undoDecision", VERIFIED, _decided),
    Attempt("undoAnswer", ASKED, _declined),
    Attempt("overrideMatch", VERIFIED, _pair),
    Attempt("readNotice", VERIFIED, _askers_notice),
    Attempt("logCall", OPENED, lambda way, _role: {"callId": global_id("Call", way.call), "result": "REACHED"}),
    Attempt("wishNotices", OPENED, lambda _way, _role: {"channel": "CALL"}),
    Attempt("acceptProposal", ASKED, _accepted),
    Attempt("acceptProposal", ONE_YES, _accepted),
    Attempt("declineProposal", ASKED, _proposal),
    Attempt("declineProposal", ONE_YES, _proposal),
    Attempt("cancelMatch", AGREED, lambda way, _role: {"matchId": global_id("Match", way.matches[0])}),
    Attempt("recordOutcome", AGREED, _visit, later=timedelta(hours=24)),
    Attempt("leaveCommunity", OPENED, lambda _way, _role: {}),
    Attempt("leaveCommunityFor", OPENED, lambda way, _role: {"personId": _person("elder")(way)}),
    Attempt("comeBack", OPENED, left),
    Attempt("takeBack", OPENED, left_and_named),
    Attempt("makeCertificate", OPENED, hours_given),
    Attempt("checkCertificate", OPENED, paper),
    Attempt("listVolunteerTime", OPENED, hours_of_a_member),
)

ANSWERED: Final[dict[str, tuple[str, str, Given]]] = {
    "CheckedCertificate": ("checkCertificate", "checked", paper),
    "Farewell": ("leaveCommunityFor", "farewell", lambda way, _role: {"personId": _person("elder")(way)}),
    "IssuedCertificate": ("makeCertificate", "issued", hours_given),
    "Invitation": (
        "invite",
        "invitation",
        lambda way, _role: {
            "areaId": global_id("Area", way.town.community),
            "organizationId": global_id("Organization", way.town.organization),
        },
    ),
    "ListedTime": ("listVolunteerTime", "listed", hours_of_a_member),
    "VolunteerTime": ("listVolunteerTime", "listed.times.nodes", hours_of_a_member),
    "Consent": ("withdrawConsent", "consent", _withdrawn_consent),
    "Mandate": ("giveMandate", "mandate", _mandate_draft),
    "Membership": ("addMembership", "membership", _member("newcomer")),
    "PostTerm": ("appoint", "term", _vacant_post),
    "Tie": ("claimTie", "tie", lambda way, _role: {"personId": _person("neighbour")(way), "kind": "KIN"}),
    "UserError": ("readNotice", "errors", lambda _way, _role: {"noticeId": NO_SUCH}),
    "Vouch": ("vouchFor", "vouch", lambda way, _role: {"personId": _person("newcomer")(way)}),
}
"""Types that only mutations answer with: by which mutation, in which field (dots lead further in), with which input."""

ANSWERED_BESIDES: Final[tuple[tuple[str, str, str, Given], ...]] = (
    ("Mandate", "appointAgent", "mandate", _agency),
    ("Mandate", "revokeMandate", "mandate", _told_mandate),
)
"""Further answers of the same types, for fields that one mutation alone leaves empty."""
