"""Do tables leave for a spreadsheet of each country, and is what comes back from one read with certainty or refused?"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cordee.bilan.building import Wanted, build
from cordee.bilan.editions import corrections, read_edition
from cordee.bilan.folder.cells import cell_of
from cordee.bilan.folder.reading import read_folder
from cordee.bilan.folder.writing import FOLDER, FRENCH, csv_of, write_folder
from cordee.bilan.open_data import write_open_data
from cordee.bilan.programme import TABLES, Revenue, Total
from cordee.bilan.report import report_of
from cordee.bilan.tests.make import programme, reviewed
from cordee.bilan.tests.test_office import manager, store
from cordee.people.tests.make import signed_in_client

BOM = "\ufeff"


def test_a_table_for_excel_in_french_has_a_mark_of_utf8_semicolons_and_decimal_commas_and_the_folder_stays() -> None:
    rows = (
        Revenue(year=2016, kind="other", keur=42.5, partner="=Été; 1,5"),
        Revenue(year=2016, kind="other", keur=1200),
    )
    french, plain = csv_of(Revenue, rows, FRENCH), csv_of(Revenue, rows)
    assert french.startswith(f"{BOM}year;kind;keur;")
    assert '\n2016;other;42,5;;;"\'=Été; 1,5";;\n2016;other;1200;' in french
    assert '\n2016,other,42.5,,,"\'=Été; 1,5",,\n' in plain
    assert plain.startswith("year,kind,keur,")


def test_every_table_for_excel_in_french_is_read_back_as_it_was(tmp_path: Path) -> None:
    held = programme()
    write_folder(held, tmp_path)
    for name, record in TABLES.items():
        (tmp_path / f"{name}.csv").write_bytes(csv_of(record, getattr(held, name), FRENCH).encode())
    read, faults = read_folder(tmp_path)
    assert read == held
    assert {fault.kind for fault in faults} <= {"doubt", "remark"}


@settings(max_examples=30)
@given(st.one_of(st.floats(0, 1e7).map(lambda value: round(value, 4)), st.sampled_from([42.125, 1.5, 0.125, 340.001])))
def test_no_number_for_excel_in_french_can_be_read_in_two_ways(
    tmp_path_factory: pytest.TempPathFactory, value: float
) -> None:
    folder = tmp_path_factory.getbasetemp() / "numbers"
    folder.mkdir(exist_ok=True)
    total = Total(name="revenue_keur", value=value, period="2016", source="x")
    (folder / "programme.toml").write_text("")
    (folder / "totals.csv").write_bytes(csv_of(Total, (total,), FRENCH).encode())
    read, _faults = read_folder(folder)
    assert [one.value for one in read.totals] == [float(cell_of(value))]


def test_the_open_data_for_excel_in_french_says_how_it_is_written_and_its_queries_give_the_figures(
    tmp_path: Path,
) -> None:
    held = reviewed()
    write_open_data(tmp_path, held, report_of(held, "fr"), str, FRENCH)
    assert all(path.read_bytes().startswith(BOM.encode()) for path in tmp_path.glob("*.csv"))
    package = json.loads((tmp_path / "datapackage.json").read_text())
    revenue = next(one for one in package["resources"] if one["name"] == "revenue")
    assert revenue["dialect"] == {"delimiter": ";"}
    assert {"name": "keur", "type": "number", "decimalChar": ","} in revenue["schema"]["fields"]
    database = duckdb.connect()
    path = str(tmp_path / "revenue.csv")
    database.execute(f"CREATE TABLE revenue AS FROM read_csv('{path}', delim=';', decimal_separator=',')")
    with (tmp_path / "figures.csv").open(encoding="utf-8-sig", newline="") as file:
        figures = {row["key"]: row for row in csv.DictReader(file, delimiter=";")}
    assert database.execute(figures["revenue:2016"]["query"]).fetchall() == [(100,)]
    assert figures["course.a.passed_percent"]["value"] == "10"
    assert figures["started_percent"]["value"] == "50"


@pytest.mark.parametrize("dialect", [FOLDER, FRENCH])
def test_an_edition_is_compared_however_it_was_written(tmp_path: Path, dialect: object) -> None:
    held = reviewed()
    write_open_data(tmp_path, held, report_of(held, "en"), str, FRENCH if dialect is FRENCH else FOLDER)
    assert corrections(read_edition(tmp_path / "figures.csv"), held.book) == []


def test_a_build_writes_the_open_data_as_it_was_asked_for(tmp_path: Path) -> None:
    write_folder(programme(), tmp_path / "in")
    build(tmp_path / "in", Wanted(language="fr", html=tmp_path / "out", dialect=FRENCH))
    assert (tmp_path / "out" / "data" / "figures.csv").read_bytes().startswith(f"{BOM}key;title;value".encode())


@pytest.mark.django_db
def test_pages_offer_both_and_who_reads_chooses() -> None:
    store(programme())
    client = signed_in_client(manager())
    page = client.get("/bilan/tables/revenue").content.decode()
    assert 'href="/bilan/tables/revenue/csv?csv=fr"' in page
    assert client.get("/bilan/tables/revenue/csv").content.decode().startswith(f"{BOM}year,kind,keur")
    assert client.get("/bilan/tables/revenue/csv?csv=fr").content.decode().startswith(f"{BOM}year;kind;keur")
    assert 'name="csv" value="fr"' in client.get("/bilan/").content.decode()
    for query, beginning in (("", "key,title"), ("?csv=fr", f"{BOM}key;title")):
        with zipfile.ZipFile(io.BytesIO(client.get(f"/bilan/data.zip{query}").content)) as archive:
            assert archive.read("figures.csv").decode().startswith(beginning)


# ---- what comes back ----

HEAD = "year;kind;keur;partner"


@pytest.mark.parametrize(
    "data",
    [
        f"{BOM}{HEAD}\r\n2016;other;42,5;Été\r\n".encode(),
        f"sep=;\r\n{HEAD}\r\n2016;other;42,5;Été\r\n".encode(),
        f"{BOM}sep=;\n{HEAD}\n2016;other;42,5;Été\n".encode(),
        "year,kind,keur,partner\n2016,other,42.5,Été\n".encode(),
        'year,kind,keur,partner\n2016,other,"42,5",Été\n'.encode(),
        "year\tkind\tkeur\tpartner\n2016\tother\t42,5\tÉté\n".encode(),
    ],
)
def test_what_a_spreadsheet_saves_is_read_as_it_was_meant(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "programme.toml").write_text("")
    (tmp_path / "revenue.csv").write_bytes(data)
    read, faults = read_folder(tmp_path)
    assert [(one.year, one.keur, one.partner) for one in read.revenue] == [(2016, 42.5, "Été")]
    assert faults == ()


@pytest.mark.parametrize(
    ("data", "line", "advice"),
    [
        (f"{HEAD}\n2016;other;42,5;Été\n".encode("cp1252"), 2, "CSV UTF-8"),
        (f"{HEAD}\n2016;other;42,5;Été\n".encode("utf-16"), 1, "CSV UTF-8"),
        (f"{HEAD}\n2016;other;42,000;x\n".encode(), 2, "Write 42 or 42000"),
        (f"sep=;\n{HEAD}\n2016;other;1.234,56;x\n".encode(), 3, "Write digits"),
        (f"{HEAD}\n2016;other;12 k€;x\n".encode(), 2, "Write digits"),
        (b"year,kind,keur\n2016,other,42,5\n", 2, "between quotes"),
    ],
)
def test_what_cannot_be_read_with_certainty_is_refused_with_its_line(
    tmp_path: Path, data: bytes, line: int, advice: str
) -> None:
    (tmp_path / "programme.toml").write_text("")
    (tmp_path / "revenue.csv").write_bytes(data)
    read, (fault,) = read_folder(tmp_path)
    assert read.revenue == ()
    assert fault.place() == f"revenue.csv:{line}"
    assert advice in str(fault.told)
