"""How a word reached us: the same codes for needs, consents, answers and outcomes."""

from typing import Final

from django.db import models


class Channel(models.TextChoices):
    APP = "APP"
    DESK = "DESK"
    PHONE = "PHONE"
    PAPER = "PAPER"
    DOORSTEP = "DOORSTEP"


HEARD: Final = frozenset({Channel.DESK, Channel.PHONE, Channel.PAPER, Channel.DOORSTEP})
"""Ways in which a worker takes the word of somebody else."""
