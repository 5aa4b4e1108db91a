"""Does `cordee pilot` do what it says, refuse clearly and end with the right code?"""

from __future__ import annotations

import contextlib
import csv
import io
import json
import re
import socket
import subprocess
from collections import Counter
from pathlib import Path

import httpx
import pytest

from cordee.pilot.queries import cohorts_of
from cordee.pilot.store import Store
from cordee.pilot.tests.bringing import REPORTS
from cordee.pilot.tests.sessions import AUTUMN, SPRING, files
from cordee.web.tests.running import CORDEE, cordee, environment, running_pilot

pytestmark = pytest.mark.long  # each call is a process of its own; none has a database


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return files(tmp_path_factory.mktemp("exports with a space – é"), SPRING, AUTUMN)


@pytest.fixture(scope="module")
def store(exports: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    folder = home / "pilote d’été"
    done = cordee("pilot", "import", str(exports), "--store", str(folder), "--host", "FUN", "--json", home=home)
    assert done.returncode == 0, done.stderr
    receipts = json.loads(done.stdout)
    assert {"digest", "name", "source", "courses", "read", "kept", "dropped"} <= set(receipts[0])
    assert {course for one in receipts for course in one["courses"]} == {SPRING, AUTUMN}
    return folder


def test_help_names_the_commands_in_both_languages(tmp_path: Path) -> None:
    said = cordee("pilot", "--help", home=tmp_path)
    assert said.returncode == 0
    for name in ("demo", "import", "watch", "serve", "show", "export"):
        assert f" {name} " in said.stdout
    french = cordee("pilot", "--help", home=tmp_path, LC_ALL="fr_FR.UTF-8")
    assert "où l’on s’arrête" in re.sub(r"\s+", " ", french.stdout.replace("│", ""))


def test_what_is_said_of_every_file_is_french_on_a_french_machine(tmp_path: Path) -> None:
    words = ("pilot", "import", str(REPORTS), "--store")
    english, french = (
        cordee(*words, str(tmp_path / language), home=tmp_path, LC_ALL=language)
        .stdout.replace(str(tmp_path / language), "store")
        .splitlines()
        for language in ("C.UTF-8", "fr_FR.UTF-8")
    )
    assert "  The pass mark was inferred from who may have a certificate: 50 out of 100." in english
    assert len(french) == len(english) > 30
    assert set(french) & set(english) == set()


def test_nothing_that_can_be_read_ends_with_1_and_says_what_can(tmp_path: Path) -> None:
    folder = tmp_path / "given"
    folder.mkdir()
    (folder / "notes.txt").write_text("Hello")
    done = cordee("pilot", "import", str(folder), "--store", str(tmp_path / "store"), home=tmp_path)
    assert done.returncode == 1
    assert "notes.txt: not read, the format is not known\nNothing was read. Cordée reads: " in done.stdout
    (folder / "grades.csv").write_text("Student ID,Email,Username,Grade\n7,a@example.org,awa,0.5\n")
    done = cordee("pilot", "import", str(folder), "--store", str(tmp_path / "store"), home=tmp_path)
    assert (done.returncode, "Say it: --course course-v1:" in done.stderr) == (1, True)
    (folder / "more.csv").write_text("Student ID,Email,Username,Grade\n8,b@example.org,bea,0.5\n")
    done = cordee("pilot", "import", str(folder), "--store", str(tmp_path / "store"), home=tmp_path)
    assert done.stderr.startswith("2 files do not say of which session they are. Say it: --course course-v1:")
    assert "They are: grades.csv, more.csv." in done.stderr
    assert "Cordée reads" not in done.stdout
    (folder / "grades.xlsx").write_bytes(b"PK\x03\x04")
    for name, said in (("grades.xlsx", "Enregistrez-le en CSV"), ("notes.txt", "le rapport de notes")):
        words = ("pilot", "import", str(folder / name), "--store", str(tmp_path / "none"))
        assert said in cordee(*words, home=tmp_path, LC_ALL="fr_FR.UTF-8").stderr
    assert not (tmp_path / "none").exists()


def test_a_session_is_exported_for_researchers_and_a_refusal_says_what_to_do(store: Path, tmp_path: Path) -> None:
    asked = ("pilot", "export", "--store", str(store), "--course", AUTUMN, "--research", str(tmp_path / "export"))
    refused = cordee(*asked, "--json", home=tmp_path)
    assert refused.returncode == 1
    assert "Say under which licence" in json.loads(refused.stdout)["error"]
    done = cordee(*asked, "--note", "For a laboratory, by consent of all", "--json", home=tmp_path)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    with (tmp_path / "export" / "people.csv").open(encoding="utf-8", newline="") as file:
        groups = Counter(tuple(row.values())[1:] for row in csv.DictReader(file))
    assert told["smallest_group"] == min(groups.values()) >= told["k"] == 10
    assert told["people"] == sum(groups.values()) == 400
    again = cordee(*asked, "--note", "For a laboratory, by consent of all", home=tmp_path)
    assert "is there already" in again.stderr


def test_the_same_files_again_change_nothing(store: Path, exports: Path, tmp_path: Path) -> None:
    before = sorted((path.name, path.stat().st_mtime_ns) for path in store.rglob("*.parquet"))
    done = cordee("pilot", "import", str(exports), "--store", str(store), home=tmp_path)
    assert done.returncode == 0
    assert "cordee pilot serve --store" in done.stdout
    assert sorted((path.name, path.stat().st_mtime_ns) for path in store.rglob("*.parquet")) == before


def test_a_number_is_said_as_json_csv_query_and_words(store: Path, tmp_path: Path) -> None:
    asked = ("pilot", "show", "exercises", "--store", str(store), "--course", AUTUMN)
    rows = json.loads(cordee(*asked, "--json", home=tmp_path).stdout)
    assert {"activity", "tried", "solved", "attempts", "first_try", "mean_best"} <= set(rows[0])
    comma = list(csv.DictReader(io.StringIO(cordee(*asked, "--csv", home=tmp_path).stdout)))
    assert [int(row["tried"]) for row in comma] == [row["tried"] for row in rows]
    assert cordee(*asked, "--sql", home=tmp_path).stdout.startswith("WITH")
    words = cordee(*asked, home=tmp_path).stdout
    assert rows[0]["activity"] in words
    funnel = json.loads(cordee("pilot", "show", "funnel", "--store", str(store), "--json", home=tmp_path).stdout)
    assert len(funnel) == 1
    assert {"enrolled", "started", "assiduous", "passed", "passed_of_assiduous"} <= set(funnel[0])


def test_without_a_name_every_number_is_listed_in_a_line(tmp_path: Path) -> None:
    said = cordee("pilot", "show", home=tmp_path)
    assert said.returncode == 0
    lines = said.stdout.strip().splitlines()
    assert any(line.startswith("funnel ") for line in lines)
    listed = json.loads(cordee("pilot", "show", "--json", home=tmp_path).stdout)
    assert [line.split()[0] for line in lines] == [one["name"] for one in listed]


def test_an_unknown_number_is_refused_with_those_that_exist(store: Path, tmp_path: Path) -> None:
    done = cordee("pilot", "show", "funel", "--store", str(store), "--json", home=tmp_path)
    assert done.returncode == 1
    assert "funnel" in json.loads(done.stdout)["error"]


def test_a_list_of_people_is_a_cohort(store: Path, tmp_path: Path) -> None:
    people = tmp_path / "cohorte.csv"
    # The learners of the first session: its ids begin at 100000.
    people.write_text(
        "username;cohort\n" + "".join(f"learner{100_000 + n};A\n" for n in range(30)) + "nobody;A\n", "utf-8"
    )
    asked = ("pilot", "show", "funnel", "--store", str(store), "--cohort", str(people), "--json")
    done = cordee(*asked, home=tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)[0]["enrolled"] == 30
    assert "1" in done.stderr  # one is not known here
    people.write_text("nobody\n", "utf-8")
    assert cordee(*asked, home=tmp_path).returncode == 1
    people.write_text("".join(f"learner{100_000 + n}\n" for n in range(9)), "utf-8")
    for name in ("funnel", "exercises", "cohorts", "sex"):
        done = cordee("pilot", "show", name, *asked[3:], home=tmp_path)
        assert done.returncode == 1, name
        assert "fewer than 10" in json.loads(done.stdout)["error"]
    done = cordee("pilot", "show", "learners", *asked[3:], home=tmp_path)
    assert len(json.loads(done.stdout)) == 9


def test_small_cohorts_are_shown_by_name_alone(store: Path, tmp_path: Path) -> None:
    sizes = dict(cohorts_of(Store(store), AUTUMN))
    assert min(sizes.values()) < 10
    done = cordee("pilot", "show", "cohorts", "--store", str(store), "--json", home=tmp_path)
    rows = json.loads(done.stdout)
    small = [row for row in rows if row["hidden"]]
    assert {name for name, size in sizes.items() if size < 10} <= {row["cohort"] for row in small}
    for row in small:
        assert {name for name, value in row.items() if value is not None} == {"cohort", "hidden"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("import", "missing.csv", "--store", "new"), "missing.csv"),
        (("show", "funnel", "--store", "missing"), "cordee pilot import"),
        (("serve", "--store", "missing"), "cordee pilot import"),
        (("watch", "missing", "--store", "new"), "missing"),
        (("import", "a.csv", "--store", "full"), "full"),
        (("import", "a.csv", "--store", "a.csv"), "a.csv"),
        (("show", "funnel", "--store", "full", "--cohort", "missing.csv"), "full"),
    ],
)
def test_what_cannot_be_done_ends_with_1_and_says_what_to_do(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("dear", "utf-8")
    (tmp_path / "a.csv").write_text("Student ID,Email\n", "utf-8")
    done = subprocess.run(  # noqa: S603 - our own command
        [*CORDEE, "pilot", *words],
        cwd=tmp_path,
        env=environment(tmp_path / "home", {}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert done.stderr.startswith("cordee: ")
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert (tmp_path / "full" / "letter.txt").read_text("utf-8") == "dear"


@pytest.mark.parametrize(
    "words",
    [
        ("show", "funnel"),
        ("show", "funnel", "--store", "s", "--json", "--csv"),
        ("import", "--store", "s"),
        ("import", "a.csv"),
        ("serve",),
        ("serve", "--store", "s", "--port", "0"),
        ("nothing",),
    ],
)
def test_a_command_called_wrongly_ends_with_2(tmp_path: Path, words: tuple[str, ...]) -> None:
    assert cordee("pilot", *words, home=tmp_path).returncode == 2


def test_other_machines_are_let_in_with_a_password_only(store: Path, tmp_path: Path) -> None:
    done = cordee("pilot", "serve", "--store", str(store), "--host-address", "0.0.0.0", home=tmp_path)  # noqa: S104
    assert done.returncode == 1
    assert "CORDEE_PILOT_PASSWORD" in done.stderr


def test_a_port_that_is_taken_is_named_with_another(store: Path, tmp_path: Path) -> None:
    with contextlib.closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = cordee("pilot", "serve", "--store", str(store), "--port", str(port), home=tmp_path)
    assert done.returncode == 1
    assert f"Port {port}" in done.stderr
    assert "--port" in done.stderr


def test_the_pages_are_served_with_their_styles_and_leave_no_database(store: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    with running_pilot(home, "serve", "--store", str(store)) as url:
        page = httpx.get(f"{url}/run", params={"run": AUTUMN}, timeout=60)
        assert page.status_code == 200
        styles = re.findall(r'href="(/static/[^"]+\.css)"', page.text)
        assert len(styles) == 2
        assert all(httpx.get(url + style).status_code == 200 for style in styles)
        # Another site's name for this machine is not ours: nothing is answered to it.
        assert httpx.get(f"{url}/run", headers={"host": "evil.example"}).status_code == 400
    assert [path.name for path in home.rglob("*") if path.is_file()] == ["log.txt"]


def test_the_demo_answers_what_nobody_asked_before_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    run = "course-v1:Ingenia+CABLE+2026_T2"
    with running_pilot(tmp_path / "home", "demo", start_s=120) as url:
        assert len(list(tmp_path.glob("cordee-pilot-demo-*"))) == 1
        for cohort, learners in (("Vercors, 1A", "184"), ("Lérins, 2A", "96")):
            page = httpx.get(f"{url}/run", params={"run": run, "cohort": cohort}, timeout=60)
            assert (page.status_code, learners in page.text) == (200, True)
    assert list(tmp_path.glob("cordee-pilot*")) == []


def test_the_password_may_lie_in_a_file(store: Path, tmp_path: Path) -> None:
    secret = tmp_path / "password"
    secret.write_text("neuf alouettes\n", "utf-8")
    words = ("--host-address", "0.0.0.0")  # noqa: S104 - the test asks through loopback
    with (
        running_pilot(
            tmp_path / "home", "serve", "--store", str(store), *words, CORDEE_PILOT_PASSWORD_FILE=str(secret)
        ) as url,
        httpx.Client(base_url=url, follow_redirects=True, timeout=60) as reader,
    ):
        assert 'type="password"' in reader.get("/run", params={"run": AUTUMN}).text
        reader.post("/sign-in", data={"password": "neuf alouettes"})
        assert 'id="finding"' in reader.get("/run", params={"run": AUTUMN}).text


def test_a_session_that_was_said_wrongly_is_said_again(tmp_path: Path) -> None:
    report, folder = tmp_path / "grades.csv", tmp_path / "store"
    report.write_text("Student ID,Email,Username,Grade\n7,a@example.org,awa,0.5\n")
    asked = ("pilot", "import", str(report), "--store", str(folder), "--course")
    for run in ("course-v1:IMT+ABC+2016", "course-v1:IMT+ABC+2017"):
        assert f"Sessions: {run}\n" in cordee(*asked, run, home=tmp_path).stdout
    assert Store(folder).courses() == (run,)
    report = report.rename(tmp_path / "notes.csv")
    again = cordee("pilot", "import", str(report), *asked[3:], run, home=tmp_path, LC_ALL="fr_FR.UTF-8")
    assert "notes.csv\u00a0: déjà connu, rien n’a été ajouté" in again.stdout


def test_no_cell_of_a_table_is_a_formula_to_a_spreadsheet(tmp_path: Path) -> None:
    report, folder = tmp_path / "A_B_C_grade_report_2026-03-01-0600.csv", tmp_path / "a store"
    rows = "".join(f"{n},l{n}@example.org,=1+{n},0.5,=cmd\n" for n in range(1, 13))
    report.write_text(f"Student ID,Email,Username,Grade,Cohort Name\n{rows}")
    said = cordee("pilot", "import", str(report), "--store", str(folder), home=tmp_path).stdout
    assert f"See them: cordee pilot serve --store '{folder}'\n" in said
    table = cordee("pilot", "show", "learners", "--store", str(folder), "--csv", home=tmp_path).stdout
    cells = [cell for row in csv.reader(io.StringIO(table)) for cell in row]
    assert "'=1+1" in cells
    assert [cell for cell in cells if cell.startswith("=")] == []


def test_a_first_import_of_a_report_that_was_cut_says_one_thing_and_leaves_no_store(tmp_path: Path) -> None:
    report, folder = tmp_path / "A_B_C_grade_report_2026-03-01-0600.csv", tmp_path / "store"
    report.write_text("Student ID,Email,Username,Grade,Cohort Name\n1,a@example.org,awa,0.5,\n2,b@exam")
    done = cordee("pilot", "import", str(report), "--store", str(folder), home=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert "the download is incomplete. Download it again" in done.stderr
    assert not folder.exists()
