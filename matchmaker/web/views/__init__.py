"""One view per page: read what was sent, call one action or query, draw."""
