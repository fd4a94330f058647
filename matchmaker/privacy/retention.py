"""How long each kind of data is kept, why, and what happens then. The daily purge and the documents read this table.

Nothing here is about being forgotten: that takes everything at once, whatever its age (`holdings.py`).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from django.contrib.sessions.models import Session
from django.db.models import Model, Q, QuerySet

from matchmaker.community.models import Consent, Invitation, Mandate, SignInCode, Vouch
from matchmaker.matches.models import LIVE_STATES, Concern, Match, MatchState, Outcome, Proposal, UnmetNeed
from matchmaker.needs.models import Need
from matchmaker.notices.models import Call, Delivery, Notice
from matchmaker.privacy.models import Certificate

Rows = QuerySet[Any]


@dataclass(frozen=True)
class Purged:
    """Rows that go, or lose some columns, when they are old; `due` gives those to which it has not happened yet."""

    code: str
    model: type[Model]
    days: int
    what: str
    since: str
    why: str
    due: Callable[[datetime], Rows]
    """The rows for which the time ran out before this moment."""
    emptied: dict[str, Any] = field(default_factory=dict)
    """Columns that are emptied; the whole row is deleted where there are none."""

    def due_at(self, now: datetime) -> Rows:
        return self.due(now - timedelta(days=self.days))


@dataclass(frozen=True)
class Kept:
    """Rows that no clock takes away."""

    models: tuple[str, ...]
    what: str
    how_long: str
    why: str


PURGED: Final[tuple[Purged, ...]] = (
    Purged(
        "sessions",
        Session,
        0,
        "who is signed in",
        "the session ran out",
        "signing in",
        lambda before: Session.objects.filter(expire_date__lt=before),
    ),
    Purged(
        "sign_in_codes",
        SignInCode,
        1,
        "one-time codes (hashes)",
        "the code ran out",
        "counting guesses",
        lambda before: SignInCode.objects.filter(expires_at__lt=before),
    ),
    Purged(
        "invitations",
        Invitation,
        30,
        "invitation codes (hashes)",
        "the code ran out",
        "answering who asks why a code does not work",
        lambda before: Invitation.objects.filter(expires_at__lt=before),
    ),
    Purged(
        "read_notices",
        Notice,
        90,
        "notices that were read",
        "it was read",
        "looking something up again",
        lambda before: Notice.objects.filter(read_at__lt=before),
    ),
    Purged(
        "unread_notices",
        Notice,
        365,
        "notices that nobody read",
        "it was made",
        "someone may come back after long",
        lambda before: Notice.objects.filter(read_at__isnull=True, made_at__lt=before),
    ),
    Purged(
        "deliveries",
        Delivery,
        90,
        "messages by mail and SMS, without their words",
        "it was made",
        "finding out why somebody was not reached",
        lambda before: Delivery.objects.filter(made_at__lt=before).exclude(state__in=("WAITING", "SENT")),
    ),
    Purged(
        "calls",
        Call,
        180,
        "calls of the call list, with the caller's note",
        "it was made",
        "showing that somebody was told before a proposal ran out",
        lambda before: Call.objects.filter(made_at__lt=before).exclude(state="OPEN"),
    ),
    Purged(
        "need_details",
        Need,
        90,
        "details and risks of a need, in the asker's words",
        "the need closed and its last visit is over",
        "helping; afterwards a complaint may still refer to it (PIPL 28: often about health)",
        # A weekly need closes once its helper is found, and goes on for months.
        lambda before: (
            Need.objects.filter(closed_at__lt=before)
            .exclude(details="", risks="")
            .exclude(pk__in=Match.objects.filter(state__in=(MatchState.AGREED, MatchState.SUSPENDED)).values("need_id"))
        ),
        {"details": "", "risks": ""},
    ),
    Purged(
        "outcome_comments",
        Outcome,
        180,
        "what someone wrote about a visit",
        "it was written",
        "a complaint or a conversation with the station",
        lambda before: Outcome.objects.filter(given_at__lt=before).exclude(comment=""),
        {"comment": ""},
    ),
    Purged(
        "concerns",
        Concern,
        3 * 366,
        "concerns with what was said and answered",
        "it was answered",
        "the same worry may come up again, and a complaint may follow (PIPL 56: three years)",
        lambda before: Concern.objects.filter(resolved_at__lt=before),
    ),
    Purged(
        "proposal_terms",
        Proposal,
        180,
        "terms of a proposal and why a worker looked first",
        "the proposal closed",
        "explaining it (PIPL 24); the score and what came of it stay",
        lambda before: (
            Proposal.objects.filter(closed_at__lt=before)
            .exclude(state__in=LIVE_STATES)
            .exclude(terms=[], review_reasons=[])
        ),
        {"terms": [], "review_reasons": []},
    ),
    Purged(
        "unmet_needs",
        UnmetNeed,
        180,
        "why nobody was found for a need",
        "the need closed",
        "seeing what a community lacks",
        lambda before: UnmetNeed.objects.filter(need__closed_at__lt=before),
    ),
    Purged(
        "vouches",
        Vouch,
        365,
        "words given for someone",
        "the word ran out or was taken back",
        "nothing later rests on it",
        lambda before: Vouch.objects.filter(Q(expires_at__lt=before) | Q(revoked_at__lt=before)),
    ),
    Purged(
        "mandates",
        Mandate,
        3 * 366,
        "mandates, unless a need still rests on them",
        "its last day",
        "showing on whose word something was done (PIPL 56: three years)",
        lambda before: Mandate.objects.filter(ends_date__lt=before.date()).exclude(
            pk__in=Need.objects.filter(mandate__isnull=False).values("mandate_id")
        ),
    ),
    Purged(
        "withdrawn_consents",
        Consent,
        3 * 366,
        "consents that were withdrawn, unless a need still rests on them",
        "it was withdrawn",
        "showing on whose word something was done (PIPL 56: three years)",
        lambda before: Consent.objects.filter(withdrawn_at__lt=before).exclude(
            pk__in=Need.objects.filter(consent__isnull=False).values("consent_id")
        ),
    ),
    Purged(
        "certificates",
        Certificate,
        10 * 366,
        "certificates of hours, without a name",
        "it was issued",
        "whoever is shown the paper can check it",
        lambda before: Certificate.objects.filter(issued_at__lt=before),
    ),
)
"""In the order in which they are cleared away."""

KNOWN: Final = "while the person is known here"

KEPT: Final[tuple[Kept, ...]] = (
    Kept(
        ("community.Person", "community.User", "community.User_groups", "community.User_user_permissions"),
        "a person and their account",
        "until they leave; 14 days more, in which they can come back",
        "being helped and helping",
    ),
    Kept(
        (
            "community.Tie",
            "community.PersonBlock",
            "community.Qualification",
            "community.Membership",
            "community.PostTerm",
        ),
        "ties, blocks, qualifications, memberships, posts",
        KNOWN,
        "they hold until someone ends them",
    ),
    Kept(("needs.Offer",), "offers", KNOWN, "one may offer the same again"),
    Kept(
        ("matches.Match", "matches.Visit", "matches.BookedQuarter"),
        "matches, visits and their times, without what was written about them",
        "while both sides are known here",
        "who helped before is asked again (prior helper), and nobody is booked twice",
    ),
    Kept(
        ("matches.LedgerEntry",),
        "minutes given and received",
        "for good; a side that is forgotten is empty",
        "the truthful record of Volunteer Service Regulation, Art. 19",
    ),
    Kept(
        ("matches.Decision", "matches.Round", "matches.ScoreCard"),
        "rounds, weights and decisions with their reasons",
        "for good; whoever decided is empty once forgotten",
        "looking over the work of coordinators (PIPL 55)",
    ),
    Kept(
        ("privacy.Farewell",), "who left and may come back", "14 days, then it goes with the person", "a change of mind"
    ),
    Kept(
        ("needs.Emergency", "notices.DutyAlarm", "notices.DutyAlarm_not_for", "notices.DutyCall"),
        "emergencies, alarms of the duty post and who was rung",
        "while the person they are about is known here",
        "looking back at what went wrong",
    ),
    Kept(
        ("notices.Notice_not_for",),
        "who is not to be the one who tells a notice",
        "as long as the notice",
        "keeping a concern from the side that it is about",
    ),
    Kept(("notices.ContactWish",), "how one wishes to be told", KNOWN, "telling people as they wish"),
    Kept(
        ("notices.DutyPhone",),
        "the number of a duty post",
        "until it is set anew; whoever set it is empty once forgotten",
        "being reached",
    ),
    Kept(
        ("records.Record", "records.PersonKey"),
        "records",
        "for good; a forgotten person's key is destroyed, and no record leads to them",
        "showing that nothing was changed",
    ),
    Kept(
        ("jobs.OutboxJob",),
        "jobs that are done; jobs put aside",
        "30 days, cleared away by `jobs.purge_done`; until a person has looked",
        "finding out why something did not happen",
    ),
    Kept(
        ("lists.ImportUpload",),
        "rows of a list that was uploaded",
        "until the import is over, seven days at most; cleared away by `lists.purge_imports`",
        "importing exactly what was confirmed",
    ),
    Kept(
        ("lists.ImportRun", "lists.ImportFault"),
        "imports with their counts; what was wrong with which row",
        "for good, whoever uploaded it is empty once forgotten; faults 30 days",
        "correcting the rest of the list; knowing where people came from",
    ),
    Kept(
        ("community.Organization", "community.Station", "needs.ServiceType"),
        "organizations, stations, kinds of help",
        "for good",
        "they are public and no persons",
    ),
    Kept(
        ("simulation.GeneratedCommunity", "simulation.GeneratedLogin"),
        "marks of generated communities",
        "while the sample is there",
        "nobody in it is real",
    ),
)
