from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from cordee.core.errors import Conflict, InputRefused, NotFound
from cordee.courses.assets import storage
from cordee.courses.differences.telling import sentence
from cordee.courses.models import Run, Version
from cordee.courses.opening import RunOptions
from cordee.courses.queries import files_of, outline
from cordee.courses.tests.course_texts import COURSE, FILES, MODULE, NOW, checked, folder, page, published
from cordee.courses.text.formatting import format_folder
from cordee.courses.text.publishing import TextRefused
from cordee.courses.text.starting import start_course
from cordee.courses.text.taking_out import take_out
from cordee.courses.versions.queries import difference_of
from cordee.learning.access import Calendar

pytestmark = pytest.mark.django_db
PARIS = dt.timedelta(hours=1)


def test_publishing_makes_a_version_that_keeps_the_bytes_of_its_text_and_opens_a_run(tmp_path: Path) -> None:
    done = published(folder(tmp_path)).done
    assert (done.run.key, done.version, done.changed) == ("Ingenia+RES101+2026", 1, True)
    assert (done.run.opens_at, done.run.pass_mark) == (NOW, 0.6)
    assert done.run.closes_at == dt.datetime(2026, 12, 7, 22, 59, tzinfo=dt.UTC)  # the last of 14 days, in Paris
    version = Version.objects.get()
    texts = {path: text for path, text in FILES.items() if path.endswith((".md", ".yaml"))}
    assert version.extra["text"]["files"] == texts
    sha256 = version.files["fr"]["nommer/trame.svg"][0]
    with storage().open(sha256) as file:
        assert file.read().decode() == FILES["modules/nommer/trame.svg"]


def test_the_same_text_again_changes_nothing_even_later(tmp_path: Path) -> None:
    published(folder(tmp_path))
    again = published(tmp_path, now=NOW + dt.timedelta(days=40))
    assert (again.done.changed, again.layout) == (False, 0)
    assert (Version.objects.count(), Run.objects.count()) == (1, 1)


def test_a_folder_that_is_only_laid_out_anew_publishes_nothing(tmp_path: Path) -> None:
    untidy = FILES["modules/nommer/trame.fr.md"].replace("# Trame\n\n", "#  Trame  \n").replace("\n", "\r\n")
    published(folder(tmp_path, **{"modules/nommer/trame.fr.md": untidy}))
    assert format_folder(tmp_path).changed == ("modules/nommer/trame.fr.md",)
    again = published(tmp_path)
    assert (again.done.changed, again.layout) == (False, 1)
    assert Version.objects.count() == 1


def test_changed_words_make_the_next_version_and_a_run_moves_when_it_is_named(tmp_path: Path) -> None:
    published(folder(tmp_path))
    folder(tmp_path, **page("# Trame\n\nAutre chose.\n"))
    second = published(tmp_path).done
    assert (second.version, second.changed, second.kept_on) == (2, True, 1)
    moved = published(tmp_path, options=RunOptions(key="2026", update_run=True)).done
    assert (moved.version, moved.changed, moved.kept_on) == (2, True, 2)
    with pytest.raises(NotFound, match="no session Ingenia"):
        published(tmp_path, options=RunOptions(key="2031", update_run=True))


def test_one_version_serves_every_run_with_its_own_dates(tmp_path: Path) -> None:
    first = published(folder(tmp_path)).done
    later = dt.datetime(2027, 6, 1, 6, 0, tzinfo=dt.UTC)
    second = published(tmp_path, options=RunOptions(key="2027", opens_at=later)).done
    assert (second.version, second.run.version_id) == (1, first.run.version_id)
    module = outline(first.run.version.sha256).modules[0]
    section = module.sections[1]
    dates = [Calendar(run.opens_at, None, own=run.due) for run in (first.run, second.run)]
    assert [one.due_of(section) for one in dates] == [
        dt.datetime(2026, 12, 7, 22, 59, tzinfo=dt.UTC),
        dt.datetime(2027, 6, 14, 21, 59, tzinfo=dt.UTC),  # the clocks are an hour ahead in June
    ]
    assert [one.opening_of(module, section) for one in dates] == [
        dt.datetime(2026, 11, 30, 23, 0, tzinfo=dt.UTC),
        dt.datetime(2027, 6, 7, 22, 0, tzinfo=dt.UTC),
    ]


