"""How does the page answer on which one says something of oneself?"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from cordee.core import clock
from cordee.people.about_me.forms import AboutMeForm
from cordee.people.about_me.saying import about, say_about_me
from cordee.people.permissions import act, signed_in_account

REFUSED = 400


@require_http_methods(["GET", "HEAD", "POST"])
@act("account.about_me")
def about_me(request: HttpRequest) -> HttpResponse:
    """The answers as they are; posting keeps them. 2 queries to show."""
    person, now = signed_in_account(request), clock.now()
    if request.method != "POST":
        context = {"form": AboutMeForm(now=now, said=about(person)), "done": request.GET.get("done") == "saved"}
        return render(request, "people/about_me.html", context)
    form = AboutMeForm(request.POST, now=now, said=None)
    if not form.is_valid():
        return render(request, "people/about_me.html", {"form": form}, status=REFUSED)
    say_about_me(account=person, said=form.said(), now=now)
    if person.waits_for_parent:
        return HttpResponseRedirect(reverse("agreement"))
    return HttpResponseRedirect(f"{reverse('about-me')}?{urlencode({'done': 'saved'})}")
