"""Rounds, proposals, matches, visits, outcomes and the ledger."""
