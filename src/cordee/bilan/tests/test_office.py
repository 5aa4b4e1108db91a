"""Is what a programme office types kept once, as it was meant, and never under somebody else's hand?"""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
import tempfile
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from cordee.bilan.columns import columns_of
from cordee.bilan.figures.part import Part
from cordee.bilan.folder.cells import guarded, unguarded
from cordee.bilan.folder.faults import Faults
from cordee.bilan.folder.reading import read_folder
from cordee.bilan.folder.writing import csv_of
from cordee.bilan.models import SheetRow
from cordee.bilan.office import editing, labels, offering, packing, report_views
from cordee.bilan.office.asking import Asked
from cordee.bilan.office.editing import ChangedMeanwhile, StoredAlready
from cordee.bilan.office.pasting import read_pasted
from cordee.bilan.office.queries import held
from cordee.bilan.office.report_views import of_this_site, reviewed
from cordee.bilan.office.sheets import ABOUT, LISTS, MOST_ROWS, SHEETS, programme_of, sheets_of, tag_of
from cordee.bilan.programme import TABLES, Course, Programme
from cordee.bilan.tests.make import DEMO, programme
from cordee.bilan.tests.test_folder import PROGRAMMES
from cordee.core import clock
from cordee.core.errors import InputRefused
from cordee.courses.tests.make import small_run
from cordee.learning.tests.make import hand_in, make_enrolment
from cordee.people.granting import grant_role
from cordee.people.models import Account, Role, StaffAct
from cordee.people.tests.make import make_account, signed_in_client
from cordee.pilot import live, refreshing, sealing

NOW = dt.datetime(2026, 11, 27, 9, 0, tzinfo=dt.UTC)
REVENUE = {"year": "2016", "kind": "foundation", "keur": "40"}


def manager(role: Role = Role.PROGRAMME_MANAGER, scope: str = "") -> Account:
    account = make_account()
    grant_role(account=account, role=role, scope=scope, granted_by=None, now=clock.now())
    return account


def store(one: Programme, account: Account | None = None) -> None:
    editing.store_all(sheets=sheets_of(one), state=held().state, account=account, now=NOW)


def added(account: Account, cells: dict[str, str] = REVENUE, sheet: str = "revenue") -> uuid.UUID:
    row_id = uuid.uuid4()
    editing.add_row(sheet=sheet, cells=cells, row_id=row_id, account=account, now=NOW)
    return row_id


def words_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    return found[1] if found else ""


# ---- one schema ----


def test_every_table_and_every_column_has_a_heading_in_both_languages() -> None:
    for sheet in SHEETS:
        assert labels.title_of(sheet)
        for name, column in columns_of(SHEETS[sheet]).items():
            assert labels.column_words(name)
            assert all(labels.choice_words(name, word) for word in column.choices)
    listed = [sheet for _words, sheets in labels.GROUPS for sheet in sheets]
    assert sorted(listed) == sorted(LISTS)


@pytest.mark.long
@settings(max_examples=15, deadline=None)
@given(one=PROGRAMMES)
def test_a_programme_is_the_same_after_it_was_cut_into_rows(one: Programme) -> None:
    faults = Faults()
    assert programme_of(sheets_of(one), faults) == one
    assert faults.all() == ()


@settings(max_examples=60)
@given(cell=st.text(st.sampled_from("'=+-@\t1.a,"), max_size=6))
def test_a_cell_that_is_guarded_against_spreadsheets_is_read_back_as_it_was(cell: str) -> None:
    written = guarded(cell)
    assert unguarded(written) == cell
    assert not re.match(r"[=@\t\r]|[+-](?![\d.,]*$)", written)


# ---- acts ----


