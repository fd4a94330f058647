"""Reading one's own data, certificates, and whether a paper is genuine."""

from matchmaker.privacy.queries.own_data import OwnData, Section, document_of, own_data, own_data_on_paper

__all__ = ["OwnData", "Section", "document_of", "own_data", "own_data_on_paper"]
