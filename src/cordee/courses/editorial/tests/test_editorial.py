"""Pages and news: written by who may, shown to everybody, never lost, and never more than Markdown."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from cordee.core.errors import InputRefused
from cordee.courses.editorial import footer
from cordee.courses.editorial.models import EditorialEdition, EditorialText
from cordee.courses.editorial.showing import page_html
from cordee.courses.editorial.writing import Words, choose_courses, restore_edition, store_text, withdraw_text
from cordee.jobs.site import CHOSEN_COURSES, kept_fact
from cordee.people.granting import grant_role
from cordee.people.models import Account, Role, StaffAct
from cordee.people.organisations import About, make_organisation
from cordee.people.tests.make import make_account, signed_in_client

NOW = dt.datetime(2026, 11, 27, 9, tzinfo=dt.UTC)
EDIT = "/editorial/page/support-us/en"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 60

pytestmark = pytest.mark.django_db


def stored(markdown: str = "Hello.", *, seen: int = 0, publish: bool = True, **more: Any) -> EditorialEdition:
    place = {"kind": "page", "slug": "support-us", "language": "en"} | {
        name: more.pop(name) for name in ("kind", "slug", "language") if name in more
    }
    words = Words(title=more.pop("title", "Support us"), markdown=markdown, **more)
    return store_text(**place, words=words, seen=seen, publish=publish, by=None, now=NOW)


def with_role(role: Role, scope: str = "") -> Account:
    account = make_account()
    grant_role(account=account, role=role, scope=scope, granted_by=None, now=NOW)
    return account


def editor() -> Client:
    return signed_in_client(with_role(Role.OPERATOR))


def typed(**changes: str) -> dict[str, str]:
    return {"title": "Support us", "summary": "", "markdown": "Hello.", "place": "0", "seen": "0", "do": "publish"} | (
        changes
    )


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def test_what_is_stored_is_not_shown_until_somebody_shows_it() -> None:
    client = editor()
    client.post(EDIT, typed(do="draft"))
    assert Client().get("/en/pages/support-us/").status_code == 404
    client.post(EDIT, typed(seen="1"))
    assert "<p>Hello.</p>" in text_of(Client().get("/en/pages/support-us/"))
    assert EditorialEdition.objects.count() == 1


def test_a_shown_page_stays_as_it_was_while_a_draft_of_it_is_written() -> None:
    stored("Old.")
    stored("New.", seen=1, publish=False)
    assert "Old." in text_of(Client().get("/en/pages/support-us/"))


def test_the_same_words_again_add_no_edition() -> None:
    for _again in range(2):
        assert editor().post(EDIT, typed()).status_code == 302
    assert EditorialEdition.objects.count() == 1


def test_two_people_who_write_at_once_lose_nothing_and_the_second_is_told() -> None:
    stored("First.")
    awa, ben = editor(), editor()
    awa.post(EDIT, typed(markdown="By Awa.", seen="1"))
    answer = ben.post(EDIT, typed(markdown="By Ben.", seen="1"), follow=True)
    page = text_of(answer)
    assert "stored this text while you were writing" in page
    assert "By Awa." in page
    assert "By Ben." in page
    assert "By Awa." in text_of(Client().get("/en/pages/support-us/"))  # what was shown stays shown
    assert [one.markdown for one in EditorialEdition.objects.order_by("number")] == ["First.", "By Awa.", "By Ben."]
    ben.post(EDIT, typed(markdown="By both.", seen="3"))
    assert "By both." in text_of(Client().get("/en/pages/support-us/"))
    assert "while you were writing" not in text_of(ben.get(EDIT))


def test_an_older_edition_comes_back_as_the_newest_and_the_history_says_by_whom() -> None:
    first = stored("First.")
    stored("Second.", seen=1)
    account = with_role(Role.PROGRAMME_MANAGER)
    client = signed_in_client(account)
    assert "First." in text_of(client.get(f"{EDIT}/editions/1"))
    assert client.post(f"{EDIT}/editions/1").status_code == 302
    latest = EditorialEdition.objects.get(number=3)
    assert (latest.markdown, latest.made_by) == ("First.", account)
    assert "First." in text_of(Client().get("/en/pages/support-us/"))
    assert account.name in text_of(client.get(EDIT))
    restore_edition(edition=first, by=account, now=NOW)  # twice is once
    assert EditorialEdition.objects.count() == 3


def test_a_page_that_is_taken_back_is_gone_for_readers_and_keeps_its_history() -> None:
    edition = stored()
    assert editor().post(f"{EDIT}/withdraw").status_code == 302
    assert Client().get("/en/pages/support-us/").status_code == 404
    assert edition.text.editions.count() == 1
    acts = StaffAct.objects.filter(act="editorial.edit").count()
    withdraw_text(text=EditorialText.objects.get(), by=None, now=NOW)
    assert StaffAct.objects.filter(act="editorial.edit").count() == acts


def test_a_preview_stores_nothing_and_keeps_what_was_typed() -> None:
    page = text_of(editor().post(EDIT, typed(markdown="A *draft*.", do="preview")))
    assert "A <em>draft</em>." in page
    assert "A *draft*.</textarea>" in page
    assert not EditorialText.objects.exists()


@pytest.mark.parametrize("role", [Role.TEACHER, Role.AUTHOR, Role.TUTOR, Role.SUPPORT])
def test_only_operators_and_programme_managers_write(role: Role) -> None:
    client = signed_in_client(with_role(role))
    for method in (client.get, client.post):
        assert method(EDIT).status_code == 403
    assert client.post("/editorial/home", {"keys": ""}).status_code == 403
    assert client.post("/editorial/pictures").status_code == 403


def test_a_role_in_one_school_is_no_role_for_the_site_s_pages() -> None:
    client = signed_in_client(with_role(Role.PROGRAMME_MANAGER, "org:Lerins"))
    assert client.get("/editorial").status_code == 403
    assert client.post(EDIT, typed()).status_code == 403


def test_a_form_of_another_site_is_refused() -> None:
    account = with_role(Role.OPERATOR)
    client = Client(enforce_csrf_checks=True)
    client.cookies = signed_in_client(account).cookies
    assert client.post(EDIT, typed()).status_code == 403
    assert not EditorialText.objects.exists()


@pytest.mark.parametrize(
    ("markdown", "never"),
    [
        ("<script>alert(1)</script>", "<script>alert"),
        ("<img src=x onerror=alert(1)>", "<img"),
        ("[click](javascript:alert(1))", 'href="javascript'),
        ("![spy](https://elsewhere.example/a.png)", "<img"),
        ('[a](https://a.example "t\\" onclick=x")', "onclick=x>"),
    ],
)
def test_markdown_never_becomes_script_nor_a_picture_of_another_site(markdown: str, never: str) -> None:
    assert never not in page_html(markdown, language="en", day=NOW.date())


def test_headings_of_a_page_follow_its_title_without_a_gap() -> None:
    html = page_html("## One\n\n### Two", language="en", day=NOW.date())
    assert html.count("<h2>") == html.count("<h3>") == 1


def test_a_picture_is_added_once_and_shown_from_the_site_s_own_files() -> None:
    client = editor()
    for _again in range(2):
        answer = text_of(client.post("/editorial/pictures", {"picture": SimpleUploadedFile("a.png", PNG)}))
    name = answer.partition("](files/")[2].partition(")")[0]
    client.post(EDIT, typed(markdown=f"![Two people](files/{name})"))
    page = text_of(Client().get("/en/pages/support-us/"))
    assert 'alt="Two people"' in page
    assert f"/{name.partition('.')[0]}" in page
    refused = client.post("/editorial/pictures", {"picture": SimpleUploadedFile("a.png", b"no picture")})
    assert refused.status_code == 400
    assert "no picture that browsers show" in text_of(refused)


def test_a_text_that_shows_a_picture_that_is_not_here_is_refused_with_what_was_typed() -> None:
    answer = editor().post(EDIT, typed(markdown=f"![A](files/{'0' * 64}.png)"))
    assert answer.status_code == 400
    assert "Add the file first" in text_of(answer)
    assert "0" * 64 in text_of(answer)


def test_funders_are_listed_from_the_organisations_of_this_kind() -> None:
    for code, kind in (("Clairvoie", "funder"), ("Rivoire", "company")):
        make_organisation(code=code, about=About(name_fr=code, name_en=code, kind=kind), by=None, now=NOW)
    html = page_html("[funders]", language="en", day=NOW.date())
    assert "Clairvoie" in html
    assert "Rivoire" not in html


def test_a_page_that_is_not_translated_is_shown_in_its_own_language_and_says_so() -> None:
    stored()
    page = text_of(Client().get("/fr/pages/support-us/"))
    assert '<article lang="en">' in page
    assert "elle n’est pas encore traduite" in page
    stored("Bonjour.", language="fr")
    assert "pas encore traduite" not in text_of(Client().get("/fr/pages/support-us/"))


def test_news_is_listed_newest_first_in_its_language_with_a_feed() -> None:
    for slug, day in (("old", dt.date(2026, 1, 2)), ("new", dt.date(2026, 11, 2))):
        stored(kind="news", slug=slug, title=f"The {slug} one", day=day, summary="In short.")
    stored(kind="news", slug="hidden", title="Hidden", day=dt.date(2026, 12, 1), publish=False)
    page = text_of(Client().get("/en/news/"))
    assert page.index("The new one") < page.index("The old one")
    assert "Hidden" not in page
    feed = Client().get("/en/feeds/news.atom")
    assert feed["Content-Type"].startswith("application/atom+xml")
    assert text_of(feed).count("<entry>") == 2
    assert "The new one" not in text_of(Client().get("/fr/news/"))
    assert "The new one" in text_of(Client().get("/en/"))


def test_the_footer_leads_to_the_pages_that_the_operator_chose_in_their_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(footer, "KEPT", {})
    stored(title="Second", in_footer=True, place=2)
    stored(slug="about", title="First", in_footer=True, place=1)
    stored(slug="aside", title="Aside")
    foot = text_of(Client().get("/en/news/")).partition("<footer")[2]
    assert foot.index("First") < foot.index("Second")
    assert "Aside" not in foot


def test_what_may_not_be_is_refused_with_a_sentence() -> None:
    for words, sentence in (
        ({"slug": "Not An Address"}, "small letters"),
        ({"title": " "}, "A title has"),
        ({"title": "x" * 201}, "A title has"),
        ({"markdown": "x" * 50_001}, "Make two pages"),
        ({"kind": "news", "slug": "n"}, "News has a day"),
        ({"place": 100}, "number from 0"),
    ):
        with pytest.raises(InputRefused, match=sentence):
            stored(**words)
    assert not EditorialText.objects.exists()


def test_the_courses_of_the_home_page_are_those_that_exist() -> None:
    with pytest.raises(InputRefused, match="no course"):
        choose_courses(keys=["Lerins+GONE"], by=None, now=NOW)
    client = editor()
    answer = client.post("/editorial/home", {"keys": "Lerins+GONE"})
    assert answer.status_code == 400
    assert "Lerins+GONE</textarea>" in text_of(answer)
    assert client.post("/editorial/home", {"keys": " "}).status_code == 302
    assert kept_fact(CHOSEN_COURSES) == []


def test_a_new_one_is_given_an_address_first() -> None:
    client = editor()
    answer = client.post("/editorial/new/page", {"language": "fr", "slug": "qui-paie"})
    assert answer["Location"] == "/editorial/page/qui-paie/fr"
    assert client.post("/editorial/new/page", {"language": "fr", "slug": "Qui paie"}).status_code == 400
    assert client.get("/editorial/new/letter").status_code == 404
    assert client.get("/editorial/page/qui-paie/de").status_code == 404
