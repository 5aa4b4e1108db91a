"""Is a report asked for, compared and a table emptied without a dead end, and without losing anything?"""

from __future__ import annotations

import io
import uuid
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from cordee.bilan.columns import columns_of
from cordee.bilan.editions import edition_file_of, edition_of
from cordee.bilan.folder.faults import Faults
from cordee.bilan.folder.reading import read_rows
from cordee.bilan.models import SheetRow
from cordee.bilan.names import class_called
from cordee.bilan.office import editing, labels, packing
from cordee.bilan.office.pasting import read_pasted
from cordee.bilan.office.queries import held
from cordee.bilan.office.sheets import tag_of
from cordee.bilan.programme import Share
from cordee.bilan.tests.make import programme
from cordee.bilan.tests.test_office import NOW, REVENUE, added, hidden, manager, store, words_of
from cordee.people.models import StaffAct
from cordee.people.tests.make import signed_in_client


@pytest.fixture
def client(db: None) -> Client:
    store(programme())
    return signed_in_client(manager())


# ---- asking ----


@pytest.mark.parametrize("place", ["report", "report.pdf", "data.zip"])
@pytest.mark.parametrize(
    ("query", "field", "said"),
    [
        ("period=soon", "id_period", "“soon” is no period. Write 2016, 2013-2016"),
        ("period=2016-2013", "id_period", "ends before it begins"),
        ("period=2016&category=x", "id_category", "There is no such category"),
        ("period=2016&school=Nowhere", "id_school", "No course here is by this school"),
    ],
)
def test_a_choice_that_is_none_comes_back_with_its_form_and_what_to_write(
    client: Client, place: str, query: str, field: str, said: str
) -> None:
    answer = client.get(f"/bilan/{place}?{query}&lang=en")
    page = answer.content.decode()
    assert answer.status_code == 400
    assert said in words_of(page)
    assert f'href="#{field}"' in page
    assert f'id="{field}"' in page
    assert f"{field}_error" in page
    if query == "period=soon":
        assert 'value="soon"' in page
    assert "Tables" in page  # the home, not a dead end


def test_a_report_without_any_period_asks_for_one(db: None) -> None:
    client = signed_in_client(manager())
    added(manager())
    answer = client.get("/bilan/report")
    assert answer.status_code == 400
    assert "No period is chosen" in answer.content.decode()


def test_the_former_name_of_a_school_still_opens_its_report(client: Client) -> None:
    assert client.get("/bilan/report", {"school": "École du Lac", "lang": "fr"}).status_code == 200


# ---- comparing ----


def _upload(data: bytes, name: str = "figures.csv") -> Any:
    return SimpleUploadedFile(name, data)


def figures_of(client: Client) -> bytes:
    with zipfile.ZipFile(io.BytesIO(client.get("/bilan/data.zip?lang=en").content)) as archive:
        return archive.read("figures.csv")


def test_what_changed_since_an_edition_is_listed_from_its_figures_or_from_its_archive_and_goes_into_print(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    figures, archive = figures_of(client), client.get("/bilan/data.zip?lang=en").content
    added(manager(), REVENUE | {"keur": "900"})
    asked = {"period": "2016", "lang": "en", "act": "see"}
    for file in (_upload(figures), _upload(archive, "open-data.zip")):
        answer = client.post("/bilan/compare", asked | {"earlier": file})
        assert answer.status_code == 200
        page = answer.content.decode()
        changed = words_of(page.partition('id="changes"')[2].partition("</section>")[0])
        assert "What changed since the last edition" in changed
        assert "revenue of 2016, added up €100k €1,000k" in changed
        assert "enrolments 1,000" not in changed
    carried = hidden(page, "carried")
    with django_assert_num_queries(3):
        printed = client.post("/bilan/compare", {"period": "2016", "lang": "en", "carried": carried, "act": "pdf"})
    assert printed.content.startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (None, "", "No file was chosen"),
        (b"key;value\n", "figures.csv", "figures.csv holds no figures of a report"),
        (b"key,title,value\nx,X,nan\n", "figures.csv", "holds no figures of a report"),
        (b"PK not an archive", "x.zip", "."),
        (b"x" * 1_100_000, "figures.csv", "larger than 1000 kB"),
    ],
)
def test_a_file_that_is_no_edition_is_refused_beside_its_field(
    client: Client, data: bytes | None, name: str, said: str
) -> None:
    form: dict[str, Any] = {"period": "2015", "lang": "en", "act": "see"}
    if data is not None:
        form["earlier"] = _upload(data, name)
    answer = client.post("/bilan/compare", form)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert 'href="#id_earlier"' in page
    assert said in page
    assert 'value="2015"' in page
    assert client.post("/bilan/compare", form | {"carried": "%%%", "earlier": ""}).status_code == 400


def test_an_archive_without_figures_is_refused(client: Client) -> None:
    archive = packing.packed(programme())
    answer = client.post("/bilan/compare", {"earlier": _upload(archive, "programme.zip")})
    assert "holds no figures.csv" in answer.content.decode()


def test_an_edition_is_the_same_after_it_was_carried_and_as_a_french_spreadsheet_saves_it() -> None:
    edition = {"a": ("A, “b” ; c", 1234.5), "b": ("B", 0.1)}
    assert edition_of(edition_file_of(edition), "x") == edition
    french = '\ufeff"key";"title";"value"\r\n"a";"A, “b” ; c";"1234,5"\r\n"b";"B";"0,1"\r\n'
    assert edition_of(french.encode(), "x") == edition


