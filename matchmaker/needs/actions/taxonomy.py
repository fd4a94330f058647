"""The taxonomy of services: from its versioned file into rows."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from django.db import transaction

from matchmaker.needs.models import ServiceType

TAXONOMY: Final = Path(__file__).resolve().parent.parent / "taxonomy" / "v1.json"
# What an entry of the file may say, and what holds where it says nothing.
DEFAULTS: Final[Mapping[str, Any]] = {
    "care_dimension": "",
    "public_duty": False,
    "sensitive": False,
    "companions_allowed": False,
    "required_trainings": [],
    "required_licences": [],
    "required_clearances": [],
    "minimum_helper_age": 14,
    "insured_from_risk": 2,
    "body_care": False,
    "due_hours": {},
}


def load_service_types(path: Path = TAXONOMY) -> int:
    """The rows say what the file says; a type that left it is retired. How many types it holds."""
    taxonomy = json.loads(path.read_text(encoding="utf-8"))
    loaded = set()
    with transaction.atomic():
        for top in taxonomy["types"]:
            parent = _stored(top, taxonomy["version"], parent=None)
            loaded.add(parent.code)
            for entry in top["children"]:
                loaded.add(_stored(entry, taxonomy["version"], parent=parent).code)
        ServiceType.objects.exclude(code__in=loaded).update(retired=True)
    return len(loaded)


def _stored(entry: Mapping[str, Any], version: str, *, parent: ServiceType | None) -> ServiceType:
    fields = {name: entry.get(name, default) for name, default in DEFAULTS.items()}
    fields |= {"name_zh": entry["name_zh"], "name_en": entry["name_en"], "taxonomy_version": version}
    row, _ = ServiceType.objects.update_or_create(
        code=entry["code"], defaults=fields | {"parent": parent, "retired": False}
    )
    return row
