"""The append-only chain: commit, verify, forget."""
