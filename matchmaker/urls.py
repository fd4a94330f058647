"""Every address of the service."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from api.view import graphql
from matchmaker import health
from matchmaker.metrics import metrics

urlpatterns: list[URLPattern | URLResolver] = [
    path("livez", health.live, name="live"),
    path("readyz", health.ready, name="ready"),
    path("metrics", metrics, name="metrics"),
    path("graphql", graphql, name="graphql"),
    path("operators/", admin.site.urls),
    path("", include("matchmaker.web.urls")),
]

handler404 = "matchmaker.web.views.errors.not_found"
handler500 = "matchmaker.web.views.errors.our_fault"
