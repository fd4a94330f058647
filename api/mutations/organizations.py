"""Organizations, who belongs to them, and posts with terms."""
