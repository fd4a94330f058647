"""The way, walked with real ties and real requests in a throw-away database."""
