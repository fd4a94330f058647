"""A town in which every column that may lead to a person leads to one of two: the asker, and the helper.

The way from need to ledger makes most rows by the real actions; what it does not make is added here, one builder for
each model. A new model that holds something about people gets its rows here.
"""

from datetime import time, timedelta
from typing import Final
from uuid import UUID

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType

from matchmaker.community.models import (
    AccessToken,
    Consent,
    ConsentKind,
    ConsentManner,
    IdempotencyKey,
    Invitation,
    Mandate,
    MandateKind,
    Membership,
    MembershipRole,
    Organization,
    Person,
    PersonBlock,
    PostKind,
    Qualification,
    QualificationKind,
    SignInCode,
    Tie,
    TieKind,
    User,
    Vouch,
)
from matchmaker.jobs import names
from matchmaker.jobs.actions import enqueue
from matchmaker.lists.models import ImportRun, ImportUpload
from matchmaker.matches.models import (
    CaseLook,
    CityPlan,
    CompanionBudget,
    CompanionProposal,
    CompanionWish,
    CompanionWord,
    Concern,
    Decision,
    Outcome,
    PairDecision,
    Round,
    SecondLook,
    SetAside,
    WhatIf,
    WillingHours,
    Willingness,
)
from matchmaker.needs.models import Emergency, Need, TourSignUp
from matchmaker.notices.actions import notify
from matchmaker.notices.models import Call, ContactWish, Delivery, DutyAlarm, DutyCall, DutyPhone, Notice, Webhook
from matchmaker.privacy.models import Certificate, Farewell
from matchmaker.simulation.models import GeneratedCommunity, GeneratedLogin
from tests.deputy_rows import stood_in
from tests.privacy.grep import number_people_from
from tests.tour_rows import announced
from tests.town_rows import appoint
from tests.towns import open_need_for
from tests.way import OVER, Way, way_to

WORDS: Final = ("密语甲一二三", "密语乙四五六")
"""What the asker and the helper wrote in their own words, wherever words can be written."""


def full_town() -> Way:
    """The way is over, and each of the two stands wherever somebody can stand."""
    number_people_from()
    way = way_to(OVER)
    # No sign-in name is a part of another.
    User.objects.filter(person=way.town.coordinator).update(sign_in_name="chief@town.invalid")
    asker, helper = way.town.asker, way.town.helper
    for person, other, word in ((asker, helper, WORDS[0]), (helper, asker, WORDS[1])):
        _in_the_community(way, person, other, word)
        _acts_for_others(way, person)
        _at_the_duty_post(way, person, word)
        _told_and_worried(way, person, word)
        _in_needs_and_matches(way, person)
        notify(
            person_id=person.pk, kind="NEED_VERIFIED", about=way.need.public_id, key=f"test:{person.pk}", now=way.now
        )
        Notice.objects.filter(person=way.town.neighbour).latest("pk").not_for.add(person)
    _with_company(way)
    _when_it_went_wrong(way)
    _words_in_own_rows(way)
    _generated_login(way, asker)
    _changed_as_an_operator(asker)
    _changed_as_an_operator(way.town.helper)
    return way


