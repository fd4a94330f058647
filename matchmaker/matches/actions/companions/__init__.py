"""Companions, from being willing to what the three say apart; each module is one step of that way."""
