"""Any version is taken out as text, and published again it is the same version."""

from __future__ import annotations

from pathlib import Path

import pytest

from cordee.core import clock
from cordee.courses.exporting import olx_course_of
from cordee.courses.importing import import_course
from cordee.courses.models import Version
from cordee.courses.opening import RunOptions
from cordee.courses.text.formatting import format_folder
from cordee.courses.text.publishing import publish_folder
from cordee.courses.text.taking_out import take_out, text_of_archive
from cordee.formats.archives import Limits
from cordee.formats.coursetext.folder import FolderLimits
from cordee.formats.tests.make import packed
from tests.own_course import own_archive

pytestmark = pytest.mark.django_db
COURSES = Path(__file__).parent / "data" / "courses"


QUIZ = """<problem display_name="{title}" max_attempts="2" acme="x"><p style="color: red">{words}</p>
<multiplechoiceresponse><label>{label}</label><choicegroup><choice correct="true">{yes}</choice>
<choice correct="false">{no}</choice></choicegroup></multiplechoiceresponse></problem>"""
WORDS = {
    "fr": {"title": "Prêt", "words": "Lisez.", "label": "Prêt ?", "yes": "Oui", "no": "Non"},
    "en": {"title": "Ready", "words": "Read.", "label": "Ready?", "yes": "Yes", "no": "No"},
}


def in_language(at: Path, language: str) -> Path:
    """A small course in one of two languages, a picture the same in both and another that is not."""
    words = WORDS[language]
    files: dict[str, str | bytes] = {
        "course.xml": '<course url_name="2026" org="Ingenia" course="RES101"/>',
        "course/2026.xml": (
            f'<course language="{language}" display_name="{words["title"]}"><chapter url_name="c"/></course>'
        ),
        "chapter/c.xml": f'<chapter display_name="{words["yes"]}"><sequential url_name="s"/></chapter>',
        "sequential/s.xml": f'<sequential display_name="{words["no"]}"><vertical url_name="v"/></sequential>',
        "vertical/v.xml": (
            f'<vertical display_name="{words["title"]}"><html url_name="h"/><problem url_name="p"/>'
            '<html url_name="i"/><word_cloud url_name="w" display_name="x"/><poll_question url_name="o"/></vertical>'
        ),
        "html/h.xml": '<html filename="h"/>',
        "html/h.html": (
            f'<p>{words["words"]} <img src="/static/same.png" alt="a"><img src="/static/other.png" alt="b"></p>'
        ),
        "html/i.xml": '<html filename="i"/>',
        "html/i.html": "<p>Deux</p>" if language == "fr" else "<script>two()</script>",
        "problem/p.xml": QUIZ.format(**words),
        "poll_question/o.xml": f'<poll_question>{words["label"]}<answer id="a">{words["yes"]}</answer></poll_question>',
        "about/overview.html": f"<p>{words['words']}</p>",
        "static/same.png": b"\x89PNG\r\n\x1a\nsame",
        "static/other.png": b"\x89PNG\r\n\x1a\n" + language.encode(),
        "static/nobody.txt": language,
    }
    path = at / f"{language}.tar.gz"
    path.write_bytes(packed(files))
    return path


def in_two_languages(at: Path) -> Version:
    first, second = in_language(at, "fr"), in_language(at, "en")
    import_course(first, limits=Limits(), options=RunOptions(), now=clock.now(), translations=[second])
    return Version.objects.get()


def test_a_course_in_two_languages_is_one_text_with_two_pages_a_unit_and_comes_back(tmp_path: Path) -> None:
    version = in_two_languages(tmp_path)
    done = take_out(version, tmp_path / "text")
    assert done.other == ()
    at = tmp_path / "text" / "modules" / "c"
    french, english = ((at / f"v.{language}.md").read_text("utf-8") for language in ("fr", "en"))
    assert english.startswith("---\nof: ")
    assert "\n# Ready\n" in english
    assert french.startswith("# Prêt\n")
    assert "title: {fr: Oui, en: Yes}" in (at / "module.yaml").read_text("utf-8").replace('"', "")
    for language, page, words in (("fr", french, WORDS["fr"]), ("en", english, WORDS["en"])):
        assert f"- (x) {words['yes']}\n- ( ) {words['no']}\n" in page
        assert f"![a](same.png)![b](other.{language}.png)" in page  # the second is another file in each language
        assert (at / f"other.{language}.png").read_bytes().endswith(language.encode())
    assert "attempts: 2" in french
    assert "attempts: 2" not in english  # written once
    assert "::: html i\n" in french  # in the other language it can only be HTML
    again = publish_folder(tmp_path / "text", options=RunOptions(), now=clock.now())
    assert (again.done.changed, again.messages) == (False, ())


