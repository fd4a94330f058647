"""The inbox and the ways a notice is delivered."""
