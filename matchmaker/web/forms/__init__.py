"""What the pages ask, and how the answers are read."""
