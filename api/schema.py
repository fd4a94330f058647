"""The schema: what can be asked, and what can be done."""

import graphene

from api.mutations import (
    accounts,
    calls,
    case_looks,
    companions,
    deputies,
    desk,
    duty,
    imports,
    matches,
    needs,
    notices,
    offers,
    organizations,
    pair_decisions,
    people,
    privacy,
    proposals,
    rounds,
    safety,
    second_looks,
    tokens,
    tours,
    webhooks,
    what_ifs,
)
from api.queries.calls import CallQueries
from api.queries.case_graph import CaseGraphQueries
from api.queries.community import CommunityQueries
from api.queries.companions import CompanionQueries
from api.queries.desk import DeskQueries
from api.queries.duty import DutyQueries
from api.queries.imports import ImportQueries
from api.queries.matches import MatchQueries
from api.queries.needs import NeedQueries
from api.queries.node import NodeQueries
from api.queries.notices import NoticeQueries
from api.queries.pairs import PairQueries
from api.queries.privacy import PrivacyQueries
from api.queries.public_months import PublicMonthQueries
from api.queries.second_looks import SecondLookQueries
from api.queries.strangers import StrangerQueries
from api.queries.tokens import TokenQueries
from api.queries.tours import TourQueries
from api.queries.webhooks import WebhookQueries
from api.queries.work import WorkQueries
from api.subscriptions import Subscription


class Query(
    NodeQueries,
    CommunityQueries,
    DeskQueries,
    NeedQueries,
    MatchQueries,
    PairQueries,
    CaseGraphQueries,
    CompanionQueries,
    NoticeQueries,
    CallQueries,
    DutyQueries,
    ImportQueries,
    PrivacyQueries,
    PublicMonthQueries,
    SecondLookQueries,
    StrangerQueries,
    TourQueries,
    TokenQueries,
    WebhookQueries,
    WorkQueries,
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
    list_volunteer_time = organizations.ListVolunteerTime.field()
    appoint = organizations.Appoint.field()
    end_term = organizations.EndTerm.field()
    name_deputy = deputies.NameDeputy.field()
    end_deputy = deputies.EndDeputy.field()
    open_need = needs.OpenNeed.field()
    change_need = needs.ChangeNeed.field()
    withdraw_need = needs.WithdrawNeed.field()
    verify_need = needs.VerifyNeed.field()
    open_offer = offers.OpenOffer.field()
    draft_offer = offers.DraftOffer.field()
    redraft_offer = offers.RedraftOffer.field()
    publish_offer = offers.PublishOffer.field()
    discard_offer = offers.DiscardOffer.field()
    pause_offer = offers.PauseOffer.field()
    resume_offer = offers.ResumeOffer.field()
    close_offer = offers.CloseOffer.field()
    announce_tour = tours.AnnounceTour.field()
    change_tour_stop = tours.ChangeTourStop.field()
    say_tour_late = tours.SayTourLate.field()
    call_off_tour = tours.CallOffTour.field()
    sign_up_for_tour = tours.SignUpForTour.field()
    take_back_tour_sign_up = tours.TakeBackTourSignUp.field()
    request_round = rounds.RequestRound.field()
    cancel_round = rounds.CancelRound.field()
    request_city_plan = rounds.RequestCityPlan.field()
    cancel_city_plan = rounds.CancelCityPlan.field()
    pin_pair = pair_decisions.PinPair.field()
    ban_pair = pair_decisions.BanPair.field()
    lift_pair_decision = pair_decisions.LiftPairDecision.field()
    look_around = case_looks.LookAround.field()
    ask_what_if = what_ifs.AskWhatIf.field()
    approve_proposal = proposals.ApproveProposal.field()
    refuse_proposal = proposals.RefuseProposal.field()
    undo_decision = proposals.UndoDecision.field()
    override_match = proposals.OverrideMatch.field()
    accept_proposal = proposals.AcceptProposal.field()
    decline_proposal = proposals.DeclineProposal.field()
    undo_answer = proposals.UndoAnswer.field()
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
    ask_second_look = second_looks.AskSecondLook.field()
    take_second_look = second_looks.TakeSecondLook.field()
    answer_second_look = second_looks.AnswerSecondLook.field()
    count_again = second_looks.CountAgain.field()
    block_person = safety.BlockPerson.field()
    unblock_person = safety.UnblockPerson.field()
    be_companion = companions.BeCompanion.field()
    stop_being_companion = companions.StopBeingCompanion.field()
    vet_companion = companions.VetCompanion.field()
    wish_companion = companions.WishCompanion.field()
    unwish_companion = companions.UnwishCompanion.field()
    accept_companionship = companions.AcceptCompanionship.field()
    decline_companionship = companions.DeclineCompanionship.field()
    approve_companion = companions.ApproveCompanion.field()
    refuse_companion = companions.RefuseCompanion.field()
    withdraw_companion = companions.WithdrawCompanion.field()
    turn_companion_away = companions.TurnCompanionAway.field()
    record_companion_words = companions.RecordCompanionWords.field()
    set_companion_budget = companions.SetCompanionBudget.field()
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
    make_token = tokens.MakeToken.field()
    revoke_token = tokens.RevokeToken.field()
    open_webhook = webhooks.OpenWebhook.field()
    close_webhook = webhooks.CloseWebhook.field()
    replay_webhook = webhooks.ReplayWebhook.field()


schema = graphene.Schema(query=Query, mutation=Mutation, subscription=Subscription)
