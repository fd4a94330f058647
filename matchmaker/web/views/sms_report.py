"""Where the SMS gateway reports what became of a message; a machine's door, opened by a signature alone."""

import json
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from matchmaker.errors import NotFound
from matchmaker.notices import actions
from matchmaker.notices.sms_gateway import is_signed

LONGEST: Final = 10_000


@csrf_exempt
@require_POST
def sms_report(request: HttpRequest) -> HttpResponse:
    """204 once it is noted, 403 without our signature, 400 for what cannot be read, 404 for a message not of ours."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > LONGEST:
        return HttpResponse(status=413)
    now = timezone.now()
    timestamp, signature = request.headers.get("X-Timestamp", ""), request.headers.get("X-Signature", "")
    if not is_signed(timestamp=timestamp, signature=signature, body=request.body, now=now):
        return HttpResponse(status=403)
    read = _read(request.body)
    if read is None:
        return HttpResponse(status=400)
    reference, status = read
    try:
        if status == "delivered":
            actions.confirm_delivery(reference=reference, now=now)
        else:
            actions.report_failure(reference=reference, now=now)
    except NotFound:
        return HttpResponse(status=404)
    return HttpResponse(status=204)


def _read(body: bytes) -> tuple[UUID, str] | None:
    """Reference and status of a report; None where it is none."""
    try:
        found: Any = json.loads(body)
        reference, status = UUID(str(found["reference"])), found["status"]
    except (ValueError, KeyError, TypeError):
        return None
    return (reference, status) if status in ("delivered", "failed") else None
