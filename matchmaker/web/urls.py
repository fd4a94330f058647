"""Every page."""

from django.urls import path

from matchmaker.web.views import accounts, asking, belonging, home, mine, offering, proposals, review, rounds, visits

urlpatterns = [
    path("", home.home, name="home"),
    path("language", home.choose_language, name="choose-language"),
    path("view", home.choose_view, name="choose-view"),
    path("sample/<slug:role>", home.sign_in_as_sample, name="sample-sign-in"),
    path("sign-in", accounts.sign_in, name="sign-in"),
    path("sign-in/code", accounts.sign_in_code, name="sign-in-code"),
    path("sign-out", accounts.sign_out, name="sign-out"),
    path("join/<str:code>", accounts.join, name="join"),
    path("ask", asking.begin, name="ask"),
    path("ask/check", asking.check, name="ask-check"),
    path("ask/done/<uuid:need_id>", asking.asked, name="asked"),
    path("ask/<slug:slug>", asking.question, name="ask-question"),
    path("offers/new", offering.open_offer, name="offer-new"),
    path("offers/<uuid:offer_id>/opened", offering.offered, name="offered"),
    path("offers/<uuid:offer_id>/pause", offering.pause_offer, name="offer-pause"),
    path("offers/<uuid:offer_id>/resume", offering.resume_offer, name="offer-resume"),
    path("offers/<uuid:offer_id>/close", offering.close_offer, name="offer-close"),
    path("mine", mine.mine, name="mine"),
    path("memberships/<uuid:organization_id>/accept", belonging.accept, name="membership-accept"),
    path("memberships/<uuid:organization_id>/decline", belonging.decline, name="membership-decline"),
    path("needs/<uuid:need_id>", mine.need, name="need"),
    path("needs/<uuid:need_id>/withdraw", mine.withdraw, name="need-withdraw"),
    path("needs/<uuid:need_id>/verify", review.verify, name="need-verify"),
    path("proposals/<uuid:proposal_id>", proposals.proposal, name="proposal"),
    path("proposals/<uuid:proposal_id>/accept", proposals.accept, name="proposal-accept"),
    path("proposals/<uuid:proposal_id>/decline", proposals.decline, name="proposal-decline"),
    path("proposals/<uuid:proposal_id>/approve", review.approve, name="proposal-approve"),
    path("proposals/<uuid:proposal_id>/refuse", review.refuse, name="proposal-refuse"),
    path("matches/<uuid:match_id>", proposals.match, name="match"),
    path("matches/<uuid:match_id>/cancel", proposals.cancel, name="match-cancel"),
    path("visits/<uuid:visit_id>/outcome", visits.outcome, name="outcome"),
    path("visits/<uuid:visit_id>/thanks", visits.thanks, name="thanks"),
    path("review", review.review, name="review"),
    path("rounds/<uuid:community_id>/start", rounds.start, name="round-start"),
    path("rounds/<uuid:round_id>/stop", rounds.stop, name="round-stop"),
]