def _in_the_community(way: Way, person: Person, other: Person, word: str) -> None:
    town, now = way.town, way.now
    today = now.date()
    Person.objects.filter(pk=person.pk).update(skills=[word], languages=["zh"], external_id=f"外部{word}")
    SignInCode.objects.create(
        user=User.objects.get(person=person),
        challenge_hash=f"{person.pk:064x}",
        code_hash="0" * 64,
        created_at=now,
        expires_at=now + timedelta(minutes=10),
    )
    AccessToken.objects.create(
        user=User.objects.get(person=person),
        name=word,
        token_hash=f"{person.pk:064x}",
        scopes=["READ"],
        created_at=now,
        expires_at=now + timedelta(days=90),
    )
    for user, about in ((User.objects.get(person=person), None), (User.objects.get(person=town.coordinator), person)):
        IdempotencyKey.objects.create(
            user=user, key_hash=f"{person.pk:064x}", asked_hash="0" * 64, person=about, done_at=now
        )
    Qualification.objects.create(
        person=person,
        kind=QualificationKind.TRAINING,
        code=f"T{word}",
        checked_by=town.coordinator,
        valid_from_date=today,
    )
    Consent.objects.create(person=person, kind=ConsentKind.PROXY, manner=ConsentManner.SPOKEN, given_at=now)
    for holder, for_person in ((person, town.elder), (town.neighbour, person)):
        Mandate.objects.create(
            kind=MandateKind.PROXY,
            holder=holder,
            for_person=for_person,
            evidence=f"依据{word}",
            told_at=now,
            starts_date=today,
            ends_date=today + timedelta(days=30),
        )
    Membership.objects.create(
        person=person,
        organization=town.organization,
        role=MembershipRole.MEMBER,
        since_date=today,
        accepted_at=now,
    )
    kind = PostKind.BRANCH_CONTACT if person == town.asker else PostKind.RESIDENT_REPRESENTATIVE
    appoint(person, kind, town.community, now=now)
    stood_in(town.grid_head, person, now=now)
    low, high = sorted((person, town.stranger), key=lambda row: row.pk)
    Tie.objects.create(low=low, high=high, kind=TieKind.FRIEND, made_at=now, renewed_at=now)
    low, high = sorted((person, town.coordinator), key=lambda row: row.pk)
    Tie.objects.create(low=low, high=high, kind=TieKind.KIN, made_at=now, renewed_at=now)
    for one, two in ((person, town.stranger), (town.stranger, person)):
        Vouch.objects.create(voucher=one, person=two, made_at=now, expires_at=now + timedelta(days=90))
        PersonBlock.objects.create(person=one, blocked=two, made_at=now)


def _told_and_worried(way: Way, person: Person, word: str) -> None:
    """Messages, calls, taps, answers by call, words of worry, a list that waits."""
    now, own = way.now, way.matches[0]
    Delivery.objects.create(
        person=person, channel="MAIL", state="FAILED", made_at=now, due_at=now, confirm_by=now + timedelta(hours=1)
    )
    tried = {"state": "DONE", "tries": 1, "result": "REACHED", "made_at": now, "due_at": now, "logged_at": now}
    Call.objects.create(person=person, manner="PHONE", note=word, **tried)
    Call.objects.create(person=way.town.elder, manner="DOORSTEP", logged_by=person, **tried)
    ContactWish.objects.update_or_create(person=person, defaults={"channel": "MAIL", "changed_at": now})
    said = {"kind": "WORRY", "said_at": now, "state": "RESOLVED", "taken_at": now, "resolved_at": now}
    said |= {"resolution": "RESUME", "reason": "谈过了"}
    Concern.objects.create(match=own, said_by=person, words=word, side="ASKER", heard_by=way.town.grid_head, **said)
    others = way.matches[1]
    Concern.objects.create(match=others, said_by=person, heard_by=person, taken_by=person, **said)
    looks = {"question": "KNOWN_HERE", "asked_at": now, "due_at": now, "taken_at": now, "state": "ANSWERED"}
    looks |= {"answer": "SET_ASIDE", "reason": "看过了", "answered_at": now}
    SecondLook.objects.create(person=person, words=word, heard_by=way.town.grid_head, **looks)
    look = SecondLook.objects.create(person=way.town.elder, heard_by=person, taken_by=person, **looks)
    word_for = Vouch.objects.create(
        voucher=way.town.grid_head if person == way.town.asker else way.town.coordinator,
        person=way.town.elder,
        made_at=now,
        expires_at=now + timedelta(days=90),
    )
    by = {"set_aside_by": person, "lifted_by": person, "lifted_at": now, "lift_reason": "又看过了"}
    SetAside.objects.create(look=look, vouch=word_for, set_aside_at=now, **by)
    DutyAlarm.objects.create(
        kind="SECOND_LOOK",
        area=way.town.community,
        about=SecondLook.objects.get(person=person).public_id,
        key=f"second_look:{person.pk % 1000}",
        raised_at=now,
    )
    if person == way.town.helper:
        others.visits.update(arrived_at=now, arrived_said="CALL", arrived_by=person, left_by=person)
        type(way.proposals[1]).objects.filter(pk=way.proposals[1].pk).update(
            helper_answered_by=person, asker_answered_by=person
        )
    run = {"kind": "PEOPLE", "community": way.town.community, "rows_count": 1, "new_count": 1, "uploaded_at": now}
    by = {"uploaded_by": person, "confirmed_by": person}
    ImportRun.objects.create(checksum="1" * 64, state="DONE", checked_at=now, finished_at=now, **run, **by)
    waits = ImportRun.objects.create(checksum="2" * 64, state="CHECKED", checked_at=now, **run)
    ImportUpload.objects.create(run=waits, columns=["name", "phone"], rows=[[2, [person.name, person.phone]]])