def test_one_may_enrol_until_the_day_that_the_text_says_unless_its_dates_were_not_taken(tmp_path: Path) -> None:
    calendar = "calendar: {opens: 2026-12-01 08:00, closes: 2027-01-31, enrolment-closes: 2027-01-15, "
    folder(tmp_path, **{"course.yaml": FILES["course.yaml"].replace("calendar: {", calendar)})
    assert published(tmp_path).done.run.enrolment_closes_at == dt.datetime(2027, 1, 15, 22, 59, tzinfo=dt.UTC)
    later = RunOptions(key="2028", opens_at=NOW + dt.timedelta(days=400), closes_at=NOW + dt.timedelta(days=430))
    assert published(tmp_path, options=later).done.run.enrolment_closes_at is None
    relative = calendar.replace("enrolment-closes: 2027-01-15", "enrolment-closes: +4d")
    folder(tmp_path, **{"course.yaml": FILES["course.yaml"].replace("calendar: {", relative)})
    another = published(tmp_path, options=RunOptions(key="2029", opens_at=later.opens_at, closes_at=later.closes_at))
    assert another.done.run.enrolment_closes_at == dt.datetime(2028, 1, 2, 22, 59, tzinfo=dt.UTC)


def test_a_run_may_have_a_deadline_of_its_own_in_place_of_a_relative_one(tmp_path: Path) -> None:
    run = published(folder(tmp_path)).done.run
    section = outline(run.version.sha256).modules[0].sections[1]
    own = NOW + dt.timedelta(days=3)
    assert Calendar(run.opens_at, run.closes_at, own={"verifier": own.isoformat()}).due_of(section) == own


def test_text_with_errors_publishes_nothing_and_says_all_of_them(tmp_path: Path) -> None:
    folder(tmp_path, **page("# T\n\n::: quizz\n:::\n\n![x](rien.png)\n"))
    with pytest.raises(TextRefused) as refused:
        published(tmp_path)
    assert [one.code for one in refused.value.messages if one.severity == "error"] == ["unknown-kind", "missing-file"]
    assert (Version.objects.count(), Run.objects.count()) == (0, 0)


def test_blocks_without_a_name_are_named_in_the_folder_and_no_other_byte_changes(tmp_path: Path) -> None:
    text = "# T\r\n\r\n::: group  \r\ntitle: La suite\r\n\r\nOui.  \r\n:::\r\n"
    folder(tmp_path, **page("x"))
    (tmp_path / "modules/nommer/trame.fr.md").write_bytes(text.encode())
    done = published(tmp_path)
    named = (tmp_path / "modules/nommer/trame.fr.md").read_bytes().decode()
    assert (done.named, named) == (1, text.replace("::: group  ", "::: group suite"))
    assert published(tmp_path).done.changed is False


def test_what_is_published_by_date_is_shown_to_learners_by_it(tmp_path: Path) -> None:
    fixed = MODULE.replace("+7d", "2026-12-01")
    run = published(folder(tmp_path, **{"modules/nommer/module.yaml": fixed})).done.run
    module = outline(run.version.sha256).modules[0]
    opens = Calendar(run.opens_at, run.closes_at).opening_of(module, module.sections[0])
    assert opens == dt.datetime(2026, 12, 1, tzinfo=dt.UTC) - PARIS


def bytes_of(at: Path) -> dict[str, bytes]:
    return {path.relative_to(at).as_posix(): path.read_bytes() for path in at.rglob("*") if path.is_file()}


def test_a_version_made_from_text_is_taken_out_as_the_same_bytes_and_publishes_nothing_new(tmp_path: Path) -> None:
    untidy = FILES["modules/nommer/trame.fr.md"].replace("# Trame\n\n", "#  Trame  \n").replace("\n", "\r\n")
    (tmp_path / "in").mkdir()
    kept = folder(tmp_path / "in", **{"modules/nommer/trame.fr.md": untidy, "modules/nommer/spare.svg": "<svg/>"})
    published(kept)
    done = take_out(Version.objects.get(), tmp_path / "out")
    assert (done.pages, done.files) == (5, 2)
    assert bytes_of(tmp_path / "out") == bytes_of(kept)
    assert not published(tmp_path / "out").done.changed


