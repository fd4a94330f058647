"""Lists on their way in that name somebody who is forgotten."""

from datetime import datetime
from typing import Final

from matchmaker.community.models import Person
from matchmaker.community.sign_in_names import normal_phone
from matchmaker.lists.models import OVER, ImportRun, ImportState, ImportUpload

NAMES_SOMEBODY_FORGOTTEN: Final = "NAMES_SOMEBODY_FORGOTTEN"


def forget_lists(person: Person, *, now: datetime) -> int:
    """No list that waits names the person: it is erased whole, for half a list is not what was confirmed. How many.

    Whoever uploaded it uploads it again without them.
    """
    known = {text for text in (person.name, person.phone, person.email, person.external_id) if text}
    waiting = ImportUpload.objects.filter(run__community_id=person.community_id).order_by("pk")
    naming = [upload for upload in waiting.iterator(chunk_size=1) if _names(upload, known)]
    runs = ImportRun.objects.filter(pk__in=[upload.run_id for upload in naming]).exclude(state__in=OVER)
    runs.update(state=ImportState.WITHDRAWN, finished_at=now, failure_code=NAMES_SOMEBODY_FORGOTTEN)
    ImportUpload.objects.filter(pk__in=[upload.pk for upload in naming]).delete()
    return len(naming)


def _names(upload: ImportUpload, known: set[str]) -> bool:
    return any(
        str(cell).strip() in known or (normal_phone(str(cell)) or "") in known
        for _number, cells in upload.rows
        for cell in cells
        if cell
    )
