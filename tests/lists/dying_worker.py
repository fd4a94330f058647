"""Runs an import and stops between its writes and its commit, to be killed there: PK DATABASE FILE."""

import os
import sys
import time
from pathlib import Path
from typing import Any


def main(import_id: int, database: str, written: Path) -> None:
    from django.conf import settings

    settings.DATABASES["default"]["NAME"] = database
    import django

    django.setup()
    from matchmaker.community.models import Person
    from matchmaker.lists import actions
    from matchmaker.lists.actions import running
    from tests.town_rows import NOW

    def wait_for_the_blow(**_given: Any) -> None:
        draft = written.with_suffix(".draft")
        draft.write_text(str(Person.objects.filter(external_id__startswith="L-").count()))
        draft.rename(written)
        time.sleep(120)

    running.commit = wait_for_the_blow
    actions.run_import(import_id=import_id, now=NOW)


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "matchmaker.settings"
    main(int(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
