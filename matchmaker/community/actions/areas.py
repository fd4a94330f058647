"""Planting areas: each one knows its path from the root."""

from uuid import uuid4

from django.db import IntegrityError, transaction

from matchmaker.community.area_paths import path_under
from matchmaker.community.models import Area, AreaLevel
from matchmaker.errors import DomainError


class AreaOutOfPlace(DomainError):
    code = "AREA_OUT_OF_PLACE"
    message = "An area stands below one of a higher level, and only a region stands alone."
    message_zh = "区域必须放在更高一级的区域之下，只有最高一级可以没有上级。"


class AreaNameTaken(DomainError):
    code = "AREA_NAME_TAKEN"
    message = "There is an area of this name here already."
    message_zh = "这里已经有同名的区域了。"


def plant_area(
    *,
    parent: Area | None,
    level: AreaLevel,
    name: str,
    name_en: str = "",
    building: str = "",
    latitude: float | None = None,
    longitude: float | None = None,
    time_zone: str = "",
) -> Area:
    """The area stands under its parent, with the one path that leads to it."""
    if (parent is None) != (level == AreaLevel.REGION) or (parent is not None and parent.level >= level):
        raise AreaOutOfPlace(field="level")
    with transaction.atomic():
        if Area.objects.filter(parent=parent, name=name).exists():
            raise AreaNameTaken(field="name")
        try:
            with transaction.atomic():
                area = Area.objects.create(
                    level=level,
                    parent=parent,
                    parent_level=parent.level if parent else None,
                    # Replaced below: the path ends with a key that the database has yet to give.
                    path=f"unplanted/{parent.pk if parent else 0}/{name}"[:120],
                    name=name,
                    name_en=name_en,
                    building=building,
                    latitude=latitude,
                    longitude=longitude,
                    time_zone=time_zone,
                )
        except IntegrityError as error:
            raise AreaOutOfPlace(field="level") from error
        area.path = path_under(parent.path if parent else "", area.pk)
        area.save(update_fields=["path"])
    return area


def plant_all(areas: list[Area]) -> list[Area]:
    """Many areas of one level stand under parents that stand already: four statements for a thousand households."""
    with transaction.atomic():
        for area in areas:
            area.path = f"unplanted/{uuid4()}"  # replaced below, as above
        Area.objects.bulk_create(areas, batch_size=500)
        for area in areas:
            area.path = path_under(area.parent.path if area.parent else "", area.pk)
        Area.objects.bulk_update(areas, ["path"], batch_size=500)
    return areas