def test_a_changed_text_makes_a_version_that_is_taken_out_byte_by_byte_with_its_drawer(tmp_path: Path) -> None:
    first = in_two_languages(tmp_path)
    take_out(first, tmp_path / "text")
    page = tmp_path / "text" / "modules" / "c" / "v.en.md"
    page.write_text(page.read_text("utf-8").replace("- (x) Yes", "- (x) Certainly"), "utf-8")
    published = publish_folder(tmp_path / "text", options=RunOptions(), now=clock.now())
    assert (published.done.version, published.rewritten) == (2, ("p",))
    second = Version.objects.get(number=2)
    kept = {one: {**version.extra} for one, version in ((1, first), (2, second))}
    del kept[2]["text"]
    assert kept[1] == kept[2]  # what belongs to no block
    done = take_out(second, tmp_path / "again")
    assert done.as_it_was
    assert bytes_of(tmp_path / "again") == bytes_of(tmp_path / "text")
    assert not publish_folder(tmp_path / "again", options=RunOptions(), now=clock.now()).done.changed
    french, english = (olx_course_of(second, language) for language in ("fr", "en"))
    before = olx_course_of(first, "fr")
    assert [one.content for one in french.root.walk()] == [one.content for one in before.root.walk()]
    (quiz,) = (one for one in english.root.walk() if one.id == "p")
    assert "Certainly" in quiz.content
    assert quiz.attributes["acme"] == "x"


def test_a_language_that_is_added_to_a_course_of_open_edx_has_the_same_blocks(tmp_path: Path) -> None:
    import_course(in_language(tmp_path, "fr"), limits=Limits(), options=RunOptions(), now=clock.now())
    take_out(Version.objects.get(), tmp_path / "text")
    course = tmp_path / "text" / "course.yaml"
    course.write_text(course.read_text("utf-8").replace("languages: [fr]", "languages: [fr, en]"), "utf-8")
    french = tmp_path / "text" / "modules" / "c" / "v.fr.md"
    (french.parent / "v.en.md").write_text(french.read_text("utf-8").replace("attempts: 2\n", "").replace("Oui", "Yes"))
    published = publish_folder(tmp_path / "text", options=RunOptions(), now=clock.now())
    version = Version.objects.get(number=published.done.version)
    assert version.outline["languages"] == ["fr", "en"]
    blocks = [[(one.tag, one.id) for one in olx_course_of(version, each).root.walk()] for each in ("fr", "en")]
    assert blocks[0] == blocks[1]


@pytest.mark.long
def test_the_demo_course_in_two_languages_is_text_without_a_remark_and_comes_back(tmp_path: Path) -> None:
    archives = [own_archive(language, tmp_path / f"{language}.tar.gz") for language in ("fr", "en")]
    import_course(archives[0], limits=Limits(), options=RunOptions(), now=clock.now(), translations=archives[1:])
    done = take_out(Version.objects.get(), tmp_path / "text")
    assert done.other == ()
    assert {one.tag for one in done.verbatim} == {"problem"}
    again = publish_folder(tmp_path / "text", options=RunOptions(), now=clock.now())
    assert (again.done.changed, again.rewritten, again.messages) == (False, (), ())


def bytes_of(at: Path) -> dict[str, bytes]:
    return {path.relative_to(at).as_posix(): path.read_bytes() for path in at.rglob("*") if path.is_file()}


@pytest.mark.long
@pytest.mark.parametrize("name", ["math-percent-fi.tar.gz", "mitx-grading-library.tar.gz", "one-of-each.tar.gz"])
def test_a_real_course_taken_out_as_text_and_published_again_is_the_same_version(tmp_path: Path, name: str) -> None:
    now = clock.now()
    first = import_course(COURSES / name, limits=Limits(), options=RunOptions(), now=now)
    version = Version.objects.get()
    done = take_out(version, tmp_path / "text")
    assert done.other == ()
    before = bytes_of(tmp_path / "text")
    assert format_folder(tmp_path / "text").changed == ()
    again = publish_folder(tmp_path / "text", options=RunOptions(), now=now)
    assert (again.done.changed, again.done.version, again.done.run.pk) == (False, 1, first.run.pk)
    assert bytes_of(tmp_path / "text") == before
    alone = text_of_archive(COURSES / name, tmp_path / "alone", limits=Limits(), folder_limits=FolderLimits())
    assert (alone.pages, alone.verbatim) == (done.pages, done.verbatim)
    of_archive = {path: data for path, data in bytes_of(tmp_path / "alone").items() if not path.startswith("olx/")}
    assert of_archive == {path: data for path, data in before.items() if not path.startswith("olx/")}
