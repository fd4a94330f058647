"""Browsers load nothing from elsewhere."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from matchmaker.headers import CONTENT_POLICY, ContentPolicy


class TestContentPolicy:
    def test_comes_with_every_answer(self, client: Client) -> None:
        response = client.get("/livez")

        assert response.headers["Content-Security-Policy"] == CONTENT_POLICY
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["X-Frame-Options"] == "DENY"
        assert response.headers["Referrer-Policy"] == "same-origin"

    def test_allows_no_script_and_no_style_from_elsewhere_or_in_the_page(self) -> None:
        assert "default-src 'none'" in CONTENT_POLICY
        assert "unsafe" not in CONTENT_POLICY
        assert "http" not in CONTENT_POLICY

    @pytest.mark.parametrize("policy", ["default-src 'self'"])
    def test_leaves_a_view_its_own(self, policy: str) -> None:
        def view(request: HttpRequest) -> HttpResponse:
            return HttpResponse(headers={"Content-Security-Policy": policy})

        response = ContentPolicy(view)(RequestFactory().get("/"))

        assert response.headers["Content-Security-Policy"] == policy
