"""Service types, needs, offers and availability."""
