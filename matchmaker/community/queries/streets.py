"""The streets of this installation as one network, kept by each process until a map changes."""

import hashlib
from threading import Lock
from typing import Any, Final

import numpy as np
from django.db.models import QuerySet
from numpy.typing import NDArray

from matchmaker.community.models import StreetMap
from matchmaker.community.street_files import unpacked
from matchmaker.engine.streets import Streets, streets_of
from matchmaker.prepared import Prepared

Versions = tuple[tuple[int, str], ...]


_VERSIONS: Final = Prepared(lambda: StreetMap.objects.order_by("pk").values_list("pk", "checksum"))


class _Kept:
    """The network that this process built last, and from which maps."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.versions: Versions = ()
        self.streets: Streets | None = None


_KEPT: Final = _Kept()


def street_network() -> Streets | None:
    """All imported maps as one network, or None where there is none; one small query unless a map changed."""
    versions = tuple(_VERSIONS())
    with _KEPT.lock:
        if versions != _KEPT.versions:
            _KEPT.streets = _joined(_named(versions)) if versions else None
            _KEPT.versions = versions
        return _KEPT.streets


def _named(versions: Versions) -> str:
    """Equal for equal maps, whichever row holds them; it stands in the fingerprint of a round."""
    return hashlib.sha256(" ".join(sorted(checksum for _, checksum in versions)).encode()).hexdigest()


def street_maps() -> QuerySet[StreetMap]:
    """The imported maps without their streets; they are public, as is their source."""
    return StreetMap.objects.defer("packed").order_by("pk")


def street_attributions() -> list[str]:
    """Whom to name wherever a walk is shown."""
    return list(StreetMap.objects.order_by("attribution").values_list("attribution", flat=True).distinct())


def _joined(name: str) -> Streets:
    """Points that several maps share are one, so that a walk may cross from one map to the next."""
    columns = [unpacked(bytes(packed)) for packed in StreetMap.objects.order_by("pk").values_list("packed", flat=True)]
    numbers: NDArray[Any] = np.concatenate([one["node_ids"] for one in columns])
    node_ids, first = np.unique(numbers, return_index=True)

    def rows(name: str) -> NDArray[np.int64]:
        return np.searchsorted(node_ids, np.concatenate([one["node_ids"][one[name]] for one in columns]))

    latitudes = np.concatenate([one["latitudes"] for one in columns])[first]
    longitudes = np.concatenate([one["longitudes"] for one in columns])[first]
    return streets_of(latitudes, longitudes, rows("tails"), rows("heads"), name)
