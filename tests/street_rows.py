"""A street map for the small town: the two buildings of its grid stand 50 m apart, and 650 m along the streets."""

import math
from typing import Final

import numpy as np

from matchmaker.community.actions.streets import put_street_map
from matchmaker.community.street_files import StreetFile
from tests.town_rows import NOW, ORIGIN

STEP_M: Final = 10.0
STEPS: Final = 30
EAST_DEGREES: Final = 0.0006
"""From building 1 to building 2."""
ACROSS_M: Final = EAST_DEGREES * 111_195.08 * math.cos(math.radians(ORIGIN[0]))
ROUND_M: Final = 2 * STEPS * STEP_M + ACROSS_M


def a_street_map(*, further_north: float = 0.0) -> StreetFile:
    """Two roads that lead southwards from the two buildings, and are joined at their southern ends alone."""
    south = ORIGIN[0] + further_north - np.arange(STEPS + 1) * STEP_M / 111_195.08
    along = np.arange(STEPS)
    count = STEPS + 1
    return StreetFile(
        node_ids=np.arange(1, 2 * count + 1),
        latitudes=np.concatenate([south, south]),
        longitudes=np.concatenate([np.full(count, ORIGIN[1]), np.full(count, ORIGIN[1] + EAST_DEGREES)]),
        tails=np.concatenate([along, along + count, [STEPS]]),
        heads=np.concatenate([along + 1, along + count + 1, [2 * count - 1]]),
        checksum="a" * 64,
    )


def put_the_street_map(*, further_north: float = 0.0) -> None:
    """The map is imported, of the town or of a place elsewhere; its source is named "The town's surveyors"."""
    file = a_street_map(further_north=further_north)
    put_street_map(name="town", file=file, attribution="The town's surveyors", now=NOW)
