"""In whose name a need was asked, in one sentence: "X for station Y on behalf of Z"."""

from typing import Final

from matchmaker.community.models import MandateKind
from matchmaker.needs.models import Need

READ_TO_SAY_ASKED_AS: Final = (
    "for_person_id",
    "for_person__name",
    "asked_by_id",
    "asked_by__name",
    "mandate__kind",
    "mandate__station__name",
    "mandate__station__name_en",
)


def asked_as(need: Need, language: str) -> str:
    """The sentence for whoever may read who asked; `mandate` and its station are read with the row."""
    zh = language.startswith("zh")
    asker, person = need.asked_by.name, need.for_person.name
    if need.asked_by_id == need.for_person_id:
        return f"{person}本人提出" if zh else f"{person}, in person"
    mandate = need.mandate
    if mandate is None:
        return f"{asker}为{person}登记" if zh else f"{asker}, a worker of the area, on behalf of {person}"
    if mandate.kind == MandateKind.AGENT and mandate.station is not None:
        station = mandate.station
        if zh:
            return f"{asker}代表{station.name}为{person}提出"
        return f"{asker} for {station.name_en or station.name} on behalf of {person}"
    return f"{asker}受{person}委托提出" if zh else f"{asker} on behalf of {person}"
