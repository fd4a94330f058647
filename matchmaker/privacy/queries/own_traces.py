"""One's own data about what the service did: notices, certificates, records, and one's acts for others as counts."""

from collections.abc import Iterator

from django.apps import apps

from matchmaker.community.models import Person
from matchmaker.matches.models import CaseLook, Concern
from matchmaker.notices.models import Call, ContactWish, Delivery, Notice
from matchmaker.privacy.holdings import HOLDINGS
from matchmaker.privacy.models import Certificate, Farewell
from matchmaker.privacy.queries.own_rows import Row, row
from matchmaker.records.queries import records_about


def notices(of: Person, _language: str) -> Iterator[Row]:
    for notice in Notice.objects.filter(person=of).order_by("made_at", "pk"):
        yield row(kind=notice.kind, made_at=notice.made_at, read_at=notice.read_at)


def deliveries(of: Person, _language: str) -> Iterator[Row]:
    for sent in Delivery.objects.filter(person=of).order_by("made_at", "pk"):
        yield row(kind=sent.channel, state=sent.state, made_at=sent.made_at, sent_at=sent.sent_at)
    for call in Call.objects.filter(person=of).order_by("made_at", "pk"):
        yield row(kind=call.manner, state=call.state, made_at=call.made_at, result=call.result, note=call.note)


def wishes(of: Person, _language: str) -> Iterator[Row]:
    for wish in ContactWish.objects.filter(person=of):
        yield row(kind=wish.channel, language=wish.language)


def certificates(of: Person, _language: str) -> Iterator[Row]:
    for paper in Certificate.objects.filter(person=of).order_by("issued_at", "pk"):
        yield row(
            number=paper.number,
            organization=paper.organization_name,
            from_date=paper.starts_date,
            until_date=paper.ends_date,
            visits=paper.visits,
            minutes=paper.minutes,
            issued_at=paper.issued_at,
        )


def acts(of: Person, _language: str) -> Iterator[Row]:
    """How often one verified, heard, decided, was rung and so on."""
    for name, held in HOLDINGS.items():
        if held.shown_in == "acts":
            label, _, column = name.rpartition(".")
            count = apps.get_model(label)._default_manager.filter(**{column: of}).count()
            if count:
                yield row(what=f"{label.partition('.')[2]}: {column}".replace("_", " "), count=count)


def case_looks(of: Person, _language: str) -> Iterator[Row]:
    """When a coordinator saw one's name in the picture around a case, and the reason that they gave."""
    for look in CaseLook.objects.filter(named=of).order_by("looked_at", "pk"):
        yield row(at=look.looked_at, why=look.reason)


def farewell(of: Person, _language: str) -> Iterator[Row]:
    for left in Farewell.objects.filter(person=of):
        yield row(asked_at=left.asked_at, forget_at=left.forget_at)


def records(of: Person, _language: str) -> Iterator[Row]:
    """Those of a concern for whoever said it alone: the side that it is about does not learn of it here either."""
    said = set(Concern.objects.filter(said_by=of).values_list("pk", flat=True))
    for record in records_about(of.pk):
        if "concern" in record.body and record.body["concern"] not in said:
            continue
        yield row(kind=record.kind, at=record.at, chain=record.chain.key, number=record.seq, hash=record.hash)
