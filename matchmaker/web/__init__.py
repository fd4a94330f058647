"""The pages: views, templates and static files; no models."""
