"""Reading one's own data, certificates, and whether a paper is genuine."""

from matchmaker.privacy.queries.own_data import OwnData, Section, document_of, own_data, person_on_paper
from matchmaker.privacy.queries.papers import (
    CertificateNotGenuine,
    Checked,
    checked_certificate,
    farewell_of,
    organizations_helped_through,
    own_certificates,
)

__all__ = [
    "CertificateNotGenuine",
    "Checked",
    "OwnData",
    "Section",
    "checked_certificate",
    "document_of",
    "farewell_of",
    "organizations_helped_through",
    "own_certificates",
    "own_data",
    "person_on_paper",
]
