"""The schema: what can be asked, and what can be done."""

import graphene

from api.mutations import (
    accounts,
    calls,
    desk,
    duty,
    imports,
    matches,
    needs,
    notices,
    offers,
    organizations,
    people,
    privacy,
    proposals,
    rounds,
    safety,
)
from api.queries.calls import CallQueries
from api.queries.community import CommunityQueries
from api.queries.desk import DeskQueries
from api.queries.duty import DutyQueries
from api.queries.imports import ImportQueries
from api.queries.matches import MatchQueries
from api.queries.needs import NeedQueries
from api.queries.node import NodeQueries
from api.queries.notices import NoticeQueries
from api.queries.privacy import PrivacyQueries


class Query(
    NodeQueries,
    CommunityQueries,
    DeskQueries,
    NeedQueries,
    MatchQueries,
    NoticeQueries,
    CallQueries,
    DutyQueries,
    ImportQueries,
    PrivacyQueries,
    graphene.ObjectType,
):
    """What can be asked; each field gives what the viewer may see and nothing else."""


class Mutation(graphene.ObjectType):
    """What can be done; each field is one action, answered with what it made or with why it was refused."""

    request_sign_in_code = accounts.RequestSignInCode.field()
    sign_in = accounts.SignIn.field()
    sign_out = accounts.SignOut.field()
    join_by_invitation = accounts.JoinByInvitation.field()
    invite = accounts.Invite.field()
    change_profile = people.ChangeProfile.field()
    confirm_home = people.ConfirmHome.field()
    refuse_home = people.RefuseHome.field()
    vouch_for = people.VouchFor.field()
    revoke_vouch = people.RevokeVouch.field()
    claim_tie = people.ClaimTie.field()
    give_mandate = people.GiveMandate.field()
    enter_person = desk.EnterPerson.field()
    give_consent = desk.GiveConsent.field()
    withdraw_consent = desk.WithdrawConsent.field()
    tell_of_mandate = desk.TellOfMandate.field()
    appoint_agent = desk.AppointAgent.field()
    revoke_mandate = people.RevokeMandate.field()
    add_organization = organizations.AddOrganization.field()
    verify_organization = organizations.VerifyOrganization.field()
    add_membership = organizations.AddMembership.field()
    accept_membership = organizations.AcceptMembership.field()
    end_membership = organizations.EndMembership.field()
    appoint = organizations.Appoint.field()
    end_term = organizations.EndTerm.field()
    open_need = needs.OpenNeed.field()
    change_need = needs.ChangeNeed.field()
    withdraw_need = needs.WithdrawNeed.field()
    verify_need = needs.VerifyNeed.field()
    open_offer = offers.OpenOffer.field()
    pause_offer = offers.PauseOffer.field()
    resume_offer = offers.ResumeOffer.field()
    close_offer = offers.CloseOffer.field()
    request_round = rounds.RequestRound.field()
    cancel_round = rounds.CancelRound.field()
    approve_proposal = proposals.ApproveProposal.field()
    refuse_proposal = proposals.RefuseProposal.field()
    override_match = proposals.OverrideMatch.field()
    accept_proposal = proposals.AcceptProposal.field()
    decline_proposal = proposals.DeclineProposal.field()
    cancel_match = matches.CancelMatch.field()
    record_outcome = matches.RecordOutcome.field()
    arrive = safety.Arrive.field()
    leave = safety.Leave.field()
    take_back_tap = safety.TakeBackTap.field()
    report_no_show = safety.ReportNoShow.field()
    cancel_visit = safety.CancelVisit.field()
    report_concern = safety.ReportConcern.field()
    take_concern = safety.TakeConcern.field()
    resolve_concern = safety.ResolveConcern.field()
    block_person = safety.BlockPerson.field()
    unblock_person = safety.UnblockPerson.field()
    read_notice = notices.ReadNotice.field()
    leave_community = privacy.LeaveCommunity.field()
    leave_community_for = privacy.LeaveCommunityFor.field()
    come_back = privacy.ComeBack.field()
    take_back = privacy.TakeBack.field()
    make_certificate = privacy.MakeCertificate.field()
    check_certificate = privacy.CheckCertificate.field()
    take_alarm = duty.TakeAlarm.field()
    close_alarm = duty.CloseAlarm.field()
    set_duty_phone = duty.SetDutyPhone.field()
    review_emergency = duty.ReviewEmergency.field()
    log_call = calls.LogCall.field()
    wish_notices = calls.WishNotices.field()
    check_import = imports.CheckImport.field()
    confirm_import = imports.ConfirmImport.field()
    withdraw_import = imports.WithdrawImport.field()


schema = graphene.Schema(query=Query, mutation=Mutation)
