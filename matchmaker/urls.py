"""Every address of the service."""

from django.urls import URLPattern, URLResolver, path

from matchmaker import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("livez", health.live, name="live"),
    path("readyz", health.ready, name="ready"),
]