def _acts_for_others(way: Way, person: Person) -> None:
    """What somebody did in a post, about others: it stays, without them."""
    town, now = way.town, way.now
    Invitation.objects.create(
        code_hash=f"{person.pk:064x}",
        area=town.community,
        invited_by=person,
        created_at=now,
        expires_at=now + timedelta(days=1),
    )
    Qualification.objects.create(
        person=town.newcomer,
        kind=QualificationKind.LICENCE,
        code=f"L{person.pk % 1000}",
        checked_by=person,
        valid_from_date=now.date(),
    )
    Consent.objects.create(
        person=town.elder,
        kind=ConsentKind.PROXY,
        manner=ConsentManner.SPOKEN,
        heard_by=person,
        given_at=now,
        withdrawn_at=now,
        withdrawal_heard_by=person,
    )
    Mandate.objects.create(
        kind=MandateKind.PROXY,
        holder=town.neighbour,
        for_person=town.elder,
        evidence="电话",
        starts_date=now.date(),
        ends_date=now.date(),
        entered_by=person,
        told_at=now,
        told_by=person,
        revoked_at=now,
        revoked_by=person,
    )
    Organization.objects.create(
        name=f"组织{person.pk % 1000}", kind="NGO", area=town.community, registered_at=now, verified_by=person
    )
    Webhook.objects.create(
        organization=town.organization,
        url=f"https://{person.pk % 1000}.example.org/",
        events=["match.agreed"],
        opened_by=person,
        opened_at=now,
    )
    leaving = town.newcomer if person == town.asker else town.stranger
    Farewell.objects.create(
        person=leaving,
        asked_at=now,
        forget_at=now + timedelta(days=14),
        heard_by=person,
        return_code_hash=f"{leaving.pk:064x}",
    )


def _at_the_duty_post(way: Way, person: Person, word: str) -> None:
    town, now = way.town, way.now
    about = way.need.public_id if person == town.asker else way.matches[0].public_id
    alarm = DutyAlarm.objects.create(
        kind="CONCERN",
        area=town.community,
        about=about,
        key=f"about:{person.pk % 1000}",
        raised_at=now,
        taken_at=now,
        closed_at=now,
        taken_by=town.grid_head,
        words=f"说的是{word}",
    )
    alarm.not_for.add(person)
    DutyAlarm.objects.create(
        kind="CONCERN",
        area=town.community,
        about=UUID(int=person.pk % 1000),
        key=f"by:{person.pk % 1000}",
        raised_at=now,
        taken_at=now,
        closed_at=now,
        taken_by=person,
        closed_by=person,
    )
    DutyCall.objects.create(alarm=alarm, person=person, area=town.community, ring=1, rung_at=now)
    area = town.grid if person == town.asker else town.other_grid
    DutyPhone.objects.create(area=area, phone="+8647100000009", set_by=person, set_at=now)


