"""Does `cordee course watch` show what is written as learners will see it, to this machine alone, and store nothing?"""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import subprocess
import tempfile
import time
import weakref
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from pathlib import Path
from typing import ClassVar

import httpx
import pytest

from cordee.activities.code.tests.make import RIGHT
from cordee.activities.code.tests.make import course as a_program
from cordee.courses.tests.course_texts import MODULE, NOW, folder
from cordee.courses.tests.test_text_writing_out import FILES, HEX, archive_of, as_text
from cordee.courses.text.drafting import Drafts
from cordee.formats.coursetext.folder import FolderLimits
from cordee.sandbox.tests.compilers import shared_folder
from cordee.web.course_preview import serving
from cordee.web.course_preview.serving import News, Watcher, free_port
from cordee.web.course_preview.stage import Stage
from cordee.web.course_preview.watching import looks_half_written, states_in
from cordee.web.tests.running import CORDEE, cordee, environment, running_preview
from tests.ports import free_ports

QUIZ = """::: quiz octets
attempts: 2
show-answer: spent

Combien ?

- = 6
  > Oui, quarante-huit bits.

> [!hint]
> Comptez les paires.

> [!solution]
> Une adresse en a six.

:::
"""
UNIT = "modules/nommer/trame.fr.md"
BILAN = "modules/nommer/bilan.fr.md"
TEXT = f"""# Trame

Une **trame** : ![trame](trame.svg)

{QUIZ}
::: html tableau

<p>Un tableau</p><script>alert(1)</script>

:::

::: text pour-eux
for: [alternance]

Pour le groupe.

:::

::: text equipe
visible: team

Pour l'équipe.

:::
"""
COURSE: Mapping[str, str] = {
    UNIT: TEXT,
    "modules/nommer/trame.en.md": "",
    BILAN: "# Bilan\n\nFini.\n",
    "modules/nommer/module.yaml": MODULE.replace("    graded: quiz\n    due: +13d\n", ""),
}
PAGE = "/runs/Ingenia+RES101+preview/units/trame"
FRENCH = {"Accept-Language": "fr"}


def looking(address: str) -> httpx.Client:
    """A browser of its own."""
    return httpx.Client(base_url=address, headers=FRENCH, follow_redirects=True, timeout=40)


def edition_of(page: str) -> str:
    found = re.search(r'id="preview" data-edition="([^"]+)"', page)
    assert found is not None
    return found[1]


def seen_after(browser: httpx.Client, path: str, edition: str) -> str:
    """The page as it is drawn once the text is in another state."""
    news = browser.get("/preview/wait", params={"edition": edition}).json()
    assert news["edition"] != edition
    return browser.get(path).text


def save(at: Path, text: str) -> None:
    """As editors do that write beside a file and then put the new one in its place."""
    draft = at.with_suffix(".tmp~")
    draft.write_text(text, encoding="utf-8")
    draft.replace(at)


def form_of(page: str, action: str) -> dict[str, str]:
    """The hidden fields of a form."""
    found = re.search(rf'<form[^>]*action="[^"]*{re.escape(action)}[^"]*".*?</form>', page, re.DOTALL)
    assert found is not None
    fields = re.findall(r'<input[^>]*type="hidden"[^>]*>', found[0])
    return {
        unescape(re.search(r'name="([^"]*)"', one)[1]): unescape(re.search(r'value="([^"]*)"', one)[1])  # type: ignore[index]
        for one in fields
    }


