"""Pages and the files they need travel in a fifth of their bytes: on a slow phone that is what one waits for."""

from collections.abc import Callable
from typing import Final

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.text import compress_string

COMPRESSED: Final = frozenset(
    {"text/html", "text/css", "text/javascript", "image/svg+xml", "application/manifest+json"}
)
WORTH_IT_BYTES: Final = 500
PADDING_BYTES: Final = 100
"""At random on every page, so that its length tells nothing of the secrets in it."""


class Compression:
    """Answers of the API and live updates stay as they are."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        kind = response.headers.get("Content-Type", "").partition(";")[0]
        if kind not in COMPRESSED or response.has_header("Content-Encoding"):
            return response
        patch_vary_headers(response, ("Accept-Encoding",))
        if (
            request.method == "HEAD"
            or response.status_code == 206
            or "gzip" not in request.headers.get("Accept-Encoding", "")
        ):
            return response
        return _compressed(response)


def _compressed(response: HttpResponseBase) -> HttpResponseBase:
    if isinstance(response, FileResponse):
        response = _whole(response)
    if not isinstance(response, HttpResponse) or len(response.content) < WORTH_IT_BYTES:
        return response
    is_page = response.headers["Content-Type"].startswith("text/html")
    response.content = compress_string(response.content, max_random_bytes=PADDING_BYTES if is_page else None)
    response.headers["Content-Encoding"] = "gzip"
    response.headers["Content-Length"] = str(len(response.content))
    return response


def _whole(response: FileResponse) -> HttpResponse:
    """A small file of our own, read at once."""
    whole = HttpResponse(response.getvalue(), status=response.status_code, headers=response.headers)
    response.close()
    return whole