def _in_needs_and_matches(way: Way, person: Person) -> None:
    town, now = way.town, way.now
    asked = open_need_for(town, person=town.elder, asked_by=person, verified=False, now=now, details="给老人买米")
    Need.objects.filter(pk=asked.pk).update(verified_at=now, verified_by=person)
    Emergency.objects.create(need=asked, reviewed_at=now, reviewed_by=person)
    Round.objects.filter(pk=way.round.pk if person == town.asker else way.failed_round.pk).update(requested_by=person)
    if person == town.asker:
        CityPlan.objects.update(requested_by=person)
    tour = announced(town, now=now)
    for comes, by in ((person, town.neighbour), (town.elder, person)):
        TourSignUp.objects.create(stop=tour.stops.get(), person=comes, signed_up_by=by, signed_up_at=now)
    Decision.objects.create(proposal=way.proposals[1], kind="APPROVE", decided_by=person, decided_at=now)
    PairDecision.objects.create(
        kind="BAN",
        need=asked,
        offer=way.offer,
        decided_by=person,
        reason="另有安排",
        decided_at=now,
        lifted_at=now,
        lifted_by=person,
    )
    for looked_by, named in ((person, town.elder), (town.coordinator, person)):
        look = CaseLook.objects.create(need=asked, looked_by=looked_by, reason="想知道谁能陪", looked_at=now)
        look.named.add(named)
    WhatIf.objects.create(round=way.round, asked_by=person, asked_at=now, changes={"pins": [], "bans": []})
    enqueue(names.PROPOSE_NEXT, {"need_id": way.need.pk}, now=now, key=f"test@{person.pk % 1000}")
    enqueue(names.OFFER_MOVED, {"offer_id": way.offer.pk}, now=now, key=f"test-offer@{person.pk % 1000}")
    Certificate.objects.create(
        number=f"C-{person.pk % 1000}",
        person=person,
        community_name=town.community.name,
        starts_date=now.date(),
        ends_date=now.date(),
        visits=1,
        minutes=60,
        issued_at=now,
        code_hash="0" * 64,
        name_commitment="0" * 64,
        seal="0" * 64,
    )


def _with_company(way: Way) -> None:
    """Each would come along, was asked to, answered for others, and gave hours for it."""
    town, now = way.town, way.now
    vetted = ((town.asker, town.newcomer), (town.helper, town.stranger))
    places = (town.community, town.other_community)
    for (person, other), match, area in zip(vetted, way.matches, places, strict=True):
        willing = Willingness.objects.create(person=person, opened_at=now)
        WillingHours.objects.create(willingness=willing, weekday=1, starts=time(9), ends=time(11))
        Willingness.objects.create(person=other, opened_at=now, vetted_at=now, vetted_by=person)
        CompanionWish.objects.create(match=match, wished_by=person, wished_at=now)
        CompanionBudget.objects.create(community=area, hours_per_week=2, set_by=person, set_at=now)
        worth = {"walk_m": 90, "chance": 0.8, "gain_alone": 0.3, "gain_together": 0.9, "reason": "THREE_MEET"}
        worth |= {"reason_params": {"alone": "0.30", "together": "0.90"}, "asked_at": now}
        said = {"companion_answered_at": now, "asker_answered_at": now}
        said |= {"companion_answered_by": person, "asker_answered_by": person, "companion_channel": "PHONE"}
        agreed = CompanionProposal.objects.create(
            visit=match.visits.get(), companion=other, state="AGREED", **worth, **said
        )
        CompanionWord.objects.create(
            proposal=agreed, part="ASKER", given_by=person, came=True, welcome=True, greet_companion=True, given_at=now
        )
        CompanionProposal.objects.create(
            visit=way.matches[1].visits.get(),
            companion=person,
            state="REFUSED",
            closed_at=now,
            companion_answered_at=now,
            **worth,
        )


def _when_it_went_wrong(way: Way) -> None:
    """Each of the two wishes not to meet somebody again, and that is still to be carried out."""
    for person in (way.town.asker, way.town.helper):
        block = PersonBlock.objects.filter(person=person)[0]
        enqueue(names.PART_PEOPLE, {"block_id": block.pk}, now=way.now, key=f"test-block@{person.pk % 1000}")


def _words_in_own_rows(way: Way) -> None:
    Need.objects.filter(for_person=way.town.asker).update(details=WORDS[0], risks=WORDS[0], skills=[WORDS[0]])
    Outcome.objects.filter(given_by=way.town.asker).update(comment=WORDS[0])
    Outcome.objects.filter(given_by=way.town.helper).update(comment=WORDS[1])
    way.offer.title = WORDS[1]
    way.offer.skills = [WORDS[1]]
    way.offer.save(update_fields=["title", "skills"])


def _changed_as_an_operator(person: Person) -> None:
    """No table of the operators writes one; it would be forgotten."""
    LogEntry.objects.create(
        user=User.objects.get(person=person),
        content_type=ContentType.objects.get_for_model(Person),
        object_repr="x",
        action_flag=CHANGE,
        change_message="",
    )


def _generated_login(way: Way, person: Person) -> None:
    generated = GeneratedCommunity.objects.create(community=way.town.community, seed=1, generated_at=way.now)
    GeneratedLogin.objects.create(generated=generated, user=User.objects.get(person=person), role="ASKER")
