"""How long each kind of data is kept, why, and what happens then. The daily purge and the documents read this table.

What no clock takes away stands in `keeping.py`. Nothing here is about being forgotten: that takes everything at once,
whatever its age (`holdings.py`).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from django.contrib.sessions.models import Session
from django.db.models import Model, Q, QuerySet

from matchmaker.community.models import (
    IDEMPOTENCY_KEY_DAYS,
    AccessToken,
    AreaLevel,
    Consent,
    IdempotencyKey,
    Invitation,
    Mandate,
    Moved,
    SignInCode,
    Vouch,
)
from matchmaker.matches.models import (
    COMPANION_LIVE_STATES,
    LIVE_STATES,
    AreaReading,
    BetweenReading,
    CaseLook,
    CompanionProposal,
    CompanionState,
    Concern,
    GroupWatch,
    Match,
    MatchState,
    OfferPrice,
    Outcome,
    PriceSet,
    Proposal,
    SecondLook,
    SetAside,
    UnmetNeed,
    WhatIf,
)
from matchmaker.needs.models import Need, TourSignUp
from matchmaker.notices.models import Call, Delivery, Notice, WebhookMessage
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
        "access_tokens",
        AccessToken,
        90,
        "access tokens of apps and organizations' systems (hashes)",
        "the token ran out or was taken back",
        "answering who asks why a system stands still",
        lambda before: AccessToken.objects.filter(Q(expires_at__lt=before) | Q(revoked_at__lt=before)),
    ),
    Purged(
        "idempotency_keys",
        IdempotencyKey,
        IDEMPOTENCY_KEY_DAYS,
        "keys of acts that were sent with one (hashes), with the id of the row they answered with",
        "it was done",
        "doing nothing twice that is sent twice",
        lambda before: IdempotencyKey.objects.filter(done_at__lt=before),
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
        "webhook_messages",
        WebhookMessage,
        30,
        "what organizations' systems were told, in ids alone",
        "it happened",
        "sending again what a system missed",
        lambda before: WebhookMessage.objects.filter(made_at__lt=before),
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
        "second_look_words",
        SecondLook,
        180,
        "what someone wrote when they asked for a second look",
        "it was answered",
        "a conversation with the station about the answer",
        lambda before: SecondLook.objects.filter(answered_at__lt=before).exclude(words=""),
        {"words": ""},
    ),
    Purged(
        "second_looks",
        SecondLook,
        3 * 366,
        "second looks with their answers, unless something still does not count because of them",
        "it was answered",
        "showing how an automated evaluation was looked at again (PIPL 24 and 56: three years)",
        lambda before: SecondLook.objects.filter(answered_at__lt=before).exclude(
            pk__in=SetAside.objects.filter(lifted_at__isnull=True).values("look_id")
        ),
    ),
    Purged(
        "case_looks",
        CaseLook,
        3 * 366,
        "looks at the people around a case, with their reasons and who was named",
        "it was taken",
        "showing people who looked at them and why, and looking over it (PIPL 55 and 56: three years)",
        lambda before: CaseLook.objects.filter(looked_at__lt=before),
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
        "companions_who_did_not_come",
        CompanionProposal,
        180,
        "who was asked to come along on a visit and did not",
        "the proposal closed",
        "not asking the same again, and seeing whether company is welcome; afterwards nothing rests on it",
        lambda before: (
            CompanionProposal.objects.filter(closed_at__lt=before)
            .exclude(state__in=COMPANION_LIVE_STATES)
            .exclude(state__in=(CompanionState.REFUSED, CompanionState.TURNED_AWAY))
        ),
    ),
    Purged(
        "tour_sign_ups",
        TourSignUp,
        180,
        "who signed up for a stop of a tour",
        "the day of the stop",
        "seeing where a tour is wanted",
        lambda before: TourSignUp.objects.filter(stop__date__lt=before.date()),
    ),
    Purged(
        "what_ifs",
        WhatIf,
        14,
        "what a plan would have been with a change",
        "it was asked",
        "comparing it with the plan that was made",
        lambda before: WhatIf.objects.filter(asked_at__lt=before),
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
        "corridor_readings",
        AreaReading,
        190,
        "how well a corridor knows itself, day by day, in numbers alone",
        "the day",
        "seeing what became of it in half a year; a city has many corridors",
        lambda before: AreaReading.objects.filter(area__level__gt=AreaLevel.GRID, date__lt=before.date()),
    ),
    Purged(
        "area_readings",
        AreaReading,
        3 * 366,
        "how well a community and its grids know themselves, day by day, in numbers alone",
        "the day",
        "seeing what became of it in some years",
        lambda before: AreaReading.objects.filter(date__lt=before.date()),
    ),
    Purged(
        "between_readings",
        BetweenReading,
        366,
        "how close groups of five people or more are, in numbers alone",
        "the day",
        "seeing whether newcomers, languages and ages are left apart",
        lambda before: BetweenReading.objects.filter(date__lt=before.date()),
    ),
    Purged(
        "group_watch",
        GroupWatch,
        366,
        "how often and how soon such groups were helped beside others, in numbers alone",
        "the day",
        "seeing whether a group is left out",
        lambda before: GroupWatch.objects.filter(date__lt=before.date()),
    ),
    Purged(
        "moved",
        Moved,
        2,
        "keys of people and offers that were written, for what is kept in memory",
        "it was noted",
        "answering at once with offers as they stand now; memory is read anew once a day",
        lambda before: Moved.objects.filter(noted_at__lt=before),
    ),
    Purged(
        "offer_prices",
        OfferPrice,
        7,
        "what an offer's next visit would be worth to others, in points",
        "they were solved",
        "asking whom others need less; solved anew every hour where anything is asked for",
        lambda before: OfferPrice.objects.filter(price_set__solved_at__lt=before),
    ),
    Purged(
        "price_sets",
        PriceSet,
        366,
        "how good the prices of an area were, in numbers alone",
        "they were solved",
        "seeing whether the prices can be believed",
        lambda before: PriceSet.objects.filter(solved_at__lt=before, prices__isnull=True),
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