@pytest.fixture(scope="module")
def preview(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    at = tmp_path_factory.mktemp("preview")
    root = folder(at / "cours", **COURSE)
    with running_preview(root, at) as (address, _process):
        yield address, root


@pytest.fixture
def course(preview: tuple[str, Path]) -> Iterator[tuple[httpx.Client, Path]]:
    """A new browser before the course as it is at first."""
    address, root = preview
    with looking(address) as browser:
        before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
        yield browser, root
        changed = {path for path in root.rglob("*") if path.is_file()} ^ before.keys()
        for path in changed - before.keys():
            path.unlink()
        for path, data in before.items():
            if not path.is_file() or path.read_bytes() != data:
                path.write_bytes(data)
                changed.add(path)
        if changed:
            time.sleep(1)


@pytest.mark.long
def test_the_page_of_a_unit_is_the_learners_own_and_its_scripts_are_taken_out(
    course: tuple[httpx.Client, Path],
) -> None:
    browser, _root = course
    page = browser.get(PAGE)
    assert page.status_code == 200
    assert "<strong>trame</strong>" in page.text
    assert "alert(1)" not in page.text
    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert "Pour le groupe." not in page.text
    assert "équipe.</p>" not in page.text
    assert "Une adresse en a six" not in page.text  # no right answer before its time
    assert 'rel="next"' in page.text  # what opens later on a site is open here


@pytest.mark.long
def test_a_save_is_shown_at_the_next_look_also_by_renaming_and_each_of_two_browsers_sees_it(
    course: tuple[httpx.Client, Path],
) -> None:
    browser, root = course
    with looking(str(browser.base_url)) as other:
        editions = [edition_of(one.get(PAGE).text) for one in (browser, other)]
        save(root / UNIT, TEXT.replace("Combien ?", "Combien en tout ?"))
        for one, edition in zip((browser, other), editions, strict=True):
            assert "Combien en tout" in seen_after(one, PAGE, edition)


@pytest.mark.long
def test_what_learners_meet_before_a_section_is_told_where_the_preview_passes_through(
    course: tuple[httpx.Client, Path],
) -> None:
    browser, root = course
    before = browser.get(PAGE).text
    assert "preview-doors" not in before
    module = COURSE["modules/nommer/module.yaml"]
    limited = "units: [bilan]\n    time-limit: 90 s\n    after: lire"
    assert "units: [bilan]" in module
    save(root / "modules/nommer/module.yaml", module.replace("units: [bilan]", limited))
    after = unescape(seen_after(browser, PAGE, edition_of(before)))
    assert "preview-doors" not in after  # of the other section
    told = (
        "« Vérifier » s’ouvre aux apprenants quand ceci est fait : terminer « Lire ». "
        "Ils ont ensuite 1 min 30 s dès qu’ils commencent."
    )
    for address in ("/runs/Ingenia+RES101+preview/units/bilan", "/runs/Ingenia+RES101+preview/"):
        shown = unescape(browser.get(address).text)
        assert " ".join(told.split()) in " ".join(shown.split())
        assert "Fini." in shown or address.endswith("/")
    save(root / "modules/nommer/module.yaml", module.replace("units: [bilan]", "units: [bilan]\n    time-limit: 5 min"))
    page = seen_after(browser, "/runs/Ingenia+RES101+preview/units/bilan", edition_of(shown))
    assert "5\N{NO-BREAK SPACE}min pour les apprenants" in page


def test_an_error_is_told_with_its_place_in_the_language_of_the_reader_and_is_gone_when_it_is_mended(
    course: tuple[httpx.Client, Path],
) -> None:
    browser, root = course
    edition = edition_of(browser.get(PAGE).text)
    (root / UNIT).write_text(TEXT.replace("attempts: 2", "essais: 2"))
    page = unescape(seen_after(browser, PAGE, edition))
    assert f"<code>{UNIT}:6:1</code>" in page
    assert "n’a pas de réglage" in page
    assert "Combien" in page  # as it was
    assert "Fini." in browser.get(PAGE.replace("trame", "bilan")).text
    browser.post("/language", data=form_of(page, "/language") | {"language": "en", "next": PAGE})
    assert "has no setting" in browser.get(PAGE).text
    save(root / UNIT, TEXT)
    assert 'id="preview-errors"' not in seen_after(browser, PAGE, edition_of(page))


@pytest.mark.long
def test_a_question_is_answered_with_feedback_and_the_answers_can_be_forgotten(
    course: tuple[httpx.Client, Path],
) -> None:
    browser, _root = course
    page = browser.get(PAGE).text
    name = re.search(r'name="(octets[^"]*|p[^"]*)"[^>]*(?:type="text"|inputmode)|type="text"[^>]*name="([^"]+)"', page)
    assert name is not None, page
    field = name[1] or name[2]
    fields = form_of(page, "activities/octets/submissions")
    answered = browser.post("/runs/Ingenia+RES101+preview/activities/octets/submissions", data=fields | {field: "6"})
    assert answered.status_code == 200
    assert "quarante-huit bits" in answered.text
    again = browser.post("/preview/again", data=form_of(answered.text, "/preview/again") | {"next": PAGE})
    assert again.status_code == 200
    assert "quarante-huit bits" not in again.text


@pytest.mark.long
def test_a_program_of_the_author_is_judged(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "code").symlink_to(shared_folder())
    with running_preview(a_program(tmp_path / "cours"), tmp_path) as (address, _process), looking(address) as browser:
        fields = form_of(browser.get(PAGE).text, "activities/double/submissions")
        sent = browser.post(
            "/runs/Ingenia+RES101+preview/activities/double/submissions", data=fields | {"program-main-c": RIGHT}
        )
        assert sent.status_code == 200
        until = time.monotonic() + 300  # the compiler's library may have to be built first
        while "data-code-look" in browser.get(PAGE).text and time.monotonic() < until:
            time.sleep(0.5)
        assert "100<span" in browser.get(PAGE).text


@pytest.mark.long
def test_the_author_looks_as_a_group_and_as_the_team(course: tuple[httpx.Client, Path]) -> None:
    browser, _root = course
    for who, seen, unseen in (
        ("group:alternance", "Pour le groupe.", "équipe."),
        ("team", "équipe.", "no such words"),
        ("", "Combien", "Pour le groupe."),
    ):
        fields = form_of(browser.get(PAGE).text, "/preview/who") | {"who": who, "next": PAGE}
        page = re.sub(r"<aside.*?</aside>", "", browser.post("/preview/who", data=fields).text, count=1, flags=re.S)
        assert seen in page, who
        assert unseen not in page, who


@pytest.mark.long
def test_only_this_machine_by_its_name_is_answered_and_no_other_origin_may_read(
    course: tuple[httpx.Client, Path],
) -> None:
    browser, _root = course
    port = browser.base_url.port
    for host in ("evil.example", f"evil.example:{port}", "127.0.0.1", f"127.0.0.1:{port}.evil.example", ""):
        for path in (PAGE, "/preview/wait?edition=x", "/static/ui/cordee.css"):
            assert browser.get(path, headers={"Host": host}).status_code in (400, 421), host
    foreign = {"Origin": "https://evil.example"}
    for path in (PAGE, "/preview/wait?edition=x"):
        answer = browser.get(path, headers=foreign)
        assert "access-control-allow-origin" not in answer.headers
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert browser.post("/preview/again", headers=foreign).status_code == 403
    with socket.socket() as elsewhere:
        elsewhere.bind(("127.0.0.2", port))  # still free: it does not listen at all addresses


@pytest.mark.long
def test_a_page_of_another_origin_starts_nothing_here_and_who_follows_its_link_is_asked_to_go_on(
    course: tuple[httpx.Client, Path],
) -> None:
    browser, _root = course
    address = str(browser.base_url).rstrip("/")
    for headers in (
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"},
        {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "cors"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ):
        for path in (PAGE, "/", "/preview/wait?edition=x", "/static/ui/cordee.css"):
            answer = browser.get(path, headers=headers)
            assert (answer.status_code, answer.text) == (403, "There is nothing at this address.\n"), (headers, path)
    followed = browser.get(f"{PAGE}?a=1&b=2", headers={"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"})
    assert followed.status_code == 403
    assert f'href="{PAGE}?a=1&amp;b=2"' in followed.text
    assert "trame</strong>" not in followed.text
    assert list(browser.cookies) == []
    for headers in ({"Sec-Fetch-Site": "none"}, {"Sec-Fetch-Site": "same-origin"}, {"Origin": address}):
        assert browser.get(PAGE, headers=headers).status_code == 200


@pytest.mark.long
def test_files_come_from_the_other_name_of_this_machine_and_none_from_outside_the_folder(
    course: tuple[httpx.Client, Path],
) -> None:
    browser, root = course
    port = browser.base_url.port
    found = re.search(r'src="http://localhost:(\d+)(/f/[^"]+)"', browser.get(PAGE).text)
    assert found is not None
    assert int(found[1]) == port
    at_files = {"Host": f"localhost:{port}"}
    file = browser.get(found[2], headers=at_files)
    assert file.status_code == 200
    assert file.headers["content-security-policy"].startswith("sandbox")
    assert browser.get(found[2]).text != file.text  # at the pages' own origin there is no file
    led = browser.get("/preview/checks?a=1&b=2", headers=at_files, follow_redirects=False)
    assert led.headers["location"] == f"http://127.0.0.1:{port}/preview/checks?a=1&b=2"
    (root / "modules/nommer/trame.svg").unlink()
    (root / "modules/nommer/trame.svg").symlink_to("/etc/passwd")
    assert browser.get(found[2], headers=at_files).status_code == 404
    (root / "modules/nommer/trame.svg").unlink()


@pytest.mark.long
def test_what_belongs_to_a_site_with_people_leads_back_to_the_course(course: tuple[httpx.Client, Path]) -> None:
    browser, _root = course
    for path in ("/mine", "/fr/courses/", "/sign-in", "/account/data", "/pilot/", "/teams"):
        answer = browser.get(path)
        assert str(answer.url).endswith("/runs/Ingenia+RES101+preview/"), path
    assert "Avant l" in browser.get("/preview/checks").text


@pytest.mark.long
def test_what_the_text_sets_aside_is_listed_apart_with_its_reason(course: tuple[httpx.Client, Path]) -> None:
    browser, root = course
    edition = edition_of(browser.get(PAGE).text)
    file = root / "course.yaml"
    before = file.read_text()
    save(file, f"{before}waive:\n  - {{rule: no-grade, reason: On s’y entraîne.}}\n")
    seen = seen_after(browser, "/preview/checks", edition)
    assert 'id="rule-no-grade"' not in seen
    left = seen.partition('id="waived-title"')[2]
    assert "On s’y entraîne." in unescape(left)
    assert "Mis de côté dans le texte du cours" in unescape(left)
    save(file, before)


@pytest.mark.long
def test_it_ends_at_once_when_asked_and_leaves_nothing_behind(tmp_path: Path) -> None:
    root = folder(tmp_path / "cours", **COURSE)
    kept = tmp_path / "kept"
    kept.mkdir()
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    with running_preview(root, tmp_path, TMPDIR=str(kept)) as (address, process):
        with looking(address) as browser:
            assert browser.get(PAGE).status_code == 200
        assert [*kept.iterdir()]
    assert process.returncode == 0
    assert [*kept.iterdir()] == []
    assert not (tmp_path / "home").exists()  # where a site of the same settings would be
    assert {path: path.read_bytes() for path in root.rglob("*") if path.is_file()} == before


@pytest.mark.long
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_leaves_nothing_behind_whether_it_comes_at_once_or_later(
    tmp_path: Path, number: signal.Signals
) -> None:
    root = folder(tmp_path / "cours", **COURSE)
    kept = tmp_path / "kept"
    kept.mkdir()
    with running_preview(root, tmp_path, TMPDIR=str(kept)) as (_address, process):
        process.send_signal(number)
        assert process.wait(20) == 0
    assert [*kept.iterdir()] == []
    command = [*CORDEE, "course", "watch", str(root), "--port", str(free_ports())]
    surroundings = environment(tmp_path / "home", {"TMPDIR": str(kept)})
    with subprocess.Popen(command, env=surroundings, stdout=subprocess.PIPE, text=True) as early:  # noqa: S603 - our own
        until = time.monotonic() + 60
        while not [*kept.iterdir()]:
            assert early.poll() is None
            assert time.monotonic() < until
            time.sleep(0.005)
        early.send_signal(number)  # its tables are being made
        said, _nothing = early.communicate(timeout=30)
    assert (early.returncode, said) == (0, "Stopped.\n")
    assert [*kept.iterdir()] == []


def test_a_signal_that_comes_while_the_folder_is_made_waits_until_it_would_go(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Path] = []
    make = tempfile.mkdtemp

    def told_meanwhile(*given: str | None) -> str:
        made.append(Path(make(*given)))
        signal.raise_signal(signal.SIGTERM)
        return str(made[0])

    monkeypatch.setattr(tempfile, "mkdtemp", told_meanwhile)
    said: list[str] = []

    def not_heard(_number: int, _frame: object) -> None:
        raise AssertionError("the preview does not hear it yet")

    before = signal.signal(signal.SIGTERM, not_heard)
    try:
        serving.watch(Path("nowhere"), port=free_ports(), opens=False, say=said.append, tell=lambda *_told: None)
        assert signal.getsignal(signal.SIGTERM) == not_heard
    finally:
        signal.signal(signal.SIGTERM, before)
    assert said == ["Stopped."]
    assert [path.exists() for path in made] == [False]


@pytest.mark.long
def test_secrets_of_a_site_in_files_that_the_author_may_not_read_hinder_nobody(tmp_path: Path) -> None:
    root = folder(tmp_path / "cours", **COURSE)
    for name in ("smtp", "level", "words"):
        (tmp_path / name).write_text("no such value")
    given = {
        "CORDEE_SMTP_FILE": str(tmp_path / "nowhere"),
        "CORDEE_DATABASE_FILE": str(tmp_path / "nowhere"),
        "CORDEE_LOG_LEVEL_FILE": str(tmp_path / "level"),
        "CORDEE_METRICS": "no such value",
    }
    with running_preview(root, tmp_path, **given) as (address, _process), looking(address) as browser:
        assert browser.get(PAGE).status_code == 200


def test_what_pages_leave_is_cleared_away_at_a_calm_moment_without_a_save(monkeypatch: pytest.MonkeyPatch) -> None:
    class Left:
        """Something that only the collector finds."""

        def __init__(self) -> None:
            self.itself = self

    async def look(_watcher: Watcher) -> None:
        """Nothing was saved."""

    async def thinking(*, reads_on: bool) -> bool:
        """Whether what a page left is gone soon."""
        news = News()
        with ThreadPoolExecutor(max_workers=1) as reader:
            watcher = Watcher(Drafts(Path("nowhere"), FolderLimits()), news, reader, lambda *_told: None)
            going_on = asyncio.create_task(watcher.go_on())
            await asyncio.sleep(0)
            left = weakref.ref(Left())
            until = time.monotonic() + 3
            news.leave_something()
            while left() is not None and time.monotonic() < until:
                await asyncio.sleep(0.01)
                if reads_on:
                    news.leave_something()
            news.stop()
            await going_on
        return left() is None

    monkeypatch.setattr(Watcher, "look", look)
    for name, seconds in {"SELDOM_S": 0.01, "THINKING_S": 0.1, "CALM_MOST_S": 0.5}.items():
        monkeypatch.setattr(serving, name, seconds)
    assert asyncio.run(thinking(reads_on=False))
    assert asyncio.run(thinking(reads_on=True))


@pytest.mark.django_db
def test_what_is_shown_and_who_has_a_place_in_it_change_together(tmp_path: Path) -> None:
    class Watched(Stage):
        """Notes whether the lock is held when another state is shown."""

        held: ClassVar[list[bool]] = []

        def __setattr__(self, name: str, value: object) -> None:
            if name == "shown" and "_lock" in self.__dict__:
                self.held.append(self._lock.locked())
            super().__setattr__(name, value)

    stage, limits = Watched(), FolderLimits()
    first = Drafts(folder(tmp_path / "one", **COURSE), limits)
    stage.show(first.draw(NOW), first.root, NOW)
    mine = stage.claim_of("a" * 16, "", "fr", NOW)
    assert mine is not None
    broken = Drafts(folder(tmp_path / "none", **COURSE, **{"course.yaml": "title: [\n"}), limits)
    stage.show(broken.draw(NOW), broken.root, NOW)
    assert stage.claim_of("a" * 16, "", "fr", NOW) is None
    stage.show(first.draw(NOW), first.root, NOW)
    assert stage.claim_of("a" * 16, "", "fr", NOW) == mine  # an error in course.yaml costs no answer
    renamed = (tmp_path / "one/course.yaml").read_text().replace("RES101", "RES102")
    other = Drafts(folder(tmp_path / "two", **COURSE, **{"course.yaml": renamed}), limits)
    stage.show(other.draw(NOW), other.root, NOW)
    assert stage.claim_of("a" * 16, "", "fr", NOW) != mine
    assert stage.held == [True] * 4


@pytest.mark.long
def test_two_previews_of_one_folder_do_not_disturb_each_other(tmp_path: Path) -> None:
    root = folder(tmp_path / "cours", **COURSE)
    with (
        running_preview(root, tmp_path) as (one, _p),
        running_preview(root, tmp_path) as (two, _q),
        looking(one) as first,
        looking(two) as second,
    ):
        editions = [edition_of(browser.get(PAGE).text) for browser in (first, second)]
        save(root / UNIT, TEXT.replace("Combien ?", "Combien de paires ?"))
        for browser, edition in zip((first, second), editions, strict=True):
            assert "Combien de paires" in seen_after(browser, PAGE, edition)


@pytest.mark.long
def test_a_folder_that_is_not_there_and_a_port_that_is_taken_are_refused_with_advice(tmp_path: Path) -> None:
    missing = cordee("course", "watch", str(tmp_path / "nowhere"), home=tmp_path)
    assert missing.returncode == 1
    assert "There is no folder" in missing.stderr
    root = folder(tmp_path / "cours", **COURSE)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused = cordee("course", "watch", str(root), "--port", str(port), home=tmp_path)
    assert refused.returncode == 1
    assert f"Port {port} cannot be used" in refused.stderr


@pytest.mark.long
def test_a_course_that_cannot_be_read_at_all_has_a_page_that_says_why_until_it_can(tmp_path: Path) -> None:
    root = folder(tmp_path / "cours", **COURSE, **{"course.yaml": "title: [\n"})
    with running_preview(root, tmp_path) as (address, _process), looking(address) as browser:
        page = browser.get("/").text
        assert "course.yaml:" in page
        folder(root, **COURSE)
        assert "Réseaux" in seen_after(browser, "/", edition_of(page))


@pytest.mark.long
def test_a_text_with_a_drawer_is_shown_under_the_names_and_with_the_files_of_its_course(tmp_path: Path) -> None:
    as_text(archive_of(tmp_path), tmp_path / "text")
    address_of = f"/runs/Ingenia+RES101+preview/units/{HEX}"
    with running_preview(tmp_path / "text", tmp_path) as (address, _process), looking(address) as browser:
        browser.get("/")
        page = browser.get(address_of).text
        (image,) = {unescape(one) for one in re.findall(r'<img[^>]*src="([^"]+\.png)"', page)}
        assert browser.get(image).content == FILES["static/été (1).png"]
        unit = tmp_path / "text/modules/c1/trame.fr.md"
        save(unit, unit.read_text().replace("Voisine", "Plus loin"))
        assert "Plus loin" in seen_after(browser, address_of, edition_of(page))


def test_the_first_port_that_is_free_is_taken_so_that_a_page_finds_it_again() -> None:
    first = free_port(None)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", first))
        taken.listen()
        assert free_port(None) != first
    assert free_port(given := free_ports()) == given


def test_what_a_folder_holds_is_seen_by_its_state_and_hidden_files_are_passed_over(tmp_path: Path) -> None:
    folder(tmp_path, **COURSE)
    (tmp_path / "olx/fr/static").mkdir(parents=True)
    before = states_in(tmp_path)
    passed_over = (".hidden", "modules/nommer/.trame.fr.md.swp", "modules/nommer/trame.fr.md~", "olx/fr/.DS_Store")
    for name in passed_over:
        (tmp_path / name).write_text("x")
    assert states_in(tmp_path) == before
    for change in (
        lambda: (tmp_path / UNIT).write_text("# Autre\n"),
        lambda: (tmp_path / "modules/nommer/neuf.fr.md").write_text("# Neuf\n"),
        lambda: (tmp_path / BILAN).rename(tmp_path / "modules/nommer/fin.fr.md"),
        lambda: os.utime(tmp_path / UNIT, ns=(1, 1)),
        lambda: (tmp_path / "modules/nommer/lien.svg").symlink_to("trame.svg"),
        lambda: (tmp_path / "olx/fr/static/.hidden").write_text("x"),  # a file of Open edX may be called so
    ):
        before = states_in(tmp_path)
        change()
        assert states_in(tmp_path) != before
    with tempfile.TemporaryDirectory() as gone:
        nowhere = Path(gone) / "nowhere"
    with pytest.raises(FileNotFoundError):
        states_in(nowhere)


def test_a_file_that_has_just_become_empty_or_is_not_there_is_waited_for() -> None:
    before = {"a": (1, 20, 1), "b": (1, 0, 2)}
    assert looks_half_written(before, {**before, "a": (2, 0, 1)})
    assert looks_half_written(before, {"b": (1, 0, 2)})
    assert not looks_half_written(before, {**before, "a": (2, 30, 1)})
    assert not looks_half_written(before, {**before, "c": (2, 30, 3)})
