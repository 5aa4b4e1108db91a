"""Is a file for researchers what it says, and can somebody be found in it? Half of these are somebody who tries."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import shutil
import zipfile
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cordee.core.errors import Conflict, CordeeError, InputRefused, NotFound
from cordee.pilot.erasing import actor_called, erase_person
from cordee.pilot.research import anonymity, checking, codebook, writing
from cordee.pilot.research.anonymity import NOTHING, RUNGS, SUPPRESSED, UNDECLARED, Rungs, Traits, coarser, hide
from cordee.pilot.research.columns import CHOSEN, TABLES, tables_of
from cordee.pilot.research.regions import REGIONS, region_of
from cordee.pilot.store import Store
from cordee.pilot.tables import EDUCATION
from cordee.pilot.tests.make import EXTRACTED, RUN, World, at
from cordee.ui import countries

K = 10
NOTE = "For the team of a laboratory, by consent, not to be passed on."
QUASI = Traits._fields
Rows = list[dict[str, str]]


def crowd(many: int = 90) -> World:
    """Learners of whom some are alone of their kind: the only doctor of Iceland, two men of 60, a woman of Kenya."""
    world = World()
    world.run()
    for number in range(3):
        world.activity(f"q{number}", number + 1, quiz=f"Quiz {number}", title="=Titre" if number else "Quiz")
    for number in range(many):
        add_learner(world, number)
    add_learner(world, 900, country="IS", education="doctorate", birth_year=1990)
    add_learner(world, 901, birth_year=1965, education="none", sex="m")
    add_learner(world, 902, birth_year=1966, education="none", sex="m")
    add_learner(world, 903, country="KE", sex="f")
    return world


def add_learner(world: World, number: int, **said: Any) -> None:
    """A learner whose work is like nobody else's: how many tries, when, with which points."""
    person = str(number)
    world.learner(person, cohort="Vercors")
    world.add(
        "persons", person=person, user_id=f"9{number:05}", username=f"user{number}", email=f"user{number}@example.net",
        name=f"Prénom Nom{number}",
    )  # fmt: skip
    usual: dict[str, Any] = {
        "sex": "fm"[number % 2],
        "country": ("FR", "FR", "SN", "BE")[number % 4],
        "education": "master",
    }
    usual |= {"birth_year": 1998 if number % 3 else 1985}
    world.add("people", person=person, **(usual | said))
    for nth in range(number % 5 + 1):
        world.hand_in(person, f"q{nth % 3}", (number % 7) / 7, when=at(number % 20 + nth, hour=number % 11))
    world.event(person, "played", "film", when=at(3, hour=number), from_s=float(number), to_s=None)
    world.add("grades", person=person, grade=float(number % 101), certified=None)


def wanted(**values: Any) -> writing.Wanted:
    asked: dict[str, Any] = {"course": RUN, "note": NOTE, "k": K} | values
    return writing.Wanted(**asked)


def exported(store: Store, target: Path, **values: Any) -> writing.Export:
    return writing.export(store, wanted(**values), target, now=EXTRACTED)


def rows_in(folder: Path, table: str) -> Rows:
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def groups_of(rows: Rows) -> Counter[tuple[str, ...]]:
    return Counter(tuple(row[name] for name in QUASI) for row in rows)


def deeds_of(folder: Path) -> dict[str, Any]:
    """What each person did, without who: by it, somebody lays two exports side by side."""
    deeds: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for table in ("submissions", "events", "grades"):
        for row in rows_in(folder, table):
            deeds[row["person"]].append((table, *(value for name, value in row.items() if name != "person")))
    return {person: tuple(sorted(done)) for person, done in deeds.items()}


@pytest.fixture(scope="module", name="store")
def _store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return crowd().store(tmp_path_factory.mktemp("research") / "store")


