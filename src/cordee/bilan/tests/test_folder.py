"""Is a folder read as it was written, and does each fault name its file, its line and what to do?"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation
from django.utils.translation import gettext
from hypothesis import given, settings
from hypothesis import strategies as st
from make_bilan_demo import FIGURES, FOLDER, main

from cordee.bilan.columns import Column, columns_of
from cordee.bilan.folder.cells import value_of
from cordee.bilan.folder.faults import Fault, Faults, grouped
from cordee.bilan.folder.reading import read_folder
from cordee.bilan.folder.toml import read_toml
from cordee.bilan.folder.writing import write_folder
from cordee.bilan.names import COLUMNS
from cordee.bilan.office.labels import choice_words
from cordee.bilan.office.sheets import SHEETS
from cordee.bilan.programme import TABLES, About, Category, Host, Programme, Targets
from cordee.core.errors import NotFound

WORDS = (
    st.text(
        st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"], exclude_characters="\u2028\u2029\u0085"),
        min_size=1,
        max_size=30,
    )
    .map(str.strip)
    .filter(bool)
)
LINES = st.lists(WORDS, min_size=1, max_size=3).map("\n".join)


def cells(column: Column) -> st.SearchStrategy[Any]:
    """Values that a column may hold."""
    by_kind: dict[str, st.SearchStrategy[Any]] = {
        "class": st.sampled_from(["f", "25-34", "master", "SN", "undeclared", "no such class"]),
        "text": LINES,
        "words": st.lists(WORDS.map(lambda word: word.replace("|", "/")), min_size=1, max_size=3).map(tuple),
        "count": st.integers(0, 10**9),
        "share": st.integers(0, 1000).map(lambda tenth: tenth / 10),
        "amount": st.floats(0, 1e9).map(lambda number: round(number, 4)),
        "date": st.sampled_from(["2016", "2016-02", "2016-02-29", "1999-12-31"]),
        "year": st.integers(1900, 2999),
        "language": st.sampled_from(["fr", "en", "wo"]),
        "country": st.sampled_from(["FR", "SN", "CI"]),
        "yes": st.booleans(),
        "choice": st.sampled_from(column.choices or ("",)),
    }
    held = by_kind[column.kind]
    nothing = {"words": (), "text": "", "date": "", "language": "", "country": "", "choice": ""}.get(column.kind)
    return held if column.required else st.one_of(st.just(nothing), held)


def rows(record: type) -> st.SearchStrategy[Any]:
    one = st.fixed_dictionaries({name: cells(column) for name, column in columns_of(record).items()})
    said = one.filter(lambda values: any(value not in (None, "", ()) for value in values.values()))
    return st.lists(said.map(lambda values: record(**values)), max_size=2).map(tuple)


NAMED = st.dictionaries(st.sampled_from(["fr", "en"]), WORDS, max_size=2)
PROGRAMMES = st.builds(
    Programme,
    about=st.builds(
        About,
        name=NAMED,
        title=NAMED,
        licence=st.one_of(st.just(""), WORDS),
        period=st.sampled_from(["", "2016", "2013-2016", "2015-09..2016-08"]),
        targets=st.builds(
            Targets,
            new_courses_a_year=st.one_of(st.none(), st.integers(0, 99)),
            several_hosts=st.sampled_from([None, True]),
        ),
        hosts=st.lists(st.builds(Host, name=WORDS, extracted_on=st.sampled_from(["", "2017-02-13"])), max_size=2).map(
            tuple
        ),
        categories=st.lists(st.builds(Category, id=WORDS, fr=WORDS, en=WORDS), max_size=2).map(tuple),
    ),
    texts=st.dictionaries(st.tuples(st.sampled_from(["foreword", "money"]), st.sampled_from(["fr", "en"])), LINES),
    **{name: rows(record) for name, record in TABLES.items()},
)


@settings(max_examples=15, deadline=None)
@given(programme=PROGRAMMES)
def test_a_programme_is_read_as_it_was_written(programme: Programme) -> None:
    with tempfile.TemporaryDirectory() as folder:
        write_folder(programme, Path(folder))
        assert read_folder(Path(folder))[0] == programme


def test_the_demo_folder_is_what_its_script_writes_and_has_no_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["make_bilan_demo.py", "--to", str(tmp_path)])
    main()
    written = {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert written == {path.relative_to(FOLDER): path.read_bytes() for path in FOLDER.rglob("*") if path.is_file()}
    assert read_folder(FOLDER)[1] == ()
    assert FIGURES.is_file()


def test_a_folder_without_programme_toml_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"holds no programme\.toml.*docs/bilan/folder\.md"):
        read_folder(tmp_path)


COURSES = "id,title\nc,Cours\n"
FAULTS = [
    ("courses.csv", "id,title,langage\nc,Cours,fr\n", "courses.csv:1", "no column langage.*Did you mean language"),
    ("courses.csv", "id,title,zzz\nc,Cours,1\n", "courses.csv:1", "no column zzz.*There are: id, title"),
    ("courses.csv", "id,id,title\nc,c,Cours\n", "courses.csv:1", "id is there twice"),
    ("courses.csv", "id,title\nc,Cours\n,Sans\n", "courses.csv:3", "left out: it needs id"),
    ("courses.csv", "id,title\nc,Cours, suite\n", "courses.csv:2", "3 cells, the first line 2.*quotes"),
    ("courses.csv", 'id,title\nc,"Cours\n', "courses.csv:2", "A quote may be open"),
    ("courses.csv", "id,title\nc,Un\nc,Deux\n", "courses.csv:3", "already that of line 2"),
    ("courses.csv", "id,title,language\nc,Cours,français\n", "courses.csv:2", "no language.*ISO 639-1"),
    ("courses.csv", "id,title,category\nc,Cours,x\n", "courses.csv:2", "no category x, nor any other. Add it"),
    ("courses.csv", "id,title,enrolments\nc,Cours,-3\n", "courses.csv:2", "below zero"),
    ("courses.csv", "id,title,enrolments\nc,Cours,1.5\n", "courses.csv:2", "not whole"),
    ("courses.csv", "id,title,enrolments\nc,Cours,beaucoup\n", "courses.csv:2", "no number"),
    ("courses.csv", "id,title,enrolments\nc,Cours,1e400\n", "courses.csv:2", "no number"),
    (
        "courses.csv",
        "id,title,enrolments,own_students\nc,Cours,10,11\n",
        "courses.csv:2",
        r"Own students \(11\) is more than Enrolments \(10\)",
    ),
    ("runs.csv", "course,host\nd,FUN\n", "runs.csv:2", "no course d"),
    ("runs.csv", "course,opens,closes\nc,2016-05,2016-04\n", "runs.csv:2", "closes before it opens"),
    ("runs.csv", "course,opens\nc,2016-13\n", "runs.csv:2", "no date.*2016-11-24"),
    (
        "runs.csv",
        "course,enrolments,passed,source\nc,10,11,x\n",
        "runs.csv:2",
        r"Passed \(11\) is more than Enrolments \(10\)",
    ),
    ("runs.csv", "course,enrolments\nc,10\n", "runs.csv:2", "no source"),
    ("runs.csv", "course,address\nc,javascript:alert(1)\n", "runs.csv:2", "address of this run.*https://"),
    ("runs.csv", "course,store\nc,pilot\n", "runs.csv:2", "key in it"),
    ("runs.csv", "course,store,key,enrolments\nc,pilot,k,3\n", "runs.csv:2", "the store is taken"),
    ("profile.csv", "trait,group,percent\nage,18-25,3\n", "profile.csv:2", "no class of age.*18-24"),
    ("profile.csv", "trait,group,percent\ncountry,XX,3\n", "profile.csv:2", "no country"),
    ("profile.csv", "trait,group,people,percent\nsex,f,9,101\n", "profile.csv:2", "more than 100 percent"),
    ("profile.csv", "trait,group\nsex,f\n", "profile.csv:2", "says no number"),
    (
        "testimonials.csv",
        "first_name,language,words,consent,country\nA,fr,Bien,oui,Mars\n",
        "testimonials.csv:2",
        "no country",
    ),
    ("testimonials.csv", "first_name,language,words\nA,fr,Bien\n", "testimonials.csv:2", "agreed"),
    ("revenue.csv", "year,kind,keur\n2016,foundation,-1\n", "revenue.csv:2", "below zero"),
    ("revenue.csv", "year,kind,keur\n16,foundation,1\n", "revenue.csv:2", "no year"),
    ("revenue.csv", "year,kind,keur\n2016,gift,1\n", "revenue.csv:2", "Write one of: calls_for_projects"),
    ("totals.csv", "name,value,period,source\ncourses,1,2016-2013,x\n", "totals.csv:2", "ends before it begins"),
    (
        "totals.csv",
        "name,value,period,source\nruns,1,2016,x\nruns,2,2015,x\nruns,3,2016,x\n",
        "totals.csv:4",
        "declared on line 2",
    ),
    ("profile.csv", "trait,group,percent\nsex,f,40\nsex,f,50\n", "profile.csv:3", "declared on line 2"),
    ("use.csv", "institution,course,outside_course\nA,c,B\n", "use.csv:2", "Name either a course of yours"),
    ("timeline.csv", "date,event_fr,course\n,,c\n", "timeline.csv:2", "neither a date nor an event"),
    ("organisations.csv", "name,now\nA,A\n", "organisations.csv:2", "Both names are the same"),
    ("course.csv", "id,title\n", "course.csv", r"Did you mean courses\.csv"),
    ("texts/intro.fr.md", "Bonjour", "texts/intro.fr.md", "not read"),
    ("programme.toml", "titre = 3\n", "programme.toml:1", "Did you mean title"),
    ("programme.toml", "\nname = 3\n", "programme.toml:2", "must be a text by language"),
    ("programme.toml", 'name = { fr = "A }\n', "programme.toml:1", "left out"),
    ("programme.toml", 'period = "jamais"\n', "programme.toml:1", "no period"),
    ("programme.toml", "[targets]\nnew_courses_a_year = -1\n", "programme.toml:2", "no whole number"),
    ("programme.toml", '[[hosts]]\nname = "FUN"\nage = "3"\n', "programme.toml:1", "left out"),
]


@pytest.mark.parametrize(("file", "text", "place", "sentence"), FAULTS, ids=[f"{one[0]} {one[3]}" for one in FAULTS])
def test_a_fault_names_its_place_and_what_to_do(
    tmp_path: Path, file: str, text: str, place: str, sentence: str
) -> None:
    (tmp_path / "programme.toml").write_text("")
    (tmp_path / "courses.csv").write_text(COURSES)
    (tmp_path / file).parent.mkdir(exist_ok=True)
    (tmp_path / file).write_text(text)
    (only,) = read_folder(tmp_path)[1]
    assert only.place() == place
    assert re.search(sentence, str(only.told)), str(only.told)
    assert str(only.told).rstrip(".").count(".") >= 1  # what happened, then what to do


@pytest.mark.parametrize(
    ("part", "whole"),
    [
        ("started", "started_any"),
        ("assiduous", "started_any"),
        ("week_two", "started_any"),
        ("passed_week_two", "week_two"),
        ("passed_week_two", "passed"),
        ("passed_assiduous", "assiduous"),
        ("passed_assiduous", "passed"),
        *(
            (part, "enrolments")
            for part in ("started_any", "started", "assiduous", "week_two", "passed", "passed_assiduous")
        ),
    ],
)
def test_a_part_of_a_session_that_exceeds_its_whole_is_named_with_both_numbers(
    tmp_path: Path, part: str, whole: str
) -> None:
    held, faults = faults_of(
        tmp_path, courses=COURSES.encode(), runs=f"course,source,{part},{whole}\nc,x,12,10\n".encode()
    )
    (only,) = faults
    assert str(only.told).startswith(f"{COLUMNS[part]} (12) is more than {COLUMNS[whole]} (10), ")
    assert (only.kind, getattr(held.runs[0], part)) == ("doubt", 12)  # read all the same
    (equal,) = faults_of(tmp_path, runs=f"course,source,{part},{whole}\nc,x,10,10\n".encode())[1:]
    assert equal == ()


def test_in_french_a_part_and_its_whole_are_called_as_the_pages_call_them(tmp_path: Path) -> None:
    (only,) = faults_of(tmp_path, courses=COURSES.encode(), runs=b"course,source,passed,enrolments\nc,x,12,10\n")[1]
    with translation.override("fr"):
        assert only.sentence(gettext).startswith("Réussis (12) dépasse Inscriptions (10)")


def test_two_sessions_of_one_course_platform_and_day_are_told_and_two_of_one_month_are_not(tmp_path: Path) -> None:
    runs = b"course,host,opens\nc,FUN,2016-03-01\nc,edX,2016-03-01\nc,FUN,01/03/2016\nc,FUN,2016-04\nc,FUN,2016-04\n"
    (only,) = faults_of(tmp_path, courses=COURSES.encode(), runs=runs)[1]
    assert (only.place(), "first day of line 2" in str(only.told)) == ("runs.csv:4", True)


def test_two_spellings_of_a_platform_are_told_once(tmp_path: Path) -> None:
    runs = b"course,host\nc,FUN\nc,Fun\nc,Fun\nc,FUN\n"
    (only,) = faults_of(tmp_path, courses=COURSES.encode(), runs=runs)[1]
    assert (only.place(), "The platform Fun is written FUN elsewhere" in str(only.told)) == ("runs.csv:3", True)


def test_a_platform_that_programme_toml_does_not_list_is_a_mere_remark(tmp_path: Path) -> None:
    (tmp_path / "courses.csv").write_text(COURSES)
    (tmp_path / "runs.csv").write_text("course,host\nc,FUN\nc,edX\nc,edX\n")
    (tmp_path / "programme.toml").write_text('[[hosts]]\nname = "FUN"\n')
    (only,) = read_folder(tmp_path)[1]
    assert (only.place(), only.kind) == ("runs.csv:3", "remark")


def test_a_month_is_read_as_french_writes_it_in_tables_and_in_programme_toml(tmp_path: Path) -> None:
    (tmp_path / "courses.csv").write_text("id,title,since\nc,Cours,03/2025\n")
    (tmp_path / "programme.toml").write_text(
        'prepared_on = "24/11/2016"\n[[hosts]]\nname = "FUN"\nextracted_on = "3/2017"\n'
    )
    held, faults = read_folder(tmp_path)
    assert (held.courses[0].since, held.about.prepared_on, held.about.hosts[0].extracted_on, faults) == (
        "2025-03",
        "2016-11-24",
        "2017-03",
        (),
    )


@pytest.mark.parametrize("written", ["31/02/2025", "2025-02-31", "24/11/16", "13/2025", "0/2025", "00/03/2025"])
def test_a_date_that_is_none_is_quoted_as_it_was_written_with_the_forms_to_write(tmp_path: Path, written: str) -> None:
    held, (only,) = faults_of(tmp_path, courses=f"id,title,since\nc,Cours,{written}\n".encode())
    assert held.courses[0].since == ""
    assert f"“{written}” is no date. Write dd/mm/yyyy (24/11/2016) or 2016-11-24" in str(only.told)
    with translation.override("fr"):
        assert "jj/mm/aaaa (24/11/2016)" in only.sentence(gettext)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_each_word_of_a_closed_list_is_read_as_the_pages_call_it(language: str) -> None:
    columns = [column for sheet in SHEETS for column in columns_of(SHEETS[sheet]).values() if column.kind == "choice"]
    with translation.override(language):
        called = [(column, word, choice_words(column.name, word)) for column in columns for word in column.choices]
    assert len(called) > 50
    assert [value_of(column, said.upper()) for column, _word, said in called] == [
        word for _column, word, _said in called
    ]


def test_a_word_that_a_closed_list_has_not_is_refused_with_its_words_beside_the_codes(tmp_path: Path) -> None:
    rows = "year,kind,keur\n2016,Appels à projets,1\n2016,cadeau,1\n".encode()
    held, (only,) = faults_of(tmp_path, revenue=rows)
    assert [row.kind for row in held.revenue] == ["calls_for_projects"]
    assert "Write one of: calls_for_projects (calls for projects), certification, " in str(only.told)
    with translation.override("fr"):
        assert "calls_for_projects (appels à projets), " in only.sentence(gettext)
        assert ", partnerships (partenariats), " in only.sentence(gettext)
    assert ", partnerships, " in str(only.told)


def test_a_number_below_zero_is_told_so_in_french(tmp_path: Path) -> None:
    (only,) = faults_of(tmp_path, courses=b"id,title,enrolments\nc,Cours,-3\n")[1]
    with translation.override("fr"):
        assert "-3 est inférieur à zéro" in only.sentence(gettext)


def test_a_category_is_refused_with_those_that_there_are_and_without_a_list_where_there_are_none(
    tmp_path: Path,
) -> None:
    (tmp_path / "courses.csv").write_text("id,title,category\nc,Cours,x\n")
    for about, advice in (
        ('[[categories]]\nid = "net"\nfr = "R"\nen = "N"\n', "Write one of: net."),
        ("", "x, nor any other. Add it there, or empty the cell."),
    ):
        (tmp_path / "programme.toml").write_text(about)
        (only,) = read_folder(tmp_path)[1]
        assert str(only.told).endswith(advice)


def test_money_whose_comma_may_be_of_thousands_or_of_decimals_is_refused_and_a_count_of_hours_is_not(
    tmp_path: Path,
) -> None:
    rows = b'year,kind,keur\n2016,foundation,"42,000"\n2016,foundation,"42,5"\n2016,foundation,"0,125"\n'
    courses = b'id,title,hours_a_week\nc,Cours,"2,500"\n'
    held, (only,) = faults_of(tmp_path, revenue=rows, courses=courses)
    assert [row.keur for row in held.revenue] == [42.5, 0.125]
    assert held.courses[0].hours_a_week == 2.5
    assert (only.place(), "as 42 or as 42000. Write 42 or 42000" in str(only.told)) == ("revenue.csv:2", True)


@pytest.mark.parametrize("cell", ["340,000", "340.000"])
def test_a_number_of_thousands_is_never_read_as_a_thousandth_of_it(tmp_path: Path, cell: str) -> None:
    totals = f'name,value,period,source\nenrolments,"{cell}",2016,x\n'.encode()
    runs = f'course,opens,enrolments,source\nc,2016,"{cell}",x\n'.encode()
    held, found = faults_of(tmp_path, courses=COURSES.encode(), totals=totals, runs=runs)
    told = {fault.place(): str(fault.told) for fault in found}
    assert "as 340 or as 340000. Write 340 or 340000" in told["runs.csv:2"]
    assert held.runs[0].enrolments is None
    if "," in cell:  # a point is of decimals in every file that is written here
        assert "as 340 or as 340000" in told["totals.csv:2"]
        assert held.totals == ()


def test_a_wrong_line_of_programme_toml_leaves_the_others(tmp_path: Path) -> None:
    about = (
        'period = "2016"\nlicence = "CC BY 4.0\ncontact = "a@example.org"\n\n[targets]\nnew_courses_a_year = 3,\n'
        'several_hosts = true\n\n[[categories]\nid = "net"\nfr = "R"\nen = "N"\n\n[[hosts]]\nname = "FUN"\n'
    )
    (tmp_path / "programme.toml").write_text(about)
    held, found = read_folder(tmp_path)
    assert (held.about.period, held.about.contact, held.about.licence) == ("2016", "a@example.org", "")
    assert (held.about.targets.several_hosts, held.about.targets.new_courses_a_year) == (True, None)
    assert [host.name for host in held.about.hosts] == ["FUN"]
    assert held.about.categories == ()  # not taken for something of another table
    assert [fault.place() for fault in found] == ["programme.toml:2", "programme.toml:6", "programme.toml:9"]
    assert "down to line 13" in str(found[2].told)
    assert {fault.kind for fault in found} == {"lost"}


@settings(max_examples=60, deadline=None)
@given(text=st.text(st.sampled_from('a="[]{}\n,1#'), max_size=60))
def test_whatever_programme_toml_holds_it_is_read_as_far_as_it_goes(text: str) -> None:
    faults = Faults()
    held = read_toml("programme.toml", f'period = "2016"\n{text}', faults)
    assert held.get("period") == "2016" or faults.all()
    assert all(fault.line for fault in faults.all())


def test_equal_findings_of_a_file_are_one_and_of_many_that_differ_ten_are_told() -> None:
    faults = Faults()
    for line in range(2, 502):
        faults.add("runs.csv", line, "The same. Mend it.")
        faults.doubt("runs.csv", line, "No course {id}. Mend it.", id=line)
    faults.add("use.csv", 4, "The same. Mend it.")
    found = [(one.places, one.count, one.more, str(one.told)) for one in grouped(faults.all())]
    assert found[0][:3] == ("runs.csv:2", 1, 0)
    assert ("runs.csv:2–501", 500, 0, "The same. Mend it.") in found
    assert ("use.csv:4", 1, 0, "The same. Mend it.") in found
    assert len(found) == 12
    assert sum(count + more for _places, count, more, _told in found) == 1001


def test_more_than_five_million_in_one_row_is_a_remark_that_says_the_unit(tmp_path: Path) -> None:
    held, (only,) = faults_of(
        tmp_path, revenue="year;kind;keur\n2016;foundation;18\u00a0500\n2016;foundation;5000\n".encode()
    )
    assert [row.keur for row in held.revenue] == [18_500, 5000]
    assert (only.place(), only.kind) == ("revenue.csv:2", "remark")
    assert "thousands of euros: 18500 would be 18.5 million" in str(only.told)
    with translation.override("fr"):
        assert "18500 ferait 18,5 millions" in only.sentence(gettext)


def faults_of(tmp_path: Path, **files: bytes) -> tuple[Programme, tuple[Fault, ...]]:
    (tmp_path / "programme.toml").write_text("")
    for name, data in files.items():
        (tmp_path / f"{name}.csv").write_bytes(data)
    return read_folder(tmp_path)


def test_a_table_saved_by_a_french_spreadsheet_is_read(tmp_path: Path) -> None:
    data = (
        "\ufeffid;title;enrolments;hours_a_week;certifying;since\r\nc;Cours, suite;12\u202f000;2,5;oui;24/11/2016\r\n"
    )
    programme, faults = faults_of(tmp_path, courses=data.encode())
    assert faults == ()
    (course,) = programme.courses
    assert (course.title, course.enrolments, course.hours_a_week) == ("Cours, suite", 12_000, 2.5)
    assert (course.certifying, course.since) == (True, "2016-11-24")


def test_a_table_in_another_encoding_is_a_fault_with_its_line(tmp_path: Path) -> None:
    programme, (fault,) = faults_of(tmp_path, courses=b"id,title\nc,Cours\nd,M\xe9canique\n")
    assert (fault.place(), programme.courses) == ("courses.csv:3", ())
    assert "CSV UTF-8" in str(fault.told)


def test_a_wrong_cell_loses_itself_and_not_its_row(tmp_path: Path) -> None:
    programme, (fault,) = faults_of(tmp_path, courses=b"id,title,enrolments\nc,Cours,peu\n")
    assert [(course.id, course.enrolments) for course in programme.courses] == [("c", None)]
    assert fault.line == 2


def test_lines_are_counted_past_cells_of_several_lines(tmp_path: Path) -> None:
    programme, (fault,) = faults_of(tmp_path, courses=b'id,title\nc,"Un\ntitre"\n,Sans\n')
    assert (programme.courses[0].title, fault.line) == ("Un\ntitre", 4)
