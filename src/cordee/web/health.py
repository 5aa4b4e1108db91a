"""Does this site answer, and does its database?"""

from __future__ import annotations

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from cordee.people.permissions import act


@require_safe
@act("site.health")
def health(request: HttpRequest) -> HttpResponse:
    """For supervisors and load balancers. 1 query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok\n", content_type="text/plain")
