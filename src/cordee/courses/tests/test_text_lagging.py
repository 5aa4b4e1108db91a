"""What becomes of a translation that lags: for its author, for who looks before a session opens, for learners."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from cordee.core import clock
from cordee.core.errors import InputRefused
from cordee.courses.checks.queries import checked_version
from cordee.courses.models import Run, Version
from cordee.courses.opening import RunOptions
from cordee.courses.tests.course_texts import COURSE, FILES, MODULE, NOW, checked, errors_of, folder, published
from cordee.courses.tests.make import course_files, imported
from cordee.courses.text.confirming import confirm_translation, translation_at, with_of
from cordee.courses.text.history import history_of
from cordee.learning.enrolling import enrol
from cordee.people.tests.make import make_account, signed_in_client

PAGE = "modules/nommer/trame.en.md"
FRENCH = "# Trame\n\nUne **trame** : {}.\n"
ENGLISH = "# Frame\n\nA **frame**: fourteen bytes.\n"
OPEN = MODULE.replace("opens: +7d\n", "")


def lagging(at: Path, word: str = "quatorze octets", how: str = "show") -> Path:
    """The course with these words on its French page; its English page stays as it was written or confirmed."""
    page = at / PAGE
    english = page.read_text(encoding="utf-8") if page.exists() else ENGLISH
    return folder(
        at,
        **{
            "course.yaml": COURSE + f"lagging: {how}\n",
            "modules/nommer/module.yaml": OPEN,
            "modules/nommer/trame.fr.md": FRENCH.format(word),
            PAGE: english,
        },
    )


def confirmed(at: Path) -> bool:
    return confirm_translation(translation_at(at / PAGE))


def test_confirming_writes_the_digest_in_the_heading_and_nothing_else(tmp_path: Path) -> None:
    lagging(tmp_path)
    assert translation_at(tmp_path / PAGE).state == "never"
    assert confirmed(tmp_path)
    written = (tmp_path / PAGE).read_text()
    assert written.endswith(ENGLISH)
    assert written.splitlines()[0] == "---"
    assert (translation_at(tmp_path / PAGE).state, confirmed(tmp_path)) == ("current", False)
    lagging(tmp_path, "15 octets")
    assert translation_at(tmp_path / PAGE).state == "behind"
    assert confirmed(tmp_path)
    assert (tmp_path / PAGE).read_text().count("of:") == 1
    assert translation_at(tmp_path / PAGE).state == "current"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("# A\r\n\r\nB\r\n", "---\r\nof: 9c1f3a77\r\n---\r\n# A\r\n\r\nB\r\n"),
        ("---\neffort: 5\n---\n# A\n", "---\neffort: 5\nof: 9c1f3a77\n---\n# A\n"),
        ("---\nof: 00000000\neffort: 5\n---\n# A\nof: x\n", "---\nof: 9c1f3a77\neffort: 5\n---\n# A\nof: x\n"),
        ("\ufeff# A\n", "\ufeff---\nof: 9c1f3a77\n---\n# A\n"),
        ('---\n"of": 00000000\n---\n# A\n', "---\nof: 9c1f3a77\n---\n# A\n"),
        ("---\n'of' : \"00000000\"\neffort: 5\n---\n# A\n", "---\nof: 9c1f3a77\neffort: 5\n---\n# A\n"),
        ("---\n  # mine\n  effort: 5\n---\n# A\n", "---\n  # mine\n  effort: 5\n  of: 9c1f3a77\n---\n# A\n"),
        ("---\n---\n# A\n", "---\nof: 9c1f3a77\n---\n# A\n"),
    ],
)
def test_the_heading_is_made_or_changed_in_the_way_of_the_file(before: str, after: str) -> None:
    assert with_of(before, "9c1f3a77") == after


def test_a_heading_to_which_no_line_can_be_put_is_left_as_it_is_and_told() -> None:
    with pytest.raises(InputRefused, match="Write of: 9c1f3a77 there"):
        with_of("---\n{of: 00000000, effort: 5}\n---\n# A\n", "9c1f3a77")


def test_what_is_no_translation_or_has_errors_cannot_be_confirmed(tmp_path: Path) -> None:
    lagging(tmp_path)
    with pytest.raises(InputRefused, match="is the reference"):
        translation_at(tmp_path / "modules/nommer/trame.fr.md")
    with pytest.raises(InputRefused, match="no page in the folder"):
        translation_at(tmp_path.parent / "x.en.md")
    (tmp_path / "modules/nommer/lost.en.md").write_text("# Lost\n")
    with pytest.raises(InputRefused, match="no page that the course lists"):
        translation_at(tmp_path / "modules/nommer/lost.en.md")
    (tmp_path / PAGE).write_text(ENGLISH + "\n::: quiz extra\n\nTwo and two?\n\n- = 4\n\n:::\n")
    with pytest.raises(InputRefused, match="has errors"):
        confirmed(tmp_path)


@pytest.mark.django_db
def test_checking_shows_what_changed_since_the_translation_was_confirmed_from_the_versions(tmp_path: Path) -> None:
    lagging(tmp_path)
    confirmed(tmp_path)
    published(tmp_path)
    lagging(tmp_path, "15 octets")
    done = published(tmp_path)
    assert [one.code for one in done.messages if one.place.path == PAGE] == ["translation-behind"]
    found = translation_at(tmp_path / PAGE)
    changed = ("-Une **trame** : quatorze octets.", "+Une **trame** : 15 octets.")
    assert found.changed(history_of("Ingenia", "RES101")) == changed
    version = Version.objects.get(number=2)
    told = [one for one in checked_version(version.sha256).found if one.rule.code == "translation-behind"]
    assert [(one.at.id, one.at.language, one.values["lines"]) for one in told] == [("trame", "en", " / ".join(changed))]


@pytest.mark.django_db
def test_before_opening_tells_a_translation_that_nobody_confirmed(tmp_path: Path) -> None:
    published(lagging(tmp_path))
    found = checked_version(Version.objects.get().sha256).found
    assert [one.at.id for one in found if one.rule.code == "translation-never-confirmed"] == ["trame"]


def shown(run: Run, language: str = "en") -> str:
    enrolment = enrol(account=make_account(language=language), run=run, now=clock.now())
    client: Client = signed_in_client(enrolment.account)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    return client.get(f"/runs/{run.key}/units/trame").content.decode()


def run_of(at: Path, how: str, days: int = 3) -> Run:
    """A run of the second version, published some days after the first; its English page lags behind."""
    confirmed(lagging(at, how=how))
    at_first = dt.datetime(2026, 3, 3, 9, 0, tzinfo=dt.UTC) - dt.timedelta(days=days)
    ends = clock.now() + dt.timedelta(days=30)
    options = RunOptions(key="2026", opens_at=at_first, closes_at=ends)
    published(at, options=options, now=at_first)
    lagging(at, "15 octets", how)
    later = RunOptions(key="2026", update_run=True)
    return published(at, options=later, now=dt.datetime(2026, 3, 3, 9, 0, tzinfo=dt.UTC)).done.run


@pytest.mark.django_db
def test_a_translation_that_lags_is_shown_as_it_is_when_nothing_else_is_said(tmp_path: Path) -> None:
    page = shown(run_of(tmp_path, "show"))
    assert "fourteen bytes" in page
    assert "corrected in French" not in page


@pytest.mark.django_db
def test_a_notice_says_since_when_the_reference_is_corrected_and_a_later_version_keeps_the_day(tmp_path: Path) -> None:
    run = run_of(tmp_path, "notice")
    page = shown(run)
    assert "fourteen bytes" in page
    assert "This page was corrected in French on 3\u00a0Mar" in page.replace("&nbsp;", "\u00a0")
    assert "corrected in French" not in shown(run, "fr")
    again = published(tmp_path, options=RunOptions(), now=dt.datetime(2026, 4, 1, tzinfo=dt.UTC))
    assert not again.done.changed  # the day is that of the version, whenever the same is published again
    (tmp_path / "modules/nommer/bilan.fr.md").write_text(FILES["modules/nommer/bilan.fr.md"] + "\nEncore.\n")
    later = published(tmp_path, options=RunOptions(key="2026", update_run=True), now=NOW).done.run
    assert "3\u00a0Mar" in shown(later).replace("&nbsp;", "\u00a0")


@pytest.mark.django_db
def test_the_reference_is_shown_with_its_language_in_place_of_a_translation_that_lags(tmp_path: Path) -> None:
    page = shown(run_of(tmp_path, "reference"))
    assert "fourteen bytes" not in page
    assert "15 octets" in page
    assert 'lang="fr"' in page.partition("<main")[2]


SURVEY = "::: survey avis\n\n{}\n\n- ( ) {}\n- ( ) {}{}\n\n:::\n"


def test_a_survey_that_is_built_otherwise_is_shown_in_the_reference_and_a_quiz_is_an_error(tmp_path: Path) -> None:
    lagging(tmp_path)
    french = SURVEY.format("Alors ?", "Bien", "Mal", "\n- ( ) Autre")
    english = SURVEY.format("Well?", "Good", "Bad", "")
    both = {
        "modules/nommer/trame.fr.md": f"# Trame\n\n{french}",
        PAGE: f"# Frame\n\n{english}",
    }
    found = checked(tmp_path, **both)
    assert found.errors == ()
    assert {"other-answers", "falls-back"} <= {one.code for one in found.warnings}
    assert found.compiled is not None
    entry = found.compiled.outline.modules[0].sections[0].units[0].entries[0]
    assert (entry.id, list(entry.contents)) == ("avis", ["fr"])
    graded = {path: text.replace("::: survey", "::: quiz").replace("( ) B", "(x) B") for path, text in both.items()}
    assert len(errors_of(tmp_path, **graded)) == 1
    practice = {path: text.replace("quiz avis\n", "quiz avis\npractice: yes\n") for path, text in graded.items()}
    assert errors_of(tmp_path, **practice) == []


@pytest.mark.django_db
def test_a_page_that_no_list_names_and_that_is_called_as_its_module_breaks_no_look(tmp_path: Path) -> None:
    at = lagging(tmp_path)
    (at / "modules/nommer/nommer.fr.md").write_text("# Perdue\n\nUne page.\n")
    (at / "modules/nommer/nommer.en.md").write_text("# Lost\n\nA page.\n")
    done = published(at).done
    found = checked_version(done.run.version.sha256)
    assert "translation-never-confirmed" in [one.rule.code for one in found.found]


@pytest.mark.django_db
def test_a_day_of_correction_that_is_none_is_told_and_left_out(tmp_path: Path) -> None:
    files = course_files()
    name = "course/course/2026.xml"
    files[name] = files[name].replace(b"<vertical ", b'<vertical cordee_corrected="soon" ', 1)
    done = imported(files, tmp_path)
    assert "soon" not in str(done.run.version.outline)
    assert [one["code"] for one in done.report["warnings"]].count("unreadable-date") == 1
