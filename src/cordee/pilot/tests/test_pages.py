"""Do the pilot's pages say what the files say, to whom may know it, without a database?"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import duckdb
import pytest
from django.test import Client, override_settings

from cordee.core.errors import NotFound
from cordee.pilot.desk import Desk
from cordee.pilot.importing import import_paths
from cordee.pilot.simulated.programme import Crowd, PlannedRun, write_programme
from cordee.pilot.store import Store
from cordee.pilot.tests.sessions import AUTUMN, SPRING, store_of
from cordee.ui import countries, typography
from cordee.web.pilot_site import password, variables
from cordee.web.pilot_site import settings as site

pytestmark = pytest.mark.long  # each test makes stores of its own

REPORTS = Path(__file__).parents[4] / "tests" / "data" / "pilot" / "reports"
MOST_BYTES = 100_000
RUN = f"/run?run={quote(AUTUMN)}"
RESEARCH = f"/research?run={quote(AUTUMN)}"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return store_of(tmp_path_factory.mktemp("pilot"), SPRING, AUTUMN)


@pytest.fixture(autouse=True)
def _its_own_site() -> Iterator[None]:
    with override_settings(
        ROOT_URLCONF=site.ROOT_URLCONF,
        INSTALLED_APPS=site.INSTALLED_APPS,
        MIDDLEWARE=site.MIDDLEWARE,
        TEMPLATES=site.TEMPLATES,
        ALLOWED_HOSTS=["127.0.0.1"],
        LANGUAGE_COOKIE_NAME="language",
    ):
        yield


@pytest.fixture
def reader(store: Store, monkeypatch: pytest.MonkeyPatch) -> Client:
    return reader_of(store, monkeypatch)


def reader_of(store: Store, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setenv(variables.STORE, str(store.folder))
    return Client(SERVER_NAME="127.0.0.1", headers={"accept-language": "en"})


def lines_of(page: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(page.decode("utf-8-sig"))))


def text_of(page: bytes) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.decode()))


def test_the_list_holds_every_session_and_one_session_alone_is_shown_at_once(
    reader: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = reader.get("/")
    assert page.status_code == 200
    assert AUTUMN in text_of(page.content)
    assert SPRING in text_of(page.content)
    assert text_of(page.content).count("Du câble au &lt;paquet&gt;") == 1  # its title once, above its sessions
    alone = reader_of(store_of(tmp_path, SPRING), monkeypatch).get("/")
    assert alone.status_code == 302
    assert alone["Location"] == f"/run?run={quote(SPRING, safe='')}"


def test_the_page_of_a_session_says_what_the_query_says_within_its_size(reader: Client) -> None:
    page = reader.get(f"{RUN}&compare={quote(SPRING)}")
    assert page.status_code == 200
    assert len(page.content) <= MOST_BYTES
    rows = lines_of(reader.get(f"/indicators/funnel.csv?run={quote(AUTUMN)}").content)
    shown = text_of(page.content)
    for name in ("started", "assiduous", "passed"):
        assert f"{float(rows[0][f'{name}_percent']):.1f}%" in shown
    assert "Two intervals that overlap" not in shown or "By name" in shown
    assert "Read this as a table" in shown
    assert "grade report" in shown


@pytest.mark.long
def test_no_page_carries_a_style_or_a_script_of_its_own(reader: Client) -> None:
    for path in ("/?all=1", RUN, "/comparison", "/catalogue", "/sources", RESEARCH, "/indicators", "/indicators/stops"):
        page = reader.get(path)
        assert page.status_code == 200, path
        html = page.content.decode()
        assert " style=" not in html, path
        assert re.findall(r"<script(?![^>]* src=)", html) == [], path
        assert "default-src 'none'" in page["Content-Security-Policy"]


def test_words_from_files_are_shown_as_words(reader: Client) -> None:
    html = reader.get(RUN).content.decode()
    assert "Du câble au &lt;paquet&gt;" in html
    assert "<paquet>" not in html


def test_the_finding_names_the_unit_where_most_stop(reader: Client) -> None:
    page = reader.get(RUN)
    rows = json.loads(reader.get(f"/indicators/stops.json?run={quote(AUTUMN)}").content)
    able = [row for row in rows[1:-1] if row["at_risk"] >= 100]
    worst = max(able, key=lambda row: float(row["stopped_percent"]))
    finding = re.search(r'<h2 id="finding">(.*?)</h2>', page.content.decode())
    assert finding is not None
    assert worst["title"] in finding[1]
    assert f"activity={worst['activity']}" in page.content.decode()


def test_every_unit_and_exercise_named_on_the_page_can_be_opened(reader: Client) -> None:
    html = reader.get(f"{RUN}&exercises=all").content.decode()
    addresses = {link.replace("&amp;", "&") for link in re.findall(r'href="(/exercise[^"]*)"', html)}
    assert len(addresses) > 5
    for address in addresses:
        assert reader.get(address).status_code == 200, address


def test_on_a_phone_the_reason_stands_under_the_name(reader: Client) -> None:
    html = reader.get(RUN).content.decode()
    table = html.partition('id="learners"')[2].partition("<tbody>")[2].partition("</tbody>")[0]
    rows = re.findall(r"<tr>(.*?)</tr>", table, re.DOTALL)
    assert rows
    for row in rows:
        (name,) = re.findall(r'<th scope="row">(.*?)</th>', row, re.DOTALL)
        *_others, last = re.findall(r'<td class="hide-phone">(.*?)</td>', row, re.DOTALL)
        tag = re.findall(r'<span class="tag.*?</span>', last)
        assert tag
        assert tag == re.findall(r'<span class="tag.*?</span>', name.partition('class="why only-phone"')[2])


def test_every_learner_stands_on_one_of_the_pages_of_the_list(reader: Client) -> None:
    people = json.loads(reader.get(f"/indicators/learners.json?run={quote(AUTUMN)}").content)
    address, found, pages = f"{RUN}&who=all&page=24", [], 0
    while address:
        html = reader.get(address).content.decode().partition('id="learners"')[2]
        found += re.findall(r'<th scope="row"><a href="/learner\?[^"]*learner=(-?\d+)', html)
        following = re.findall(r'rel="next" href="([^"#]*)', html)
        address, pages = following[0].replace("&amp;", "&") if following else "", pages + 1
    assert found == [str(row["actor"]) for row in people[23 * 15 :]]
    assert pages == -(-len(people) // 15) - 23
    for odd in ("0", "-1", "me", "99999999999", "9999"):
        assert reader.get(f"{RUN}&who=all&page={odd}").status_code == 200


def test_a_learner_has_a_page_with_what_was_handed_in(reader: Client) -> None:
    html = reader.get(f"{RUN}&who=all").content.decode()
    address = re.findall(r'href="(/learner[^"]*)"', html)[0].replace("&amp;", "&")
    page = reader.get(address)
    assert page.status_code == 200
    assert "Exercises handed in" in text_of(page.content)


def test_a_cohort_of_few_is_named_and_not_counted(reader: Client) -> None:
    shown = text_of(reader.get(RUN).content)
    assert re.search(r"Régie Énergie fewer than 10 learners\s+hidden", shown)
    assert re.search(r"Vercors, 1A 40 learners", shown)
    assert "no cohort hidden, so that the small ones stay hidden" in re.sub(r"\s+", " ", shown)


def test_a_cohort_of_few_is_hidden_in_every_file_and_by_the_filter(reader: Client, tmp_path: Path) -> None:
    of = f"run={quote(AUTUMN)}"
    (row,) = [row for row in lines_of(reader.get(f"/indicators/cohorts.csv?{of}").content) if row["cohort"][0:1] == "R"]
    assert {value for name, value in row.items() if name != "cohort"} == {"", "fewer than 10 learners"}
    rows = json.loads(reader.get(f"/indicators/cohorts.json?{of}").content)
    (told,) = [row for row in rows if row["hidden"] == "fewer than 10 learners"]
    assert {name for name, value in told.items() if value is not None} == {"cohort", "hidden"}
    file = tmp_path / "cohorts.parquet"
    file.write_bytes(reader.get(f"/indicators/cohorts.parquet?{of}").content)
    with duckdb.connect() as database:
        found = database.execute("SELECT * FROM read_parquet($1) WHERE hidden <> ''", [str(file)]).fetchall()
    assert [[value for value in line if value is not None] for line in found] == [
        ["Régie Énergie", "fewer than 10 learners"],
        ["", "hidden, so that the small ones stay hidden"],
    ]
    assert "fewer than 10 learners" in text_of(reader.get(f"/indicators/cohorts?{of}").content)
    filtered = f"{of}&cohort={quote('Régie Énergie')}"
    for name in ("funnel", "exercises", "cohorts", "weeks"):
        assert reader.get(f"/indicators/{name}.csv?{filtered}").status_code == 403
    page = reader.get(f"/run?{filtered}")
    assert page.status_code == 200
    shown = text_of(page.content)
    assert "Of this group, no number is shown" in shown
    assert "Too few learners" in shown
    assert "0 learners are enrolled" not in shown
    assert "Not known from the files" not in shown


def test_the_columns_of_a_number_are_explained(reader: Client) -> None:
    shown = text_of(reader.get(f"/indicators/funnel?run={quote(AUTUMN)}").content)
    columns = re.sub(r"\s+", " ", shown.partition("Columns")[2].partition("The query")[0])
    assert "enrolled Learners" in columns


@pytest.mark.parametrize(
    "path",
    [
        "/run?run=nowhere",
        f"{RUN}&cohort=nobody",
        f"{RUN}&compare=nowhere",
        f"/exercise?run={quote(AUTUMN)}&activity=none",
        f"/learner?run={quote(AUTUMN)}&learner=12",
        f"/learner?run={quote(AUTUMN)}&learner=me",
        "/indicators/none",
        "/indicators/funnel.xls",
        "/nothing",
    ],
)
def test_what_is_not_there_is_said_in_a_sentence(reader: Client, path: str) -> None:
    page = reader.get(path)
    assert page.status_code == 404
    assert "<h1>" in page.content.decode()


def test_the_same_table_leaves_as_csv_parquet_json_and_query(reader: Client, tmp_path: Path) -> None:
    asked = f"run={quote(AUTUMN)}"
    told = json.loads(reader.get(f"/indicators/exercises.json?{asked}").content)
    comma = list(
        csv.DictReader(io.StringIO(reader.get(f"/indicators/exercises.csv?{asked}").content.decode("utf-8-sig")))
    )
    parquet = tmp_path / "told.parquet"
    parquet.write_bytes(reader.get(f"/indicators/exercises.parquet?{asked}").content)
    rows = duckdb.read_parquet(str(parquet)).project("activity, tried, mean_best").fetchall()
    assert {"activity", "tried", "solved", "attempts", "first_try", "mean_best"} <= set(told[0])
    assert [row["activity"] for row in comma] == [row["activity"] for row in told] == [row[0] for row in rows]
    assert [int(row["tried"]) for row in comma] == [row["tried"] for row in told] == [row[1] for row in rows]
    assert reader.get("/indicators/exercises.sql").content.decode().lstrip().startswith("WITH")


def test_three_reports_fill_the_page_and_it_says_what_they_do_not_tell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store.make(tmp_path / "store")
    names = ("grade_report", "problem_grade_report", "student_profile_info")
    import_paths(store, [REPORTS / f"CordeeX_OOE101_2026_{name}_2026-03-15-0600.csv" for name in names], host="FUN")
    reader = reader_of(store, monkeypatch)
    page = reader.get("/", follow=True)
    shown = text_of(page.content)
    assert page.status_code == 200
    assert "Passed" in shown
    assert "Not known from the files that were read: each try." in shown
    assert "tracking log" in shown
    finding = re.findall(r'<h2 id="finding">(.*?)</h2>', page.content.decode())[0]
    rows = json.loads(reader.get("/indicators/stops.json").content)
    worst = max(rows[1:-1], key=lambda row: float(row["stopped_percent"] or 0))
    assert 30 <= worst["at_risk"] < 100  # a small session: told because it is surely a tenth or more
    assert worst["stopped_low"] >= 10
    assert finding == f"One active learner in {round(worst['at_risk'] / worst['stopped'])} stops at {worst['title']}."
    # The button beside it leads to the very learners that it counts, none of whom is said to go on.
    html = page.content.decode()
    (address,) = re.findall(r'href="(/run\?[^"]*stopped=[^"]*)"', html.partition('id="funnel"')[0])
    stopped = reader.get(address.replace("&amp;", "&").partition("#")[0])
    assert f"Stopped at {worst['title']} ({worst['stopped']})" in text_of(stopped.content)
    people = json.loads(reader.get("/indicators/learners.json").content)
    assert sum(row["stopped_at"] == worst["activity"] for row in people) == worst["stopped"]
    assert {row["state"] for row in people if row["notice"] == "under_the_mark"} <= {"active"}
    assert "Those who were here last" not in shown


def test_a_store_without_a_file_leads_to_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = reader_of(Store.make(tmp_path / "store"), monkeypatch).get("/", follow=True)
    assert "cordee pilot import" in text_of(page.content)


def test_the_language_is_kept_in_a_cookie(reader: Client) -> None:
    assert "Where they stop" in text_of(reader.get(RUN).content)
    answer = reader.post("/language", {"language": "fr", "next": RUN})
    assert answer.status_code == 302
    page = reader.get(RUN)
    assert "Où l’on s’arrête" in text_of(page.content)
    assert '<html lang="fr"' in page.content.decode()


def test_a_file_that_is_read_later_is_on_the_page_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = store_of(tmp_path, SPRING)
    reader = reader_of(store, monkeypatch)
    assert AUTUMN not in text_of(reader.get("/?all=1").content)
    import_paths(store, [store_of(tmp_path / "more", AUTUMN).folder.parent / "files"])
    assert AUTUMN in text_of(reader.get("/?all=1").content)


# Weeks, films, map


def test_weeks_films_and_map_of_a_session_say_what_the_queries_say(reader: Client) -> None:
    of = f"run={quote(AUTUMN)}"
    html = reader.get(RUN).content.decode()
    for name in ("weeks", "films", "world"):
        assert f'href="/{name}?run=' in html
        page = reader.get(f"/{name}?{of}")
        assert page.status_code == 200
        assert len(page.content) <= MOST_BYTES
        assert " style=" not in page.content.decode()
    weeks = json.loads(reader.get(f"/indicators/weeks_modules.json?{of}").content)
    most = max(weeks, key=lambda row: int(row["acting"]))
    assert f'<td class="heat-4">{most["acting"]}</td>' in reader.get(f"/weeks?{of}").content.decode()
    films = json.loads(reader.get(f"/indicators/films.json?{of}").content)
    shown = reader.get(f"/films?{of}&order=left").content.decode()
    first = max(films, key=lambda row: float(row["left_early_low"]))
    assert shown.index(first["title"]) == min(shown.index(row["title"]) for row in films)
    film = re.findall(r'href="(/film\?[^"]*)"', shown)[0].replace("&amp;", "&")
    page = reader.get(film)
    assert page.status_code == 200
    assert len(re.findall(r'<svg class="viz plot__area', page.content.decode())) == 2
    assert reader.get(f"/film?{of}&activity=none").status_code == 404


def test_the_map_has_a_table_that_says_the_same_and_hides_the_same(reader: Client) -> None:
    of = f"run={quote(AUTUMN)}"
    rows = [row for row in json.loads(reader.get(f"/indicators/countries.json?{of}").content) if row["host"] == ""]
    page = reader.get(f"/world?{of}")
    html, shown = page.content.decode(), text_of(page.content)
    assert html.count('<svg class="world"') == 1
    told = [row for row in rows if row["n"] and row["class"] != "…"]
    assert f"Countries (${len(rows)})".replace("$", "") in shown
    for row in told:
        assert re.search(rf"{re.escape(countries.name_of(row['class'], 'en'))} {row['n']:,} ", shown)
    assert f"{rows[0]['declared']:,} said it, {rows[0]['undeclared']:,} did not" in shown
    assert reader.get("/world").status_code == 200  # all sessions


def test_the_table_of_exercises_draws_tries_and_the_last_days(reader: Client) -> None:
    html = reader.get(f"{RUN}&exercises=all").content.decode()
    rows = html.partition('id="exercises"')[2].partition("</table>")[0]
    assert re.search(
        r'<svg class="spark".*?</svg><span class="num">[\d.]+</span><span class="vh">, \d+% with 6 tries', rows
    )
    assert re.search(r'<polyline class="spark__line[^>]*>.*?<span class="vh">from \d+% to \d+%</span>', rows)


# Sessions side by side, and a session for researchers

BOTH = f"session={quote(SPRING)}&session={quote(AUTUMN)}"
NOTE = "For the team of a laboratory, by consent, not to be passed on."


def test_chosen_sessions_stand_side_by_side_with_what_the_query_says(reader: Client) -> None:
    page = reader.get(f"/comparison?{BOTH}")
    shown = text_of(page.content)
    assert page.status_code == 200
    assert len(page.content) <= MOST_BYTES
    rows = json.loads(reader.get(f"/indicators/differences.json?{BOTH}").content)
    assert {(row["one"], row["other"]) for row in rows} == {(AUTUMN, SPRING)}
    for row in rows:
        one, other = (typography.percent(row[f"{which}_percent"] / 100, "en", 1) for which in ("one", "other"))
        assert f"{one} against {other}" in shown
    everybody = json.loads(reader.get(f"/indicators/log_ranks.json?{BOTH}").content)[0]
    assert f"χ² = {everybody['chi_square']:.1f}, degrees of freedom: 1" in shown
    assert re.search(r"Learners at risk.*Enrolment M1 M2", shown)
    assert "Mean in which each session counts once" in shown
    # Without a choice, the sessions of the course that was played last.
    assert re.sub(r"\s", "", text_of(reader.get("/comparison").content)) == re.sub(r"\s", "", shown)


def test_more_sessions_than_can_be_told_apart_are_refused_and_unknown_ones_not_found(reader: Client) -> None:
    seven = "&".join(f"session=r{number}" for number in range(7))
    assert reader.get(f"/comparison?{seven}").status_code == 400
    assert reader.get(f"/comparison?{BOTH}&session=nowhere").status_code == 404
    alone = reader.get(f"/comparison?session={quote(SPRING)}")
    assert "One session alone is compared with nothing" in text_of(alone.content)


def test_a_session_is_given_to_researchers_as_one_file_with_a_codebook(reader: Client, tmp_path: Path) -> None:
    address = f"/research?run={quote(AUTUMN)}"
    assert address in reader.get(RUN).content.decode()
    asked = {"note": NOTE, "k": "10", "table": ["submissions", "grades"]}
    sent = reader.post(address, asked)
    assert sent["Content-Type"] == "application/zip"
    assert sent["Content-Disposition"] == 'attachment; filename="research-2026_T2.zip"'
    with zipfile.ZipFile(io.BytesIO(sent.content)) as archive:
        rows = list(csv.DictReader(io.StringIO(archive.read("people.csv").decode())))
        assert "codebook.fr.md" in archive.namelist()
        assert "events.csv" not in archive.namelist()
    assert len(rows) == 400
    shown = text_of(reader.get(address).content)
    assert re.search(rf"Files made so far.* 400 10 {NOTE}", shown)


@pytest.mark.parametrize(
    ("asked", "words"),
    [({"k": "9"}, "Ask for 10 or more"), ({"k": "x"}, "Ask for 10"), ({"note": ""}, "Say under which")],
)
def test_a_file_that_may_not_be_made_keeps_what_was_typed(reader: Client, asked: dict[str, str], words: str) -> None:
    address = f"/research?run={quote(AUTUMN)}"
    refused = reader.post(address, {"note": NOTE, "k": "10", "table": ["grades"]} | asked)
    assert refused.status_code == 400
    assert words in text_of(refused.content)
    html = refused.content.decode()
    assert f">{asked.get('note', NOTE)}</textarea>" in html
    assert re.search(r'value="grades" checked', html)
    assert not re.search(r'value="events" checked', html)


def test_a_form_of_another_site_makes_no_file(reader: Client) -> None:
    sent = reader.post(
        f"/research?run={quote(AUTUMN)}", {"note": NOTE, "k": "10"}, headers={"sec-fetch-site": "cross-site"}
    )
    assert sent.status_code == 403


# What a site may limit


def test_a_desk_of_some_sessions_knows_no_other(store: Store) -> None:
    desk = Desk(store, courses=frozenset({SPRING}))
    assert [run.key for run in desk.runs()] == [SPRING]
    assert desk.scope().courses == (SPRING,)
    assert all(set(receipt.courses) == {SPRING} for receipt in desk.sources())
    with pytest.raises(NotFound):
        desk.scope(AUTUMN)


def test_a_desk_of_a_cohort_counts_its_learners_only(store: Store) -> None:
    desk = Desk(store, cohorts=frozenset({"Vercors, 1A"}))
    assert [name for name, _size in desk.cohorts_of(AUTUMN)] == ["Vercors, 1A"]
    assert desk.answer("funnel", desk.scope(AUTUMN)).rows[0]["enrolled"] == 40
    with pytest.raises(NotFound):
        desk.scope(AUTUMN, "Régie Énergie")


def test_a_desk_without_names_names_nobody(store: Store) -> None:
    desk = Desk(store, names=False)
    actor = int(str(Desk(store).answer("learners", desk.scope(AUTUMN)).rows[0]["actor"]))
    assert Desk(store).name_of(actor)
    assert desk.name_of(actor) == ""
    with pytest.raises(NotFound):
        desk.work_of(AUTUMN, actor)


# The password


@pytest.fixture
def guarded(reader: Client, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setenv(variables.PASSWORD_HASH, password.hash_of("neuf alouettes"))
    monkeypatch.setattr(password, "throttle", password.Throttle())
    return reader


def test_the_password_opens_the_page_that_was_asked_for(guarded: Client) -> None:
    sent = guarded.get(RUN)
    assert sent.status_code == 302
    assert sent["Location"].startswith("/sign-in?next=%2Frun")
    refused = guarded.post("/sign-in", {"password": "neuf", "next": RUN})
    assert refused.status_code == 403
    assert "not the password" in text_of(refused.content)
    opened = guarded.post("/sign-in", {"password": "neuf alouettes", "next": RUN})
    assert opened["Location"] == RUN
    assert guarded.get(RUN).status_code == 200


def test_a_new_password_closes_the_pages_again(guarded: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    guarded.post("/sign-in", {"password": "neuf alouettes"})
    monkeypatch.setenv(variables.PASSWORD_HASH, password.hash_of("dix merles"))
    assert guarded.get(RUN).status_code == 302


def test_wrong_passwords_cost_time_and_then_even_the_right_one_waits(guarded: Client) -> None:
    statuses = [guarded.post("/sign-in", {"password": f"no {n}"}).status_code for n in range(6)]
    assert statuses == [403] * 5 + [429]
    waiting = guarded.post("/sign-in", {"password": "neuf alouettes"})
    assert waiting.status_code == 429
    assert int(waiting["Retry-After"]) >= 1


def test_the_wait_doubles_up_to_five_minutes() -> None:
    throttle = password.Throttle()
    waits = []
    for _ in range(20):
        throttle.count(right=False, now=0.0)
        waits.append(throttle.until)
    assert waits[:7] == [0.0] * 4 + [2.0, 4.0, 8.0]
    assert max(waits) == 300
    throttle.count(right=True, now=0.0)
    assert throttle.wait_s(0.0) == 0


def test_every_page_of_a_simulated_run_says_so_and_no_other(
    tmp_path: Path, reader: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    invented = Store.make(tmp_path / "store")
    crowd = Crowd(sex={"f": 1}, ages={"18-24": 1}, education={"master": 1}, countries={"FR": 1}, undeclared_percent=30)
    write_programme(invented, [a_planned_run()], crowd, seed=1)
    addresses = ("/?all", "/run?{}", "/weeks?{}", "/films?{}", "/world?{}", "/exercise?{}&activity=exercise1_1",
                 "/film?{}&activity=film1_1", "/catalogue", "/sources", "/indicators", "/indicators/funnel?{}",
                 "/research?{}", "/comparison")  # fmt: skip
    words = "Simulated data: nobody in it exists."
    for address in ("/?all", RUN, "/catalogue", "/sources"):
        assert words not in reader.get(address).content.decode()
    other = reader_of(invented, monkeypatch)
    for address in addresses:
        answer = other.get(address.format(f"run={quote(a_planned_run().key)}"))
        assert (address, answer.status_code) == (address, 200)
        assert words in answer.content.decode(), address


def a_planned_run() -> PlannedRun:
    return PlannedRun(
        key="course-v1:Ingenia+EAU+2016_T1",
        title="La qualité de l’eau",
        subject="Ingenia+EAU",
        host="FUN",
        language="fr",
        opens=dt.date(2016, 3, 21),
        modules=4,
        hours_a_week=2,
        learners=120,
        started_any=60,
        first_quiz_only=10,
        week_two=40,
        assiduous=35,
        passed=25,
        attested=True,
        extracted_at=dt.datetime(2017, 3, 1, tzinfo=dt.UTC),
    )
