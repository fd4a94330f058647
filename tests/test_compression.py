"""What travels in fewer bytes, and what does not."""

import gzip

import pytest
from django.test import Client

GZIP = {"Accept-Encoding": "gzip, br"}


@pytest.mark.django_db
class TestCompression:
    def test_sends_pages_in_fewer_bytes_to_whoever_can_read_them(self) -> None:
        whole, small = Client().get("/sign-in"), Client().get("/sign-in", headers=GZIP)

        assert small.headers["Content-Encoding"] == "gzip"
        assert int(small.headers["Content-Length"]) == len(small.content) < len(whole.content) / 2
        assert gzip.decompress(small.content).endswith(b"</html>\n")
        assert "Content-Encoding" not in whole.headers
        assert all("Accept-Encoding" in answer.headers["Vary"] for answer in (whole, small))

    def test_hides_the_length_of_a_page(self) -> None:
        lengths = {len(Client().get("/sign-in", headers=GZIP).content) for _ in range(20)}

        assert len(lengths) > 5

    def test_sends_files_in_fewer_bytes_too_and_once_only(self) -> None:
        whole, small = (Client().get("/static/web/house.css", headers=headers) for headers in ({}, GZIP))
        again = Client().get("/static/web/house.css", headers=GZIP | {"If-None-Match": small.headers["ETag"]})

        assert gzip.decompress(small.content) == b"".join(whole)
        assert int(small.headers["Content-Length"]) == len(small.content)
        assert again.status_code == 304

    def test_leaves_the_api_and_pictures_as_they_are(self) -> None:
        answer = Client().post("/graphql", {"query": "{ viewer { language } }"}, "application/json", headers=GZIP)
        icon = Client().get("/static/web/icon-192.png", headers=GZIP)

        assert "Content-Encoding" not in answer.headers
        assert "Content-Encoding" not in icon.headers
