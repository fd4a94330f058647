"""The fields of Query, room by room; each calls one query of its context."""
