"""The door: operators alone, signed in as everybody is. There is no password to ask for."""

from typing import Any, NoReturn

from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse


class OperatorSite(AdminSite):
    """Its tables are found by whoever is an operator; for others signed in there is no such page."""

    site_header = "邻里搭桥 · matchmaker"
    site_title = "matchmaker"
    index_title = "运行情况 · How it runs"
    site_url = "/"

    def has_permission(self, request: HttpRequest) -> bool:
        return request.user.is_active and request.user.is_staff

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """One list of the tables, by their names for readers."""
        found = super().get_app_list(request, app_label)
        for app in found:
            for model in app["models"]:
                model["name"] = self._registry[model["model"]].title  # type: ignore[attr-defined]  # each is a ReadOnly
        return found

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if request.user.is_authenticated:
            raise Http404
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"), reverse("sign-in"))

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> NoReturn:
        raise Http404  # nobody here has a password
