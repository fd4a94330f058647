"""One class for each thing a person can do; each calls one action."""
