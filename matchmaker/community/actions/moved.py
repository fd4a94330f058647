"""What the database noted of whoever was written goes with whoever is forgotten."""

from collections.abc import Collection

from matchmaker.community.models import Moved, MovedKind


def forget_moved(*, person_id: int, offer_ids: Collection[int]) -> None:
    """No note leads to the person or their offers; whoever keeps offers in memory lost them when the person left."""
    Moved.objects.filter(kind=MovedKind.PERSON, key=person_id).delete()
    Moved.objects.filter(kind=MovedKind.OFFER, key__in=list(offer_ids)).delete()
