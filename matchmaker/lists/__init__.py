"""Lists of people, needs and offers: read from a file, checked, shown, and imported whole or not at all."""
