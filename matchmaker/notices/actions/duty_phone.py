"""The number at which the duty post of an area is reached."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from matchmaker.community.models import Area, PostKind
from matchmaker.community.sign_in_names import normal_phone
from matchmaker.community.viewers import Viewer
from matchmaker.errors import InvalidInput, NotAllowed, NotFound
from matchmaker.notices.models import DutyPhone


def set_duty_phone(*, viewer: Viewer, area_id: UUID, phone: str, now: datetime) -> Area:
    """The duty post of the area is reached at this number, as its coordinator says; an empty one takes it away."""
    person_id = viewer.require_person()
    number = normal_phone(phone) if phone.strip() else ""
    if number is None:
        raise InvalidInput("This is no phone number.", message_zh="这不是电话号码。", field="phone")
    with transaction.atomic():
        area = Area.objects.select_for_update(no_key=True).filter(public_id=area_id).first()
        if area is None:
            raise NotFound(field="area_id")
        if not viewer.holds(PostKind.COORDINATOR, area.path):
            raise NotAllowed
        if number:
            said = {"phone": number, "set_by_id": person_id, "set_at": now}
            DutyPhone.objects.update_or_create(area=area, defaults=said)
        else:
            DutyPhone.objects.filter(area=area).delete()
    return area