# ---- emptying ----


def test_a_table_is_emptied_in_two_steps_once_and_the_folder_is_offered_before(client: Client) -> None:
    rows = len(held().of("revenue"))
    table = client.get("/bilan/tables/revenue").content.decode()
    assert 'href="/bilan/tables/revenue/empty"' in table
    page = client.get("/bilan/tables/revenue/empty").content.decode()
    assert 'href="/bilan/folder.zip"' in page
    assert f"Delete {rows} rows" in words_of(page)
    assert len(held().of("revenue")) == rows
    tag = hidden(page, "tag")
    assert client.post("/bilan/tables/revenue/empty", {}).status_code == 400  # nobody looked
    for _ in range(2):  # a double click
        assert client.post("/bilan/tables/revenue/empty", {"tag": tag}).status_code == 302
    assert held().of("revenue") == ()
    assert held().of("courses")
    assert [act.about for act in StaffAct.objects.filter(place="bilan:revenue")] == [f"{rows} rows deleted"]
    assert "empty already" in client.get("/bilan/tables/revenue/empty").content.decode()
    assert "The table is empty." in client.get("/bilan/tables/revenue?done=emptied").content.decode()


def test_a_table_that_somebody_changed_meanwhile_is_not_emptied(client: Client) -> None:
    tag = hidden(client.get("/bilan/tables/revenue/empty").content.decode(), "tag")
    added(manager(), REVENUE | {"year": "2011"})
    before = SheetRow.objects.count()
    answer = client.post("/bilan/tables/revenue/empty", {"tag": tag})
    assert answer.status_code == 400
    assert "Nothing was deleted" in answer.content.decode()
    assert "Delete 3 rows" in words_of(answer.content.decode())
    assert SheetRow.objects.count() == before


# ---- two people ----


def test_a_row_that_changed_meanwhile_shows_the_fields_that_differ_and_no_others(client: Client) -> None:
    row_id = added(manager(), REVENUE | {"partner": "Un"})
    place = f"/bilan/tables/revenue/rows/{row_id}"
    tag = hidden(client.get(place).content.decode(), "tag")
    there = REVENUE | {"partner": "Un", "keur": "41"}
    seen = tag_of(REVENUE | {"partner": "Un"})
    editing.change_row(sheet="revenue", row_id=row_id, cells=there, tag=seen, account=manager(), now=NOW)
    late = client.post(place, REVENUE | {"partner": "Un", "kind": "other", "tag": tag})
    page = late.content.decode()
    box = page.partition('class="office__differing"')[2].partition("</dl>")[0]
    words = words_of(box)
    assert "Thousands of € 41 stands there now 40 you typed" in words
    assert "Source of the money foundation stands there now other income you typed" in words
    assert "Partner" not in words
    assert late.status_code == 400


def test_what_is_said_once_shows_the_fields_that_differ(client: Client) -> None:
    said = dict(held().said())
    tag = hidden(client.get("/bilan/about").content.decode(), "tag")
    editing.say_once(cells=said | {"contact": "b@example.org"}, tag=tag_of(said), account=manager(), now=NOW)
    page = client.post("/bilan/about", said | {"contact": "a@example.org", "tag": tag}).content.decode()
    box = words_of(page.partition('class="office__differing"')[2].partition("</dl>")[0])
    assert "Contact b@example.org stands there now a@example.org you typed" in box
    assert "Title" not in box


# ---- classes of learners ----


@pytest.mark.parametrize(
    ("trait", "cell", "group"),
    [
        ("sex", "Femmes", "f"),
        ("sex", "other", "o"),
        ("education", "other", "other"),
        ("education", "master’s degree", "master"),
        ("education", "Sans diplôme", "none"),
        ("age", "25-34", "25-34"),
        ("age", "25–34", "25-34"),
        ("age", "under 18", "-17"),
        ("country", "sn", "SN"),
        ("country", "Sénégal", "SN"),
        ("country", "Côte d'Ivoire", "CI"),
        ("country", "non déclaré", "undeclared"),
        ("sex", "homme-orchestre", "homme-orchestre"),
    ],
)
def test_a_class_may_be_written_in_words(trait: str, cell: str, group: str) -> None:
    assert class_called(trait, cell) == group
    faults = Faults()
    rows = read_rows("profile.csv", f"group,trait,percent\n{cell},{trait},3\n", columns_of(Share), faults)
    assert [values["group"] for _line, values in rows] == [group]
    assert [dict(one)["group"] for one in read_pasted("profile", f"{trait}\t{cell}\t3").rows] == [group]


def test_every_class_that_is_shown_is_read_back() -> None:
    for language in ("fr", "en"):
        with translation.override(language):
            groups = dict(labels.classes())
            for trait in ("sex", "age", "education", "country"):
                for code, words in groups[labels.choice_words("trait", trait)]:
                    assert class_called(trait, words) == code, (language, words)


def test_a_class_is_chosen_by_its_words_and_shown_by_them(client: Client) -> None:
    page = client.get("/bilan/tables/profile/new").content.decode()
    assert '<optgroup label="country">' in page
    assert '<option value="SN">Senegal</option>' in page
    form = {"trait": "sex", "group": "f", "percent": "40", "form_id": str(uuid.uuid4())}
    assert client.post("/bilan/tables/profile/new", form).status_code == 302
    assert held().of("profile")[-1].cells["group"] == "f"
    assert "women" in words_of(client.get("/bilan/tables/profile").content.decode())
