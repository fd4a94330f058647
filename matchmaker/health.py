"""What the machine around us may ask: does the process live, and can it serve?"""

from django.http import HttpRequest, HttpResponse, JsonResponse


def live(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return JsonResponse({"alive": True})


def ready(request: HttpRequest) -> HttpResponse:
    """The process can serve people."""
    return JsonResponse({"ready": True})