@pytest.mark.django_db
def test_a_form_sent_twice_adds_one_row_and_one_line_of_audit(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    account, row_id = manager(), uuid.uuid4()
    for _ in range(2):
        with django_assert_max_num_queries(16):
            editing.add_row(sheet="revenue", cells=REVENUE, row_id=row_id, account=account, now=NOW)
    assert SheetRow.objects.count() == 1
    (noted,) = StaffAct.objects.all()
    assert (noted.act, noted.place, noted.about) == ("bilan.edit", "bilan:revenue", "1 row added")
    with pytest.raises(StoredAlready):
        editing.add_row(sheet="revenue", cells=REVENUE | {"keur": "41"}, row_id=row_id, account=account, now=NOW)


@pytest.mark.django_db
def test_a_row_that_changed_meanwhile_is_not_overwritten_nor_deleted() -> None:
    mine, theirs = manager(), manager()
    row_id, seen = added(mine), tag_of(REVENUE)
    editing.change_row(
        sheet="revenue", row_id=row_id, cells=REVENUE | {"keur": "41"}, tag=seen, account=theirs, now=NOW
    )
    with pytest.raises(ChangedMeanwhile) as told:
        editing.change_row(
            sheet="revenue", row_id=row_id, cells=REVENUE | {"keur": "42"}, tag=seen, account=mine, now=NOW
        )
    assert told.value.now == REVENUE | {"keur": "41"}
    with pytest.raises(ChangedMeanwhile):
        editing.delete_row(sheet="revenue", row_id=row_id, tag=seen, account=mine, now=NOW)
    assert held().of("revenue")[0].cells["keur"] == "41"


@pytest.mark.django_db
def test_pasting_twice_from_one_form_adds_the_rows_once_and_replacing_needs_the_table_as_it_was() -> None:
    account, form_id = manager(), uuid.uuid4()
    rows = [REVENUE, REVENUE | {"year": "2017"}]
    for _ in range(2):
        editing.add_rows(sheet="revenue", rows=rows, form_id=form_id, account=account, now=NOW)
    assert [row.cells for row in held().of("revenue")] == rows
    other = [REVENUE | {"year": "2015"}]
    with pytest.raises(StoredAlready):  # back to the form, other words, sent again: not lost without a word
        editing.add_rows(sheet="revenue", rows=other, form_id=form_id, account=account, now=NOW)
    for _ in range(2):  # another tab, the same cells
        editing.add_rows(sheet="revenue", rows=rows, form_id=uuid.uuid4(), account=account, now=NOW)
    assert [row.cells for row in held().of("revenue")] == rows
    twice = uuid.uuid4()
    for _ in range(2):  # wanted all the same, and clicked twice
        editing.add_rows(sheet="revenue", rows=rows[:1], form_id=twice, account=account, now=NOW, again=True)
    assert [row.cells for row in held().of("revenue")] == [*rows, rows[0]]
    seen = held().tag("revenue")
    added(manager(), REVENUE | {"year": "2018"})
    with pytest.raises(ChangedMeanwhile):
        editing.replace_rows(sheet="revenue", rows=rows[:1], tag=seen, form_id=uuid.uuid4(), account=account, now=NOW)
    seen = held().tag("revenue")
    editing.replace_rows(sheet="revenue", rows=rows[:1], tag=seen, form_id=uuid.uuid4(), account=account, now=NOW)
    assert [row.cells for row in held().of("revenue")] == rows[:1]


@pytest.mark.django_db
def test_a_table_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(editing, "MOST_ROWS", 2)
    with pytest.raises(InputRefused, match="would have 3 rows"):
        editing.add_rows(sheet="revenue", rows=[REVENUE] * 3, form_id=uuid.uuid4(), account=manager(), now=NOW)
    assert not SheetRow.objects.exists()
    assert MOST_ROWS >= 10_000


@pytest.mark.django_db
def test_texts_stay_when_the_period_of_the_edition_changes() -> None:
    store(programme(texts={("foreword", "fr"): "Mot *du* directeur."}))
    said = dict(held().said())
    editing.say_once(cells=said | {"period": "2017"}, tag=tag_of(said), account=manager(), now=NOW)
    assert held().programme.about.period == "2017"
    assert held().text("foreword", "fr") == "Mot *du* directeur."


# ---- the folder ----


@pytest.mark.django_db
@pytest.mark.parametrize("one", [programme(), None], ids=["every table", "published figures"])
def test_what_comes_in_as_a_folder_goes_out_as_the_same_folder(
    one: Programme | None, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    one = one or read_folder(DEMO)[0]
    with django_assert_max_num_queries(20):
        store(packing.unpacked(packing.packed(one)).programme)
    assert held().programme == one
    assert packing.unpacked(packing.packed(held().programme)).programme == one
    assert packing.packed(held().programme) == packing.packed(one)


def test_what_an_import_would_lose_is_told_apart_from_what_can_be_mended_later(tmp_path: Path) -> None:
    (tmp_path / "programme.toml").write_text('period = "2016"\n')
    (tmp_path / "courses.csv").write_text("id,title,weeks\na,Alpha,x\na,Twice,2\n")
    found = packing.read(tmp_path)
    assert [(fault.file, fault.line) for fault in found.lost] == [("courses.csv", 2)]
    assert len(found.sheets["courses"]) == 2


def test_an_archive_without_programme_toml_and_one_that_is_none_are_refused(tmp_path: Path) -> None:
    (tmp_path / "courses.csv").write_text("id,title\na,Alpha\n")
    with pytest.raises(InputRefused, match=r"no programme\.toml"):
        packing.unpacked(packing.zip_of(tmp_path))
    with pytest.raises(InputRefused, match=r"neither a \.tar\.gz nor a \.zip"):
        packing.unpacked(b"PDF, perhaps")


def test_a_folder_in_a_folder_is_found_and_stores_in_it_are_left_out(tmp_path: Path) -> None:
    inside = tmp_path / "bilan-2016"
    (inside / "pilot").mkdir(parents=True)
    (inside / "pilot" / "store.csv").write_text("not,ours\n")
    (inside / "programme.toml").write_text('period = "2016"\n')
    (inside / "courses.csv").write_text("id,title\na,Alpha\n")
    found = packing.unpacked(packing.zip_of(tmp_path))
    assert [course.id for course in found.programme.courses] == ["a"]
    assert found.lost == ()


def test_no_cell_that_leaves_is_a_formula_to_a_spreadsheet() -> None:
    rows = (Course(id="a", title='=HYPERLINK("https://evil.example")'), Course(id="b", title="@SUM(1)"))
    written = csv_of(Course, rows)
    assert "'=HYPERLINK" in written
    assert "'@SUM" in written
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "programme.toml").write_text("")
        (Path(folder) / "courses.csv").write_text(written)
        assert read_folder(Path(folder))[0].courses == rows


# ---- pasting ----


def test_cells_of_a_spreadsheet_are_understood_as_the_folder_does() -> None:
    pasted = read_pasted("revenue", "2016\tpartnerships\t55,5\r\n2017\tfoundation\t1 200\r\n")
    assert [dict(cells) for cells in pasted.rows] == [
        {"year": "2016", "kind": "partnerships", "keur": "55.5"},
        {"year": "2017", "kind": "foundation", "keur": "1200"},
    ]
    assert not pasted.named
    assert read_pasted("revenue", "2016\tFondation\t3").rows == read_pasted("revenue", "2016\tfoundation\t3").rows
    runs = read_pasted("runs", "Cours;Ouverture;Inscriptions\nabc;19/09/2016;4 200\n")
    assert runs.named
    assert [dict(cells) for cells in runs.rows] == [{"course": "abc", "opens": "2016-09-19", "enrolments": "4200"}]


def test_commas_and_quotes_in_cells_of_a_spreadsheet_are_words() -> None:
    pasted = read_pasted(
        "testimonials", 'Awa\tSN\t\tfr\tLe soir, dans le bus, je révise.\nBo\t\t\ten\t"Fine", he said.\n'
    )
    assert pasted.faults == ()
    assert [cells["words"] for cells in pasted.rows] == ["Le soir, dans le bus, je révise.", '"Fine", he said.']
    quoted = read_pasted("testimonials", 'Awa\tSN\t\tfr\t"Deux\nlignes ""ici"""\n')
    assert [cells["words"] for cells in quoted.rows] == ['Deux\nlignes "ici"']


def test_each_refused_cell_has_its_line_its_column_and_advice() -> None:
    pasted = read_pasted("revenue", "year\tkind\tkeur\n2016\tfoundation\t12 €\n16\tgifts\t3\n2017\tother\t4\n")
    told = [(fault.line, str(fault.told)) for fault in pasted.faults]
    assert [line for line, _words in told] == [2, 3, 3]
    assert "keur" in told[0][1]
    assert "Write digits" in told[0][1]
    assert any("kind" in words and "Write one of: calls_for_projects" in words for _line, words in told)
    assert [dict(cells) for cells in pasted.rows] == [{"year": "2017", "kind": "other", "keur": "4"}]


@pytest.mark.parametrize("sign", ["\0", "\x1b", "\x7f", "\ud800"])
def test_signs_that_cannot_be_kept_are_refused_by_line(sign: str) -> None:
    pasted = read_pasted("testimonials", f"Awa\tSN\t\tfr\tJe {sign} révise\n")
    assert pasted.rows == ()
    assert [fault.line for fault in pasted.faults] == [1]


def test_a_huge_cell_and_a_quote_left_open_are_refused_by_line() -> None:
    assert "Shorten it" in str(read_pasted("testimonials", "Awa\t\t\tfr\t" + "x" * 30_000).faults[0].told)
    assert "quote" in str(read_pasted("testimonials", 'Awa,,,fr,"never closed\n').faults[0].told)
    assert read_pasted("testimonials", "Awa\t\t\tfr\t" + "x" * 200_000).rows == ()


def test_a_million_lines_are_refused_before_they_are_read(tmp_path: Path) -> None:
    (fault,) = read_pasted("revenue", "x\n" * 1_000_000).faults
    assert "at most" in str(fault.told)
    (tmp_path / "programme.toml").write_text("")
    (tmp_path / "courses.csv").write_text("x\n" * 1_000_000)
    with pytest.raises(InputRefused, match="at most"):
        packing.unpacked(packing.zip_of(tmp_path))


@pytest.mark.long
@pytest.mark.django_db
def test_ten_thousand_rows_are_pasted_in_few_statements(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    client = signed_in_client(manager())
    cells = "\n".join(f"2016\tfoundation\t{number}" for number in range(10_000))
    looked = client.post("/bilan/tables/revenue/paste", {"cells": cells, "act": "look"}).content.decode()
    form = {name: hidden(looked, name) for name in ("form_id", "tag", "looked")}
    assert SheetRow.objects.count() == 0
    with django_assert_max_num_queries(60):
        answer = client.post("/bilan/tables/revenue/paste", form | {"cells": cells, "act": "store"})
    assert answer.status_code == 302
    assert SheetRow.objects.count() == 10_000
    page = client.get("/bilan/tables/revenue?page=200").content
    assert b"Page 200 of 200" in page
    assert len(page) < 60_000


# ---- pages ----


@pytest.mark.django_db
def test_only_who_runs_the_programme_or_the_site_gets_in() -> None:
    for role, scope, status in (
        (Role.PROGRAMME_MANAGER, "", 200),
        (Role.OPERATOR, "", 200),
        (Role.TEACHER, "", 403),
        (Role.PROGRAMME_MANAGER, "org:Ingenia", 403),
    ):
        client = signed_in_client(manager(role, scope))
        for address in (
            "",
            "tables/revenue",
            "tables/revenue/paste",
            "about",
            "folder",
            "folder.zip",
            "compare",
            "report",
        ):
            if status != 200 or address != "report":
                assert client.get(f"/bilan/{address}").status_code == status, (role, address)
        menu = client.get("/mine").content.decode()
        assert ('href="/bilan/"' in menu) == (status == 200)


@pytest.mark.django_db
def test_pages_cost_few_statements(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    store(programme())
    client = signed_in_client(manager())
    client.get("/bilan/")
    for address in ("", "tables/courses", "tables/revenue/new", "tables/revenue/paste", "about", "texts/use", "folder"):
        offers = address == ""  # one more for the sessions of this site
        with django_assert_num_queries(3 + offers):  # who asks, their roles, whether something changed
            assert client.get(f"/bilan/{address}").status_code == 200, address


@pytest.mark.django_db
def test_a_row_is_added_changed_and_deleted_by_plain_forms() -> None:
    client = signed_in_client(manager())
    address = "/bilan/tables/revenue/new"
    form = client.get(address).content.decode()
    refused = client.post(address, REVENUE | {"form_id": hidden(form, "form_id"), "keur": "beaucoup"})
    assert refused.status_code == 400
    page = refused.content.decode()
    assert 'value="beaucoup"' in page
    assert "is no number. Write digits" in page
    assert "Error:" in page
    for _ in range(2):  # a double click
        assert client.post(address, REVENUE | {"form_id": hidden(form, "form_id"), "keur": "40,5"}).status_code == 302
    (row,) = held().of("revenue")
    assert row.cells == REVENUE | {"keur": "40.5"}
    place = f"/bilan/tables/revenue/rows/{row.id}"
    tag = hidden(client.get(place).content.decode(), "tag")
    assert client.post(place, REVENUE | {"keur": "41", "tag": tag}).status_code == 302
    late = client.post(place, REVENUE | {"keur": "42", "tag": tag})
    assert late.status_code == 400
    assert "changed this row meanwhile" in late.content.decode()
    assert 'value="42"' in late.content.decode()
    tag = hidden(late.content.decode(), "tag")
    assert client.post(place, REVENUE | {"keur": "42", "tag": tag}).status_code == 302
    tag = hidden(client.get(place).content.decode(), "tag")
    assert client.post(place, {"act": "delete", "tag": tag}).status_code == 302
    assert held().of("revenue") == ()
    gone = client.post(place, REVENUE | {"keur": "43", "tag": tag})
    assert 'action="/bilan/tables/revenue/new"' in gone.content.decode()
    assert 'value="43"' in gone.content.decode()


@pytest.mark.django_db
def test_what_was_pasted_is_looked_at_before_it_is_stored_and_nothing_of_it_is_lost() -> None:
    client = signed_in_client(manager())
    address = "/bilan/tables/revenue/paste"
    wrong = "2016\tfoundation\t12 €"
    refused = client.post(address, {"cells": wrong, "act": "store"})
    assert refused.status_code == 400
    assert "12 €" in refused.content.decode()
    assert "Line 1 – Column Thousands of € (keur)" in words_of(refused.content.decode())
    looked = client.post(address, {"cells": "2016\tfoundation\t12", "act": "store"}).content.decode()
    assert not SheetRow.objects.exists()  # nobody had looked at it
    form = {name: hidden(looked, name) for name in ("form_id", "tag", "looked")}
    for _ in range(2):
        done = client.post(address, form | {"cells": "2016\tfoundation\t12", "act": "store"})
        assert done.status_code == 302 or "already" in done.content.decode()
    assert len(held().of("revenue")) == 1
    again = client.post(address, {"cells": "2016\tfoundation\t12\n2017\tother\t3", "act": "look"}).content.decode()
    assert "stands in the table already" in again
    assert "Store 1 row" in words_of(again)


@pytest.mark.django_db
def test_what_people_write_is_text_on_every_page_and_in_the_pdf() -> None:
    evil = "<script>alert(1)</script> #panic() $x$"
    store(programme(courses=(Course(id="a", title=evil, category="net"),), texts={("foreword", "en"): evil}))
    client = signed_in_client(manager())
    for address in ("", "tables/courses", "texts/foreword", "report?lang=en"):
        page = client.get(f"/bilan/{address}")
        assert page.status_code == 200, address
        assert "<script>alert" not in page.content.decode()
    assert client.post("/bilan/texts/foreword", {"words_en": evil, "act": "look"}).status_code == 200
    assert client.get("/bilan/report.pdf?lang=en").content.startswith(b"%PDF-")


@pytest.mark.django_db
def test_two_people_who_write_the_same_text_see_each_other() -> None:
    client = signed_in_client(manager())
    page = client.get("/bilan/texts/use").content.decode()
    tags = {f"tag_{code}": hidden(page, f"tag_{code}") for code in ("fr", "en")}
    first = client.post("/bilan/texts/use", tags | {"words_fr": "Un.", "words_en": "", "act": "store"})
    assert first.status_code == 302
    second = client.post("/bilan/texts/use", tags | {"words_fr": "Deux.", "words_en": "", "act": "store"})
    assert second.status_code == 400
    assert "Deux." in second.content.decode()
    assert "Un." in second.content.decode()
    assert held().text("use", "fr") == "Un."
    nul = client.post("/bilan/texts/use", tags | {"words_fr": "a\0b", "act": "store"})
    assert "U+0000" in nul.content.decode()


@pytest.mark.django_db
def test_a_report_that_counts_people_who_do_not_exist_says_so_on_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    store(programme())
    client = signed_in_client(manager())
    assert "Simulated data" not in client.get("/bilan/report?lang=en").content.decode()
    monkeypatch.setattr(
        report_views, "reviewed", lambda *given: dataclasses.replace(reviewed(*given), is_simulated=True)
    )
    assert "Simulated data" in client.get("/bilan/report?lang=en").content.decode()


@pytest.mark.django_db
def test_the_report_opens_the_rows_behind_its_figures_and_comes_as_pdf_and_open_data() -> None:
    store(programme())
    client = signed_in_client(manager())
    page = client.get("/bilan/report?lang=fr&period=2016").content.decode()
    row = held().of("revenue")[0]
    assert f'<a href="/bilan/tables/revenue/rows/{row.id}">revenue.csv:2</a>' in page
    assert 'lang="fr"' in page
    assert client.get("/bilan/report.pdf?lang=fr").content.startswith(b"%PDF-")
    data = client.get("/bilan/data.zip?category=net")
    assert b"figures.csv" in data.content
    assert client.get("/bilan/tables/texts").status_code == 404


@pytest.mark.django_db
def test_a_folder_goes_out_of_one_site_and_into_another_by_forms(client: Client) -> None:
    store(programme())
    client = signed_in_client(manager())
    data = client.get("/bilan/folder.zip").content
    store(Programme())
    page = client.post("/bilan/folder", {"archive": _file(data), "act": "look"}).content.decode()
    assert held().is_empty or not held().programme.courses
    form = {"carried": hidden(page, "carried"), "state": hidden(page, "state"), "act": "store"}
    for _ in range(2):  # a double click
        assert client.post("/bilan/folder", form).status_code == 302
    assert held().programme == programme()
    added(manager())
    late = client.post("/bilan/folder", form)
    assert late.status_code == 400
    assert "changed a table meanwhile" in late.content.decode()
    assert client.post("/bilan/folder", {"act": "look"}).status_code == 400
    large = client.post("/bilan/folder", {"archive": _file(b"x" * 1_100_000), "act": "look"})
    assert "larger than 1000 kB" in large.content.decode()


def _file(data: bytes) -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile("programme.zip", data)


# ---- sessions of this site ----


@pytest.mark.django_db
def test_a_session_of_this_site_comes_in_without_being_typed_and_once(tmp_path: Path) -> None:
    run = small_run(tmp_path)
    client = signed_in_client(manager())
    page = client.get("/bilan/tables/runs").content.decode()
    assert run.key in page
    for _ in range(2):
        client.post("/bilan/tables/runs", {"key": [run.key]})
    (row,) = held().programme.runs
    assert (row.store, row.key, row.opens) == (offering.site_store(), run.key, run.opens_at.date().isoformat())
    assert [course.id for course in held().programme.courses] == [row.course]
    assert run.key not in client.get("/bilan/tables/runs").content.decode().partition("<table")[0]
    assert held().faults == ()


@pytest.mark.long
@pytest.mark.django_db
def test_the_numbers_of_a_session_of_this_site_are_computed_from_its_own_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = dataclasses.replace(django_settings.CORDEE, home=tmp_path / "home", small_cell=1)
    monkeypatch.setattr(django_settings, "CORDEE", home)
    enrolment = make_enrolment(tmp_path)
    hand_in(enrolment, "capital")
    sealing.seal(live.site_store(), now=clock.now)
    refreshing.read_states(live.site_store(), enrolment.run.key, clock.now())
    client = signed_in_client(manager())
    client.post("/bilan/tables/runs", {"key": [enrolment.run.key]})
    made = reviewed(held(), Asked(f"{enrolment.run.opens_at:%Y}", Part(), "en"))
    assert made.gaps == ()
    assert made.faults == ()
    (figure,) = [one for one in made.book if one.key == "enrolments"]
    assert (figure.value, figure.how) == (1, "computed")


@pytest.mark.django_db
def test_a_row_cannot_make_the_site_open_another_folder() -> None:
    one = programme()
    strange = one.runs[0].__class__(course="a", store="../../etc", key="k", line=2)
    kept, faults = of_this_site(Programme(runs=(strange,)))
    assert kept.runs[0].store == ""
    assert [fault.place() for fault in faults] == ["runs.csv:2"]
    assert offering.site_store() == django_settings.CORDEE.pilot_folder.name


def test_every_table_of_the_folder_has_its_page() -> None:
    assert set(TABLES) <= set(LISTS)
    assert ABOUT not in LISTS
