"""In whose name help is offered: one's own, or that of a person whom a worker of the area heard."""

from datetime import datetime

from matchmaker.community import actions as community
from matchmaker.community.actions.consents import checked_manner
from matchmaker.community.care import is_cared_for
from matchmaker.community.models import ConsentKind, Person
from matchmaker.community.viewers import Viewer
from matchmaker.errors import NotFound
from matchmaker.needs.drafts import OfferDraft


def giver_of(viewer: Viewer, draft: OfferDraft) -> Person:
    """The person of the draft, oneself where nobody is named; NotFound beyond the areas the viewer works for."""
    people = Person.objects.select_related("household", "community").filter(left_at__isnull=True)
    if draft.for_person is None:
        return people.get(pk=viewer.require_person())
    person = people.filter(public_id=draft.for_person).first()
    if person is None or not (person.pk == viewer.person_id or is_cared_for(viewer, person)):
        raise NotFound(field="for_person")
    if person.pk != viewer.person_id:
        checked_manner(draft.consent, is_own=False, paper_kept_at=draft.paper_kept_at, field="consent")
    return person


def keep_consent(viewer: Viewer, draft: OfferDraft, person: Person | None, *, now: datetime) -> None:
    """What the giver agreed to is kept, where a worker heard it."""
    if person is None or person.pk == viewer.person_id:
        return
    community.give_consent(
        viewer=viewer,
        person_id=person.public_id,
        kind=ConsentKind.PROXY,
        manner=draft.consent,
        paper_kept_at=draft.paper_kept_at,
        now=now,
    )
