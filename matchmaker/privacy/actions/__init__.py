"""Leaving, being forgotten, certificates, data on paper, and what is cleared away by day."""

from matchmaker.privacy.actions.certifying import Issued, make_certificate, make_certificate_for
from matchmaker.privacy.actions.forgetting import forget_again, forget_due
from matchmaker.privacy.actions.handing_over import hand_over_data
from matchmaker.privacy.actions.leaving import Left, come_back, leave, leave_for, take_back
from matchmaker.privacy.actions.purging import purge_old

__all__ = [
    "Issued",
    "Left",
    "come_back",
    "forget_again",
    "forget_due",
    "hand_over_data",
    "leave",
    "leave_for",
    "make_certificate",
    "make_certificate_for",
    "purge_old",
    "take_back",
]
