"""The words of a cloud, for who teaches: which of them are shown?"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from cordee.activities.survey.counting import hide_word
from cordee.activities.survey.queries import counts_of
from cordee.core import clock
from cordee.core.errors import N_, NotFound
from cordee.courses.outlines import pick
from cordee.learning.queries import seat_in
from cordee.people.permissions import act


@require_http_methods(["GET", "HEAD", "POST"])
@act("run.teach")
def words(request: HttpRequest, run_key: str, activity_id: str) -> HttpResponse:
    seat = seat_in(request, "run.teach", run_key, clock.now())
    found = seat.outline.entries.get(activity_id)
    if found is None or found[1].tag != "word_cloud":
        raise NotFound(N_("There is no word cloud at this address. Go back to the course outline."))
    place, entry = found
    if request.method == "POST":
        word, hidden = request.POST.get("word", ""), request.POST.get("hide", "") == "1"
        hide_word(run_id=seat.run.pk, activity=activity_id, word=word, hidden=hidden)
        return redirect("cloud-words", run_key, activity_id)
    own, language = seat.outline.language, get_language() or "en"
    context = {
        "title": pick(entry.titles, language, own) or pick(place.unit.titles, language, own),
        "unit_url": f"{reverse('unit', args=[run_key, place.unit.id])}#{activity_id}",
        "words": counts_of(seat.run.pk, [activity_id])[activity_id].words,
    }
    return render(request, "activities/survey/words.html", context)