@pytest.fixture(scope="module", name="folder")
def _folder(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("given") / "export"
    exported(store, target)
    return target


# Groups


TRAITS = st.builds(
    Traits,
    st.sampled_from(["f", "m", "o", UNDECLARED]),
    st.sampled_from(["-17", "18-24", "25-34", "35-44", "45-54", "55+", UNDECLARED]),
    st.sampled_from([*EDUCATION, UNDECLARED]),
    st.sampled_from(["FR", "BE", "SN", "IS", "JP", UNDECLARED]),
)


@settings(max_examples=40)
@given(st.lists(TRAITS, min_size=10, max_size=80), st.integers(10, 20))
def test_whatever_people_declared_groups_are_k_or_more_and_nobody_is_told_another_class(
    declared: list[Traits], k: int
) -> None:
    people = dict(enumerate(declared))
    if len(people) < k:
        with pytest.raises(ValueError, match="make no group"):
            hide(people, k)
        return
    hidden = hide(people, k)
    assert anonymity.smallest(hidden.told) >= k
    for person, told in hidden.told.items():
        assert told in {NOTHING, coarser(people[person], hidden.rungs)}  # type: ignore[index] # numbers are the keys
    forced = hide(people, k, Rungs(0, 0, 0, 0))
    assert anonymity.smallest(forced.told) >= k
    raised = anonymity.merged(hidden.told, k + 5)
    assert anonymity.smallest(raised) >= min(k + 5, len(people))


def test_groups_that_are_large_enough_are_told_as_declared() -> None:
    people = dict(enumerate([Traits("f", "25-34", "master", "FR")] * 12 + [Traits("m", "18-24", "none", "SN")] * 10))
    hidden = hide(people, K)
    assert hidden.rungs == (0, 0, 0, 0)
    assert Counter(hidden.told.values()) == {people[0]: 12, people[21]: 10}


def test_one_alone_is_hidden_with_the_smallest_group_that_makes_ten() -> None:
    people = dict(enumerate([Traits("f", "25-34", "master", "FR")] * 40 + [Traits("m", "25-34", "master", "FR")] * 30))
    people[99] = Traits("o", "55+", "none", "KE")
    hidden = hide(people, K, Rungs(0, 0, 0, 0))
    assert Counter(hidden.told.values()) == {people[0]: 40, NOTHING: 31}


def test_what_is_lost_is_least() -> None:
    """Two countries of one region, five each: the region is told, and nothing else is lost."""
    people = dict(enumerate([Traits("f", "25-34", "master", country) for country in ("FR", "BE") * 5]))
    hidden = hide(people, K)
    assert hidden.rungs == (0, 0, 0, 1)
    assert set(hidden.told.values()) == {Traits("f", "25-34", "master", "europe")}


def test_every_country_has_one_region() -> None:
    codes = [code for held in REGIONS.values() for code in held.split()]
    assert len(codes) == len(set(codes))
    known = json.loads(countries.FILE.read_text(encoding="utf-8"))
    assert set(known) - set(codes) == {"AQ"}
    assert (region_of("TW"), region_of("XK"), region_of("RE"), region_of("??")) == (
        "asia",
        "europe",
        "africa",
        "elsewhere",
    )


def test_diversity_counts_the_groups_that_give_a_secret_away() -> None:
    one, other = Traits("f", "25-34", "master", "FR"), Traits("m", "25-34", "master", "FR")
    told = {1: one, 2: one, 3: other, 4: other}
    assert anonymity.diversity(told, {1: True, 2: False, 3: True, 4: True}) == (1, 1)
    assert anonymity.diversity(told, {1: True, 2: False, 3: True, 4: False}) == (2, 2)


# The file


def test_who_knows_sex_age_education_and_country_of_somebody_finds_ten_or_more(folder: Path) -> None:
    rows = rows_in(folder, "people")
    assert len(rows) == 94
    assert min(groups_of(rows).values()) >= K
    fitting = {
        name: [row for row in rows if row[name] in {value, SUPPRESSED, region_of(value), "higher", "25-44"}]
        for name, value in (("country", "IS"), ("education", "doctorate"), ("age", "35-44"))
    }
    found = [row for row in rows if all(row in some for some in fitting.values())]
    assert len(found) >= K  # the only doctor of Iceland


def test_no_file_holds_a_name_an_address_a_cohort_a_date_or_a_pseudonym_of_the_store(
    folder: Path, store: Store
) -> None:
    texts = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert set(texts) == {
        *(f"{name}.{ending}" for name in TABLES for ending in ("csv", "parquet")),
        "codebook.fr.md", "codebook.en.md", "datapackage.json",
    }  # fmt: skip
    for name, text in texts.items():
        assert not re.search(rb"user\d|Pr\xc3\xa9nom|Nom\d|Vercors|2026-01", text), name
        assert name.endswith(".parquet") or b"@" not in text, name
    cells = {cell for table in TABLES for row in rows_in(folder, table) for cell in row.values()}
    assert not cells & {str(store.actor_of(str(number))) for number in range(94)}
    assert not cells & {f"9{number:05}" for number in range(94)}


def test_the_tables_say_what_was_done_by_week_and_in_order(folder: Path, store: Store) -> None:
    with store.open() as database:
        tried = database.execute("SELECT count(*) FROM submissions").fetchall()[0][0]
        left = database.execute("SELECT count(*) FROM events").fetchall()[0][0]
    assert (len(rows_in(folder, "submissions")), len(rows_in(folder, "events"))) == (tried, left)
    assert {row["week"] for row in rows_in(folder, "submissions")} == {"1", "2", "3", "4"}
    ranks: dict[str, list[int]] = defaultdict(list)
    weeks: dict[str, list[int]] = defaultdict(list)
    for row in rows_in(folder, "events"):
        ranks[row["person"]].append(int(row["rank"]))
        weeks[row["person"]].append(int(row["week"]))
    assert all(found == list(range(1, len(found) + 1)) for found in ranks.values())
    assert all(found == sorted(found) for found in weeks.values())
    assert {row["from_s"] for row in rows_in(folder, "events")} <= {"", *(str(10 * tens) for tens in range(100))}
    assert {row["title"] for row in rows_in(folder, "activities")} == {"Quiz", "'=Titre", ""}  # no formula
    grades = rows_in(folder, "grades")
    assert sum(row["passed"] == "true" for row in grades) == sum(int(row["grade"]) >= 60 for row in grades)


def test_both_forms_of_a_table_hold_the_same_rows(folder: Path) -> None:
    with duckdb.connect() as database:
        for name in TABLES:
            rows = database.execute("SELECT * FROM read_parquet(?)", [str(folder / f"{name}.parquet")]).fetchall()
            told = [["" if cell is None else str(cell).lower() for cell in row] for row in rows]
            read = [list(row.values()) for row in rows_in(folder, name)]
            same = [[cell.lower() if cell else "" for cell in row] for row in read]
            assert [[_plain(cell) for cell in row] for row in told] == [[_plain(cell) for cell in row] for row in same]


def _plain(cell: str) -> str:
    return f"{float(cell):g}" if re.fullmatch(r"-?\d+(\.\d+)?(e-?\d+)?", cell) else cell


def test_the_data_package_describes_every_file_and_every_cell_is_as_it_says(folder: Path) -> None:
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    assert package["profile"] == "tabular-data-package"
    assert package["licenses"][0]["title"] == NOTE
    assert package["anonymity"]["k_counted_in_file"] == min(groups_of(rows_in(folder, "people")).values())
    resources = {resource["name"]: resource for resource in package["resources"]}
    keys = {name: {row[name_of_key(name)] for row in rows_in(folder, name)} for name in ("people", "activities")}
    for resource in resources.values():
        data = (folder / resource["path"]).read_bytes()
        assert (resource["bytes"], resource["hash"]) == (len(data), f"sha256:{hashlib.sha256(data).hexdigest()}")
    for name in TABLES:
        schema, rows = resources[name]["schema"], rows_in(folder, name)
        assert list(rows[0]) == [field["name"] for field in schema["fields"]]
        assert resources[name]["rows"] == len(rows)
        for field in schema["fields"]:
            cells = {row[field["name"]] for row in rows} - set(schema["missingValues"])
            assert all(_is_of(field, cell) for cell in cells), field
        if "primaryKey" in schema:
            found = [tuple(row[one] for one in schema["primaryKey"]) for row in rows]
            assert len(found) == len(set(found))
        for key in schema.get("foreignKeys", ()):
            assert {row[key["fields"]] for row in rows} - {""} <= keys[key["reference"]["resource"]]


def name_of_key(table: str) -> str:
    return "person" if table == "people" else "activity"


def _is_of(field: Mapping[str, Any], cell: str) -> bool:
    rules = field.get("constraints", {})
    if "enum" in rules and cell not in rules["enum"]:
        return False
    if "pattern" in rules and not re.fullmatch(rules["pattern"], cell):
        return False
    kinds: dict[str, Callable[[str], object]] = {"integer": int, "number": float, "string": str}
    if field["type"] == "boolean":
        return cell in {*field["trueValues"], *field["falseValues"]}
    kinds[field["type"]](cell)
    return True


@pytest.mark.parametrize("language", codebook.LANGUAGES)
def test_the_codebook_says_every_table_column_unit_source_date_and_what_is_not_told(
    folder: Path, language: str
) -> None:
    text = (folder / f"codebook.{language}.md").read_text(encoding="utf-8")
    say = codebook.in_language(language)
    for table in TABLES.values():
        assert say(table.title) in text
        for column in table.columns:
            assert f"| `{column.name}` | {column.type} |" in text
            assert say(column.meaning) in text
            assert not column.unit or say(column.unit) in text
    assert EXTRACTED.date().isoformat() in text
    assert NOTE in text
    assert RUN in text
    rows = rows_in(folder, "people")
    assert f" {min(groups_of(rows).values())} " in text
    for name in QUASI:
        n = sum(row[name] == SUPPRESSED for row in rows)
        assert f"| {say(getattr(codebook.TRAITS, name))} |" in text
        assert re.search(rf"\| {say(getattr(codebook.TRAITS, name))} \| [^|]+ \| {n} ", text)


def test_no_sentence_of_the_french_codebook_is_english(folder: Path) -> None:
    said = {
        language: (folder / f"codebook.{language}.md").read_text(encoding="utf-8") for language in codebook.LANGUAGES
    }
    lines = {
        language: {
            cell.strip(" -#:\u00a0")
            for line in text.splitlines()
            if not line.startswith(("> ", "|---"))
            for cell in re.sub(r"`[^`]*`", "", line).split("|")
        }
        for language, text in said.items()
    }
    alike = {cell for cell in lines["fr"] & lines["en"] if re.search(r"[a-z]{3} |[a-z]{6}", cell)}
    assert alike <= {"string", "integer", "number", "boolean", "points"}
    assert re.search(r"\d,\d\u00a0%", said["fr"])
    assert re.search(r"\d\.\d%", said["en"])


# Two files side by side


@pytest.mark.long
def test_two_files_have_no_pseudonym_in_common_and_those_under_a_key_have_all(store: Store, tmp_path: Path) -> None:
    key = writing.key_in(tmp_path / "key")
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
    people = []
    for number, values in enumerate(({}, {}, {"key": key}, {"key": writing.key_in(tmp_path / "key")})):
        exported(store, tmp_path / str(number), **values)
        people.append({row["person"] for row in rows_in(tmp_path / str(number), "people")})
    assert not people[0] & people[1]
    assert not people[0] & people[2]
    assert people[2] == people[3]


@pytest.mark.long
def test_a_few_newcomers_are_in_no_table_and_ten_are_hidden_among_themselves(tmp_path: Path) -> None:
    world = crowd()
    first = world.store(tmp_path / "store")
    exported(first, tmp_path / "first")
    world.rows.pop("structure"), world.rows.pop("runs")
    for number in range(100, 104):
        add_learner(world, number, country="KE", education="primary")
    later = world.store(tmp_path / "store", extracted_at=at(100).replace(tzinfo=EXTRACTED.tzinfo))
    made = exported(later, tmp_path / "second")
    assert made.waiting == 4
    assert groups_of(rows_in(tmp_path / "second", "people")) == groups_of(rows_in(tmp_path / "first", "people"))
    assert sorted(deeds_of(tmp_path / "second").values()) == sorted(deeds_of(tmp_path / "first").values())
    for number in range(104, 115):
        add_learner(world, number)
    last = world.store(tmp_path / "store", extracted_at=at(101).replace(tzinfo=EXTRACTED.tzinfo))
    assert exported(last, tmp_path / "third").waiting == 0
    # Somebody lays the files side by side: what is done tells who was there before.
    seen = set(deeds_of(tmp_path / "first").values())
    deeds = deeds_of(tmp_path / "third")
    rows = rows_in(tmp_path / "third", "people")
    newcomers = [row for row in rows if deeds[row["person"]] not in seen]
    assert len(newcomers) == 15
    assert min(groups_of(newcomers).values()) >= K
    old = [row for row in rows if deeds[row["person"]] in seen]
    assert min(groups_of(old).values()) >= K


@pytest.mark.long
def test_what_is_declared_anew_is_not_told_and_who_leaves_the_run_stays_in_the_file(tmp_path: Path) -> None:
    world = crowd()
    exported(world.store(tmp_path / "store"), tmp_path / "first")
    world.rows["people"] = [
        dict(row) | ({"country": "KE", "sex": "o"} if row["person"] == "3" else {}) for row in world.rows["people"]
    ]
    world.rows["enrolments"] = [
        dict(row) | ({"active": False} if row["person"] == "4" else {}) for row in world.rows["enrolments"]
    ]
    store = world.store(tmp_path / "store", extracted_at=at(100).replace(tzinfo=EXTRACTED.tzinfo))
    exported(store, tmp_path / "second")
    assert groups_of(rows_in(tmp_path / "second", "people")) == groups_of(rows_in(tmp_path / "first", "people"))


@pytest.mark.long
def test_a_larger_k_asked_later_tells_less_of_the_same_groups(tmp_path: Path) -> None:
    store = crowd().store(tmp_path / "store")
    exported(store, tmp_path / "first")
    exported(store, tmp_path / "second", k=30)
    assert min(groups_of(rows_in(tmp_path / "second", "people")).values()) >= 30
    deeds = [deeds_of(tmp_path / name) for name in ("first", "second")]
    first, second = (
        {
            deeds[nth][row["person"]]: tuple(row[one] for one in QUASI)
            for row in rows_in(tmp_path / ("first", "second")[nth], "people")
        }
        for nth in range(2)
    )
    # Both together tell no more than the first alone.
    assert all(second[done] in {first[done], tuple(NOTHING)} for done in first)


def test_who_is_erased_is_in_no_later_file_and_not_remembered(tmp_path: Path) -> None:
    store = crowd().store(tmp_path / "store")
    exported(store, tmp_path / "first")
    actor = actor_called(store, "user7")
    erase_person(store, actor)
    made = exported(store, tmp_path / "second")
    assert made.people == 93
    for path in (store.folder / "told").glob("*.json"):
        assert str(actor) not in path.read_text(encoding="utf-8")


# What is refused


@pytest.mark.parametrize(
    ("values", "error", "words"),
    [
        ({"k": 9}, InputRefused, "Ask for 10 or more"),
        ({"note": "  secret \n "}, InputRefused, "Say under which licence"),
        ({"tables": ("people", "answers")}, InputRefused, "There is no table answers"),
        ({"course": "nowhere"}, NotFound, "nowhere"),
    ],
)
def test_what_may_not_be_asked_is_refused_with_what_to_do(
    store: Store, tmp_path: Path, values: dict[str, Any], error: type[CordeeError], words: str
) -> None:
    with pytest.raises(error, match=words):
        exported(store, tmp_path / "export", **values)
    assert list(tmp_path.iterdir()) == []


def test_a_run_of_a_few_is_given_to_nobody(tmp_path: Path) -> None:
    world = World()
    world.run()
    for number in range(9):
        add_learner(world, number)
    with pytest.raises(Conflict, match="fewer than 10"):
        exported(world.store(tmp_path / "store"), tmp_path / "export")
    assert not (tmp_path / "export").exists()


def test_nothing_that_is_there_is_written_over(store: Store, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("mine")
    with pytest.raises(Conflict, match="is there already"):
        exported(store, tmp_path / "mine")
    assert [path.name for path in tmp_path.rglob("*")] == ["mine", "thesis.txt"]


def test_a_key_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("secret")
    with pytest.raises(InputRefused, match="holds no key"):
        writing.key_in(tmp_path / "key")


def test_one_file_holds_the_same_as_a_folder_and_only_the_tables_asked_for(store: Store, tmp_path: Path) -> None:
    exported(store, tmp_path / "export.zip", tables=("people", "grades"))
    with zipfile.ZipFile(tmp_path / "export.zip") as archive:
        names = archive.namelist()
    assert set(names) == {
        "people.csv", "people.parquet", "grades.csv", "grades.parquet",
        "codebook.fr.md", "codebook.en.md", "datapackage.json",
    }  # fmt: skip
    assert [path.name for path in tmp_path.iterdir()] == ["export.zip"]


def broken(text: str) -> dict[str, tuple[str, str, str]]:
    """How the file of a table may be broken, and the promise that it breaks."""
    first = text.splitlines()[1]
    person, _, rest = first.partition(",")
    return {
        "a person more, alone": ("people", text + "a234567a234567ab,o,55+,none,KE\n", "a group of 1|A group of 1"),
        "a name for a pseudonym": ("people", text.replace(person, "Zoé"), "holds what it may not"),
        "a place for a country": (
            "people",
            text.replace(first, f"{person},f,25-34,master,Nantes"),
            "holds what it may not",
        ),
        "an address": ("people", text + "user3@example.net,f,25-34,master,FR\n", "holds an address"),
        "a column more": (
            "people",
            text.replace("person,", "person,name,", 1).replace(first, f"{person},x,{rest}"),
            "columns",
        ),
        "a line less": ("people", text.replace(first + "\n", ""), "two forms differ"),
    }


@pytest.mark.parametrize("how", list(broken("h\na,b")))
def test_the_check_finds_a_file_that_breaks_its_promise(folder: Path, tmp_path: Path, how: str) -> None:
    copied = shutil.copytree(folder, tmp_path / "copy")
    tables = tables_of(CHOSEN)
    checking.check(copied, tables, K, emails={"user3@example.net"})
    name, text, words = broken((copied / "people.csv").read_text(encoding="utf-8"))[how]
    (copied / f"{name}.csv").write_text(text, encoding="utf-8", newline="")
    if how not in {"a line less", "an address"}:
        with duckdb.connect() as database:
            source, to = (str(copied / f"{name}.{ending}") for ending in ("csv", "parquet"))
            database.execute(
                f"COPY (SELECT * FROM read_csv('{source}', all_varchar = true)) TO '{to}' (FORMAT parquet)"
            )
    with pytest.raises(checking.ExportRefused, match=words):
        checking.check(copied, tables, K, emails={"user3@example.net"})


def test_a_group_that_only_the_other_form_tells_is_found(folder: Path, tmp_path: Path) -> None:
    copied = shutil.copytree(folder, tmp_path / "copy")
    path = str(copied / "people.parquet")
    with duckdb.connect() as database:
        database.execute("CREATE TABLE people AS SELECT * FROM read_parquet(?)", [path])
        database.execute("UPDATE people SET country = 'KE' WHERE person = (SELECT min(person) FROM people)")
        database.execute(f"COPY people TO '{path}' (FORMAT parquet)")
    with pytest.raises(checking.ExportRefused, match="two forms differ"):
        checking.check(copied, tables_of(CHOSEN), K)


def test_a_stranger_among_the_submissions_is_found(folder: Path, tmp_path: Path) -> None:
    copied = shutil.copytree(folder, tmp_path / "copy")
    path = copied / "submissions.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*lines[:-1], "a234567a234567ab" + lines[-1][16:]]) + "\n", encoding="utf-8")
    with pytest.raises(checking.ExportRefused, match="holds what it may not"):
        checking.check(copied, tables_of(CHOSEN), K)


def test_rungs_are_four_and_the_highest_tells_nothing() -> None:
    assert coarser(Traits("f", "25-34", "master", "FR"), RUNGS) == NOTHING
    assert coarser(Traits(UNDECLARED, UNDECLARED, UNDECLARED, UNDECLARED), RUNGS) == NOTHING
