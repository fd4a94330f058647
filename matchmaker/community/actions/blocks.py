"""Two people who are never introduced: rows that only the one who wished it can see."""

from datetime import datetime

from django.db import transaction

from matchmaker.community.models import Person, PersonBlock


def keep_apart(*, person_id: int, blocked_id: int, now: datetime) -> PersonBlock:
    """These two are not introduced from now on; inside the caller's transaction, in which both are locked.

    Whoever promises anything to either of them takes the same locks and looks again. Nothing is recorded in a chain:
    a record that the other's key opens would be a trace of it.
    """
    with transaction.atomic():
        pair = sorted((person_id, blocked_id))
        list(Person.objects.select_for_update(no_key=True).filter(pk__in=pair).order_by("pk").values_list("pk"))
        block, _ = PersonBlock.objects.get_or_create(
            person_id=person_id, blocked_id=blocked_id, defaults={"made_at": now}
        )
    return block


def lift_block(*, person_id: int, blocked_id: int) -> None:
    """The person's own wish is gone; one that the other made stays, and neither learns of it."""
    PersonBlock.objects.filter(person_id=person_id, blocked_id=blocked_id).delete()
