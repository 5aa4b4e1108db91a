"""Does every error become the right page, or the right JSON, with the right status?"""

from __future__ import annotations

import json

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path

from cordee.core.errors import Conflict, InputRefused, NotAllowed, NotFound, NotYet, TooLarge, TooMany
from cordee.people.permissions import SignInRequired
from cordee.web import urls as site

ERRORS = {
    "refused": InputRefused("The date {date} is no date. Write a day.", date="<b>x</b>"),
    "forbidden": NotAllowed("Not for you."),
    "absent": NotFound("Not there."),
    "late": Conflict("Too late."),
    "early": NotYet("Read the unit first."),
    "large": TooLarge("Too large."),
    "often": TooMany("Wait {minutes} minutes.", retry_after_s=120, minutes=2),
    "stranger": SignInRequired("Sign in."),
    "denied": PermissionDenied("secret reason"),
    "gone": Http404("secret reason"),
    "defect": ZeroDivisionError("secret reason"),
}


def fail(request: HttpRequest, name: str) -> HttpResponse:
    raise ERRORS[name]


urlpatterns = [path("fail/<name>", fail), *site.urlpatterns]
handler400 = "cordee.web.refusals.bad_request"
handler403 = "cordee.web.refusals.permission_denied"
handler404 = "cordee.web.refusals.page_not_found"
handler500 = "cordee.web.refusals.server_error"

pytestmark = pytest.mark.urls(__name__)


@pytest.fixture
def reader() -> Client:
    return Client(raise_request_exception=False, headers={"accept-language": "en"})


@pytest.mark.attack(129)
@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("refused", 400),
        ("forbidden", 403),
        ("absent", 404),
        ("late", 409),
        ("early", 409),
        ("large", 413),
        ("often", 429),
        ("denied", 403),
        ("gone", 404),
        ("defect", 500),
    ],
)
def test_each_error_is_a_page_with_its_status_and_without_our_secrets(reader: Client, name: str, status: int) -> None:
    answer = reader.get(f"/fail/{name}")
    text = answer.content.decode()
    assert answer.status_code == status
    assert '<html lang="en"' in text
    assert "secret reason" not in text
    assert "Traceback" not in text
    assert answer.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(("name", "status"), [("refused", 400), ("stranger", 401), ("late", 409), ("defect", 500)])
def test_each_error_is_json_for_who_asks_for_json(reader: Client, name: str, status: int) -> None:
    answer = reader.get(f"/fail/{name}", headers={"accept": "application/json"})
    assert answer.status_code == status
    assert list(json.loads(answer.content)) == ["error"]


def test_values_of_an_error_are_shown_as_text(reader: Client) -> None:
    text = reader.get("/fail/refused").content.decode()
    assert "<b>x</b>" not in text
    assert "&lt;b&gt;x&lt;/b&gt;" in text
    answer = reader.get("/fail/refused", headers={"accept": "application/json"})
    assert answer.json() == {"error": "The date <b>x</b> is no date. Write a day."}


def test_who_tries_too_often_is_told_when_to_come_back(reader: Client) -> None:
    assert reader.get("/fail/often").headers["Retry-After"] == "120"


def test_a_stranger_is_led_to_sign_in_and_back(reader: Client) -> None:
    answer = reader.get("/fail/stranger?a=1&b=2")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/sign-in?next=%2Ffail%2Fstranger%3Fa%3D1%26b%3D2"


def test_a_form_of_a_stranger_does_not_lead_back_to_where_a_form_is_sent(reader: Client) -> None:
    assert reader.post("/fail/stranger").headers["Location"] == "/sign-in?next=%2F"


def test_a_form_without_its_token_is_refused_politely() -> None:
    strict = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
    answer = strict.post("/language", {"language": "fr"})
    assert answer.status_code == 403
    assert "reload the page" in answer.content.decode()


def test_a_page_shell_that_breaks_still_gives_the_sentence(reader: Client) -> None:
    with override_settings(TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}]):
        answer = reader.get("/fail/late")
    assert answer.status_code == 409
    assert "Too late." in answer.content.decode()


def test_what_becomes_possible_one_step_later_is_called_not_yet(reader: Client) -> None:
    assert "Not yet." in reader.get("/fail/early").content.decode()
    late = reader.get("/fail/late").content.decode()
    assert "This can no longer be done." in late
    assert "Not yet." not in late


def test_an_address_that_lacks_its_last_stroke_leads_to_the_page() -> None:
    answer = Client().get("/fr/courses?q=r%C3%A9seau")
    assert (answer.status_code, answer["Location"]) == (301, "/fr/courses/?q=r%C3%A9seau")
    assert Client().head("/en").status_code == 301
    for method, address in (("post", "/fr/courses"), ("get", "/fr/nothing-is-here")):
        assert getattr(Client(), method)(address).status_code == 404, address
