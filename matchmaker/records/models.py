"""The append-only chain of what was agreed and decided, without a word about who anybody is."""

from django.db import models
from django.db.models import Q


class Chain(models.Model):
    """One chain of records and its head; a community has its own."""

    key = models.CharField(max_length=100, unique=True)
    head_seq = models.PositiveBigIntegerField(default=0)
    head_hash = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"chain {self.key}"


class Record(models.Model):
    """One entry: ids and numbers, and for each person in it a commitment that only their key can open."""

    chain = models.ForeignKey(Chain, on_delete=models.PROTECT, related_name="records")
    seq = models.PositiveBigIntegerField()
    kind = models.CharField(max_length=60)
    at = models.DateTimeField()
    body = models.JSONField(help_text="Ids, numbers and codes; no free text and no person.")
    commitments = models.JSONField(help_text="HMACs in the order in which the persons were named.")
    prev_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="record_has_its_own_place", fields=["chain", "seq"]),
            models.CheckConstraint(name="record_places_start_at_one", condition=Q(seq__gte=1)),
        ]

    def __str__(self) -> str:
        return f"record {self.seq} of chain {self.chain_id}"


class PersonKey(models.Model):
    """The key under which records commit to a person; forgetting destroys it, and the row stays as the list of the
    forgotten."""

    person_id = models.BigIntegerField(unique=True)
    key = models.BinaryField(max_length=32, null=True)
    forgotten_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="person_key_is_there_or_forgotten",
                condition=Q(key__isnull=False, forgotten_at__isnull=True)
                | Q(key__isnull=True, forgotten_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"key of person {self.person_id}"


class RecordPerson(models.Model):
    """Says which commitment of a record is about whom, as long as they are not forgotten."""

    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="persons")
    person_key = models.ForeignKey(PersonKey, on_delete=models.PROTECT, related_name="records")
    position = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(name="record_person_has_one_position", fields=["record", "position"])]

    def __str__(self) -> str:
        return f"position {self.position} of record {self.record_id}"
