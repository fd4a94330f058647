"""Our addresses, and beside them bare views: whoever is signed in sees as many rows, from one query each."""

from typing import Final

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.template import Context, Template
from django.urls import path

from matchmaker.community.models import Person
from matchmaker.needs.models import Need
from matchmaker.urls import urlpatterns as ours

FRAME: Final = """<!doctype html><html lang="en"><head><title>Bare</title></head><body><main><table>
<thead><tr><th>What</th><th>Who</th><th>When</th><th>State</th></tr></thead><tbody>{% for row in rows %}<tr>
CELLS</tr>{% endfor %}</tbody></table></main></body></html>"""
NEEDS: Final = Template(
    FRAME.replace(
        "CELLS",
        """<td><a href="/needs/{{ row.public_id }}">{{ row.service_type.name_zh }}</a></td>
<td>{{ row.for_person.name }}</td>
<td>{{ row.opened_at|date:"Y-m-d H:i" }}</td><td>{{ row.get_state_display }}</td>""",
    )
)
PEOPLE: Final = Template(
    FRAME.replace(
        "CELLS",
        """<th id="{{ row.public_id }}">{{ row.name }}</th><td>{{ row.household.name }}</td>
<td>{{ row.joined_at|date:"Y-m-d H:i" }}</td>
<td>{% for tie in row.ties_as_low.all %}{{ tie.kind }} {{ tie.high_id }}, {% endfor %}</td>""",
    )
)


@login_required
def needs(request: HttpRequest, most: int) -> HttpResponse:
    rows = Need.objects.select_related("service_type", "for_person").order_by("pk")[:most]
    return HttpResponse(NEEDS.render(Context({"rows": rows, "user": request.user})))


@login_required
def people(request: HttpRequest, most: int) -> HttpResponse:
    rows = Person.objects.select_related("household").prefetch_related("ties_as_low").order_by("pk")[:most]
    return HttpResponse(PEOPLE.render(Context({"rows": rows, "user": request.user})))


urlpatterns = [*ours, path("bare/needs/<int:most>", needs), path("bare/people/<int:most>", people)]