def test_taking_out_writes_over_nothing_and_leaves_nothing_half(tmp_path: Path) -> None:
    published(folder(tmp_path / "in"))
    version = Version.objects.get()
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "mine.md").write_text("mine", "utf-8")
    with pytest.raises(Conflict, match="is there already"):
        take_out(version, tmp_path / "taken")
    with pytest.raises(InputRefused, match="no folder"):
        take_out(version, tmp_path / "none" / "out")
    version.extra["text"]["files"]["../escaped.md"] = "no"
    with pytest.raises(InputRefused, match="leads out"):
        take_out(version, tmp_path / "out")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "taken"]
    (tmp_path / "empty").mkdir()
    del version.extra["text"]["files"]["../escaped.md"]
    assert take_out(version, tmp_path / "empty").pages == 5


def test_where_nothing_can_be_written_it_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine", "utf-8")
    with pytest.raises(InputRefused, match="Nothing can be written"):
        start_course(tmp_path / "file" / "maps", language="fr")


VTT = "WEBVTT\n\n00:00.000 --> 00:02.000\nHello\n"
FILM = "# Trame\n\n::: video film\nsrc: film.mp4\ncaptions: film.{lang}.vtt\n:::\n"
TRANSLATED = "---\nof: 00000000\n---\n# Frame\n\n::: video film\n:::\n"


def filmed(at: Path, **more: str) -> list[str]:
    """What a check says of a page with a film whose captions are named once for all languages."""
    pages = {"modules/nommer/trame.fr.md": FILM, "modules/nommer/trame.en.md": TRANSLATED}
    found = checked(at, **pages, **{f"modules/nommer/{name}": text for name, text in more.items()})
    wanted = {"missing-file", "captions-not-in-language"}
    return [f"{one.place} {one.code}" for one in found.messages if one.code in wanted]


def test_captions_that_lack_in_one_language_are_told(tmp_path: Path) -> None:
    both = {"film.mp4": "x", "film.fr.vtt": VTT, "film.en.vtt": VTT}
    assert filmed(tmp_path / "both", **both) == []
    one = {"film.mp4": "x", "film.fr.vtt": VTT}
    assert filmed(tmp_path / "one", **one) == ["modules/nommer/trame.fr.md:5:11 captions-not-in-language"]


def test_an_error_of_the_reference_is_not_told_again_at_its_translation(tmp_path: Path) -> None:
    both = {"film.fr.vtt": VTT, "film.en.vtt": VTT}
    assert filmed(tmp_path, **both) == ["modules/nommer/trame.fr.md:4:6 missing-file"]


def test_a_setting_that_the_reference_misspells_is_told_there_alone(tmp_path: Path) -> None:
    quiz = "\n::: quiz produit\n{name}: 3\n\n2 + 2 ?\n\n- = 4\n\n:::\n"
    pages = {
        "modules/nommer/trame.fr.md": "# Trame\n" + quiz.format(name="essais"),
        "modules/nommer/trame.en.md": "---\nof: 00000000\n---\n# Frame\n" + quiz.format(name="attempts"),
    }
    assert [one.place.path for one in checked(tmp_path, **pages).errors] == ["modules/nommer/trame.fr.md"]


def test_a_picture_that_another_language_still_shows_is_not_said_to_be_gone(tmp_path: Path) -> None:
    published(folder(tmp_path))
    alone = COURSE.replace("languages: [fr, en]", "languages: [fr]")
    published(folder(tmp_path, **{"course.yaml": alone, "modules/nommer/trame.en.md": ""}))
    before, after = Version.objects.order_by("number")
    assert files_of(before.sha256).keys() == {"fr", "en"}
    told = [sentence(one) for one in difference_of(before, after, "en").changes]
    assert told
    assert not any("files" in one for one in told)


@pytest.mark.parametrize("count", [101, 300])
def test_a_course_with_too_long_a_name_is_not_begun(tmp_path: Path, count: int) -> None:
    with pytest.raises(InputRefused, match=f"has {count} letters, more than 100"):
        start_course(tmp_path / ("a" * count), language="en")
    assert list(tmp_path.iterdir()) == []
