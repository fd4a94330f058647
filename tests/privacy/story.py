"""What happens in the databases of the backup's test: each step runs in a process of its own, as an operator would."""

import json
import sys
from collections.abc import Callable
from typing import Any

import django

django.setup()

from django.db import connection  # noqa: E402  # the settings come first
from django.test import Client  # noqa: E402

from matchmaker.community.models import Person, SignInCode  # noqa: E402
from matchmaker.matches.actions import publish_score_cards  # noqa: E402
from matchmaker.matches.models import LedgerEntry  # noqa: E402
from matchmaker.needs.models import Offer  # noqa: E402
from matchmaker.privacy.actions import forget_due, leave  # noqa: E402
from matchmaker.records import guards  # noqa: E402
from matchmaker.records.models import PersonKey, Record  # noqa: E402
from tests.privacy.grep import needles_of, number_people_from, places_of  # noqa: E402
from tests.towns import user_of, viewer_of  # noqa: E402
from tests.way import AGREED, moment_of, way_to  # noqa: E402

NOW = moment_of(AGREED)


def fill() -> Any:
    """A town in which help is agreed; somebody is signed in."""
    from matchmaker.needs.actions import load_service_types

    load_service_types()
    publish_score_cards(now=NOW)
    number_people_from()
    way = way_to(AGREED)
    Client().force_login(user_of(way.town.helper))
    SignInCode.objects.create(
        user=user_of(way.town.helper), challenge_hash="c", code_hash="h", created_at=NOW, expires_at=NOW
    )
    asker = Person.objects.get(pk=way.town.asker.pk)
    return {"asker": asker.pk, "helper": way.town.helper.pk, "needles": needles_of(asker)}


def forget(person_id: int) -> Any:
    leave(viewer=viewer_of(Person.objects.get(pk=person_id), now=NOW), now=NOW, at_once=True)
    return forget_due(now=NOW)


def look(needles: dict[str, str], helper_id: int) -> Any:
    helper = Person.objects.get(pk=helper_id)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_session")
        sessions = cursor.fetchone()[0]
    return {
        "found": {name: sorted(places) for name, places in places_of(needles).items()},
        "helper": [helper.name, helper.phone, user_of(helper).sign_in_name, Offer.objects.get(person=helper).title],
        "persons": Person.objects.count(),
        "records": Record.objects.count(),
        "keys_gone": PersonKey.objects.filter(key=None).count(),
        "ledger": LedgerEntry.objects.count(),
        "guards_missing": guards.missing(connection),
        "sessions": sessions,
        "codes": SignInCode.objects.count(),
    }


STEPS: dict[str, Callable[..., Any]] = {"fill": fill, "forget": forget, "look": look}

if __name__ == "__main__":
    step, given = sys.argv[1], json.loads(sys.argv[2])
    print(json.dumps(STEPS[step](**given)))
