from __future__ import annotations

import json
from pathlib import Path

import pytest

from cordee.courses.containers import USUAL_COUNT
from cordee.courses.outlines import Bank, Condition, Entry, Outline, Split
from cordee.courses.tests.course_texts import COURSE, MODULE, PROBLEM, checked, errors_of, page
from cordee.formats.olx.model import Block

GROUPED = COURSE + "experiments: {relance: {branches: {avec: 50, sans: 50}}}\n"


def outline_of(at: Path, **changed: str) -> Outline:
    found = checked(at, **changed)
    assert found.compiled is not None, [str(one) for one in found.errors]
    return found.compiled.outline


def entries_of(at: Path, text: str, **changed: str) -> tuple[Entry, ...]:
    return outline_of(at, **page(text), **changed).modules[0].sections[0].units[0].entries


def block_of(at: Path, name: str, text: str, language: int = 0) -> Block:
    found = checked(at, **page(text))
    assert found.made is not None
    return next(block for block in found.made.courses[language].root.walk() if block.id == name)


def test_a_folder_becomes_modules_sections_units_and_activities_in_each_language(tmp_path: Path) -> None:
    outline = outline_of(tmp_path)
    module = outline.modules[0]
    assert (outline.language, outline.languages) == ("fr", ("fr", "en"))
    assert (outline.titles, module.titles) == ({"fr": "Réseaux", "en": "Networks"}, {"fr": "Nommer", "en": "Naming"})
    unit = module.sections[0].units[0]
    assert (unit.id, unit.titles) == ("trame", {"fr": "Trame", "en": "Frame"})
    assert [(entry.id, entry.kind, sorted(entry.contents)) for entry in unit.entries] == [
        ("trame.1", "text", ["en", "fr"])
    ]
    quiz = module.sections[1].units[0].entries[0]
    assert (quiz.id, quiz.kind, quiz.points, quiz.rules.max_attempts) == ("somme", "quiz", 1.0, 2)


def test_what_a_translation_lacks_is_shown_in_the_reference_language(tmp_path: Path) -> None:
    section = outline_of(tmp_path).modules[0].sections[1]
    assert section.units[0].titles == {"fr": "Bilan"}
    assert list(section.units[0].entries[0].contents) == ["fr"]


def test_dates_count_from_the_first_day_of_a_run_or_are_those_of_the_courses_zone(tmp_path: Path) -> None:
    module = outline_of(tmp_path).modules[0]
    assert (module.opens_after, module.opens_at) == ("+7d 00:00 Europe/Paris", None)
    assert (module.sections[1].due_after, module.sections[1].due_at) == ("+13d 23:59 Europe/Paris", None)
    fixed = MODULE.replace("+13d", "2027-01-31 18:00").replace("+7d", "+0d")
    module = outline_of(tmp_path, **{"modules/nommer/module.yaml": fixed}).modules[0]
    due = module.sections[1].due_at
    assert due is not None
    assert (due.isoformat(), module.opens_after) == ("2027-01-31T17:00:00+00:00", "")


def test_grading_is_the_categories_with_as_many_sections_as_there_are(tmp_path: Path) -> None:
    outline = outline_of(tmp_path)
    line = outline.assignment_types[0]
    assert (line.name, line.short_label, line.min_count, line.drop_count, line.weight) == ("Quiz", "quiz", 1, 0, 1.0)
    assert outline.cutoffs == {"Pass": 0.6}
    assert outline.modules[0].sections[1].assignment_type == "Quiz"


def test_files_beside_a_page_become_files_of_the_course_and_links_lead_to_units(tmp_path: Path) -> None:
    found = checked(tmp_path)
    assert found.made is not None
    french = found.made.courses[0]
    assert {name: asset.member for name, asset in french.assets.items()} == {
        "nommer/trame.svg": "modules/nommer/trame.svg"
    }
    html = next(block for block in french.root.walk() if block.id == "trame.1").content
    assert 'src="/static/nommer/trame.svg"' in html
    assert 'href="/jump_to_id/bilan"' in html


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("![x](trames.svg)", "3:6 There is no file “trames.svg” here. “trame.svg” is there: was it meant?"),
        ("[x](bilans.fr.md)",
         "3:5 There is no unit modules/nommer/bilans.fr.md. Did you mean modules/nommer/bilan.fr.md?"),
        ("[x](#sommes)", "3:5 There is no block “sommes” in this course. Did you mean “somme”?"),
        ("[x](../../../etc/passwd)", "3:5 This link leaves the folder of the course. Put the file inside."),
        ("::: group g\nif: somm right\n\nOui.\n:::",
         "4:1 There is no block “somm” in this course. Did you mean “somme”?"),
        ("::: group g\nfor: alternanc\n\nOui.\n:::",
         "4:1 There is no group “alternanc” in course.yaml. Did you mean “alternance”?"),
        ("::: bank b\nfrom: rien\n:::", "4:1 There is no bank “rien” in the folder banks. Write its page there."),
        ("::: bank b\n:::", "3:5 This bank holds no question. Put some in it, or say from: file."),
        ("::: branch b\n\nOui.\n:::",
         "3:5 A branch stands in an experiment only. Put it between ::: experiment name and :::."),
        ("::: experiment e\non: rien\n:::",
         "4:1 There is no experiment “rien” in course.yaml. Add it to `experiments` there, and say on: its name."),
        ("```olx x\n<problem\n```", "3:1 This OLX cannot be read: "),
        ("```olx x\n<done/>\n```\n\n```olx x\n<done/>\n```",
         "7:1 “x” is the name of something else too (modules/nommer/trame.fr.md:3:1). "
         "Give one of the two another name."),
        ("```olx trame\n<done/>\n```",
         "3:1 “trame” is the name of something else too (modules/nommer/module.yaml:6:13). "
         "Give one of the two another name."),
        ("::: include\nsrc: ../../shared/rien.fr.md\n:::", "4:1 There is no page shared/rien.fr.md."),
        ('```olx x\n<lti_consumer password="abc"/>\n```', "3:1 “password” is a secret, which no text may "
         "hold. Take it out."),
    ],
)  # fmt: skip
def test_what_leads_nowhere_is_told_with_what_was_meant(tmp_path: Path, text: str, said: str) -> None:
    files = {"course.yaml": COURSE}
    assert errors_of(tmp_path, **page(f"# Trame\n\n{text}\n"), **files)[0].startswith(
        f"modules/nommer/trame.fr.md:{said}"
    )


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"course.yaml": COURSE.replace("weight: 100", "weight: 90")},
         ["course.yaml:11:3 The weights of the categories make 90 %, not 100 %. Change them."]),
        ({"modules/nommer/module.yaml": MODULE.replace("graded: quiz", "graded: quizz")},
         ["modules/nommer/module.yaml:10:13 The grading of course.yaml has no category “quizz”. Did you mean “quiz”?"]),
        ({"course.yaml": COURSE.replace("Europe/Paris", "Europe/Pari")},
         ["course.yaml:8:32 There is no time zone “Europe/Pari”. Did you mean “Europe/Paris”?"]),
        ({"course.yaml": COURSE + "defaults: {quizz: {attempts: 2}}\n"},
         ["course.yaml:15:1 There is no kind of activity called “quizz”."]),
    ],
)  # fmt: skip
def test_what_the_yaml_files_say_of_each_other_is_checked(
    tmp_path: Path, changed: dict[str, str], said: list[str]
) -> None:
    found = errors_of(tmp_path, **changed)
    assert len(found) == len(said)
    assert all(one.startswith(expected) for one, expected in zip(found, said, strict=True))


def test_a_group_shows_its_blocks_under_its_condition_and_to_its_groups(tmp_path: Path) -> None:
    text = (
        "# T\n\n::: group suite\nfor: alternance\nif: somme wrong\n\nEncore.\n\n::: group dedans\n\nPlus.\n:::\n:::\n"
    )
    (outer,) = entries_of(tmp_path, text)
    (inner,) = outer.children
    assert outer.choice == Condition(("somme",), "attempted", "True")
    assert inner.choice == Condition(("somme",), "correct", "False")
    (group,) = inner.children
    assert (group.id, group.audience, [child.id for child in group.children]) == (
        "suite",
        ("alternance",),
        ["trame.1", "dedans"],
    )


def test_a_bank_draws_from_its_own_questions_or_from_a_file_under_its_own_name(tmp_path: Path) -> None:
    bank = {"banks/sommes.fr.md": f"# Sommes\n\n```olx s1\n{PROBLEM}\n```\n\n```olx s2\n{PROBLEM}\n```\n"}
    text = "# T\n\n::: bank tirage\nfrom: sommes\ndraw: 1\n:::\n\n::: bank tous\n\n```olx s3\n<done/>\n```\n:::\n"
    drawn, every = entries_of(tmp_path, text, **bank)
    assert (drawn.choice, [child.id for child in drawn.children]) == (Bank(USUAL_COUNT), ["tirage.s1", "tirage.s2"])
    assert (every.choice, [child.id for child in every.children]) == (Bank(None), ["s3"])


def test_an_experiment_shows_one_branch_to_each(tmp_path: Path) -> None:
    text = (
        "# T\n\n:::: experiment essai\non: relance\n\n"
        "::: branch avec\n\nOui.\n:::\n\n::: branch sans\n\nNon.\n:::\n::::\n"
    )
    (found,) = entries_of(tmp_path, text, **{"course.yaml": GROUPED})
    assert isinstance(found.choice, Split)
    assert [(group.name, group.child) for group in found.choice.groups] == [
        ("avec", "essai.avec"),
        ("sans", "essai.sans"),
    ]
    assert [child.id for child in found.children] == ["essai.avec", "essai.sans"]


def test_an_included_page_gives_its_prose_with_its_own_links(tmp_path: Path) -> None:
    text = "# T\n\n::: include\nsrc: ../../shared/regles.{lang}.md\n:::\n"
    shared = {"shared/regles.fr.md": "Voir ![x](regle.svg).\n", "shared/regle.svg": "<svg/>"}
    checked(tmp_path, **shared)
    block = block_of(tmp_path, "trame.regles", text)
    assert 'src="/static/shared/regle.svg"' in block.content


def test_notes_for_the_team_leave_no_trace_and_change_no_names(tmp_path: Path) -> None:
    text = "# T\n\n> [!team]\n> Session 3.\n\n```olx x\n<done/>\n```\n\nOui.\n"
    assert [entry.id for entry in entries_of(tmp_path, text)] == ["x", "trame.2"]


def test_olx_in_a_listing_is_kept_as_it_is(tmp_path: Path) -> None:
    source = '<problem  display_name="P">\n  <p>x</p></problem>'
    block = block_of(tmp_path, "p", f"# T\n\n```olx p\n{source}\n```\n")
    assert (block.tag, block.title, block.content) == ("problem", "P", source)


def test_the_policy_holds_what_open_edx_knows_of_a_course(tmp_path: Path) -> None:
    found = checked(tmp_path, **{"course.yaml": COURSE.replace("weeks: 2", "weeks: 2, grace: 2 h, pace: free")})
    assert found.made is not None
    policy = found.made.courses[1].policy
    assert (policy["language"], policy["graceperiod"], policy["self_paced"]) == ("en", "7200 seconds", True)
    assert json.loads(json.dumps(policy))["user_partitions"][0]["groups"][0]["name"] == "alternance"
    assert found.made.courses[0].about["short_description"].html == "Un cours."


def test_a_file_that_no_page_shows_is_told(tmp_path: Path) -> None:
    found = checked(tmp_path, **{"modules/nommer/oubli.png": "x"})
    assert [(one.code, one.place.path) for one in found.warnings if one.code == "unused-file"] == [
        ("unused-file", "modules/nommer/oubli.png")
    ]


def test_an_activity_under_a_condition_keeps_its_name_and_its_people(tmp_path: Path) -> None:
    text = "# T\n\n::: quiz encore\nfor: alternance\nif: somme right\nattempts: 3\n\nUn ?\n\n- = 1\n\n:::\n"
    (guard,) = entries_of(tmp_path, text)
    (quiz,) = guard.children
    assert (guard.id, guard.choice) == ("encore.if", Condition(("somme",), "correct", "True"))
    assert (quiz.id, quiz.audience, quiz.rules.max_attempts) == ("encore", ("alternance",), 3)


def test_the_files_of_a_video_are_found_beside_its_page_in_each_language_that_there_is(tmp_path: Path) -> None:
    text = "# T\n\n::: video film\nsrc: [trame.mp4, https://video.example.org/a.mp4]\ncaptions: trame.{lang}.vtt\n:::\n"
    files = {"modules/nommer/trame.mp4": "x", "modules/nommer/trame.fr.vtt": "x", "modules/nommer/trame.en.vtt": "x"}
    checked(tmp_path, **files)
    video = block_of(tmp_path, "film", text)
    assert json.loads(video.attributes["html5_sources"]) == [
        "/static/nommer/trame.mp4",
        "https://video.example.org/a.mp4",
    ]
    assert json.loads(video.attributes["transcripts"]) == {
        "fr": "/static/nommer/trame.fr.vtt",
        "en": "/static/nommer/trame.en.vtt",
    }
    spaced = text.replace("trame.mp4, https", '"mon film, 1.mp4", https').replace(
        "captions: trame.{lang}", "captions: fr trame.fr"
    )
    checked(tmp_path, **{"modules/nommer/mon film, 1.mp4": "x"})
    video = block_of(tmp_path, "film", spaced)
    assert json.loads(video.attributes["html5_sources"])[0] == "/static/nommer/mon%20film%2C%201.mp4"
    assert json.loads(video.attributes["transcripts"]) == {"fr": "/static/nommer/trame.fr.vtt"}
    missing = errors_of(tmp_path, **page(text.replace("trame.mp4", "trane.mp4")))
    assert missing == [
        "modules/nommer/trame.fr.md:4:6 There is no file “trane.mp4” here. “trame.mp4” is there: was it meant?"
    ]


def test_a_setting_that_is_wrong_is_told_once_by_the_format_or_by_the_kind(tmp_path: Path) -> None:
    text = "# T\n\n::: quiz q\nshuffle: parfois\n\nUn ?\n\n- = 1\n\n:::\n"
    assert errors_of(tmp_path, **page(text)) == [
        "modules/nommer/trame.fr.md:4:10 “shuffle” is either yes or no, not “parfois”."
    ]


def test_prose_that_looks_like_a_question_is_told(tmp_path: Path) -> None:
    found = errors_of(tmp_path, **page("# T\n\n- (x) Oui\n- ( ) Non\n"))
    assert [one.partition(" ")[0] for one in found] == ["modules/nommer/trame.fr.md:3:3"]
    assert "looks like a question" in found[0]


def test_a_limit_of_time_is_kept_and_told_where_its_pages_take_longer_by_their_effort(tmp_path: Path) -> None:
    said: dict[str, list[dict[str, object]]] = {}
    for effort in ("", "---\neffort: 45\n---\n\n"):
        module = MODULE.replace("    due: +13d\n", "    due: +13d\n    time-limit: 30 min\n")
        page = f"{effort}# Bilan\n\nUn texte.\n"
        found = checked(tmp_path, **{"modules/nommer/module.yaml": module, "modules/nommer/bilan.fr.md": page})
        assert found.compiled is not None
        assert found.looked is not None
        assert found.compiled.outline.modules[0].sections[1].limit_min == 30
        codes = [one.code for one in found.warnings] + [one.code for one in found.compiled.remarks]
        assert [code for code in codes if "time-limit" in code] == []
        said[effort] = [dict(one.values) for one in found.looked.found if one.rule.code == "time-limit-short"]
    assert list(said.values()) == [[], [{"limit": "30", "effort": "45"}]]


def test_that_readers_of_every_language_see_a_block_is_told_where_it_asks_for_some(tmp_path: Path) -> None:
    text = "# Trame\n\n::: quiz methode\nlanguages: [fr]\n\nDeux et deux ?\n\n- = 4\n\n:::\n"
    found = checked(tmp_path, **page(text))
    assert found.errors == ()
    told = [(one.code, one.place.line) for one in found.warnings if "not-kept" in one.code]
    assert told == [("languages-not-kept", 4)]


def test_a_setting_that_is_wrong_is_told_where_it_is_written_not_in_the_translation(tmp_path: Path) -> None:
    quiz = "::: quiz q\n{settings}\nWhich?\n\n- [x] A\n- [x] B\n- [ ] C\n\n:::\n"
    wrong = "partial: some\nattempts: none\npoints: many\nwait: long\nkeep: all\nshow-answer: sometimes\n"
    found = errors_of(
        tmp_path,
        **{
            "modules/nommer/bilan.fr.md": f"# Bilan\n\n{quiz.format(settings=wrong)}",
            "modules/nommer/bilan.en.md": f"# Check\n\n{quiz.format(settings='')}",
        },
    )
    places = [one.split(" ")[0].rpartition(":")[0] for one in found if "bilan" in one]
    assert places == [f"modules/nommer/bilan.fr.md:{line}" for line in range(4, 10)]


def test_a_block_that_waits_for_itself_is_told_in_plain_words(tmp_path: Path) -> None:
    text = "# Bilan\n\n::: quiz qa\nif: qa right\n\nWhich?\n\n- (x) A\n- ( ) B\n\n:::\n"
    said = [str(one) for one in checked(tmp_path, **{"modules/nommer/bilan.fr.md": text}).messages]
    assert "“qa” waits for itself, so it is always shown. Let it wait for something that comes before it." in said
    assert not any("cannot be judged" in one for one in said)


def test_what_a_page_names_in_a_module_that_cannot_be_read_is_not_said_to_be_missing(tmp_path: Path) -> None:
    mesurer = MODULE.replace("id: lire", "id: voir").replace("id: verifier", "id: noter").replace("[trame]", "[vue]")
    said = errors_of(
        tmp_path,
        **{
            "course.yaml": COURSE.replace("[nommer]", "[nommer, mesurer]"),
            "modules/nommer/module.yaml": MODULE.replace("[trame]", "[trame"),
            "modules/mesurer/module.yaml": mesurer.replace("[bilan]", "[fin]").replace("+13d", "+13d\n    after: lire"),
            "modules/mesurer/vue.fr.md": "# Vue\n\nVoir [la trame](../nommer/trame.fr.md).\n",
            "modules/mesurer/fin.fr.md": "# Fin\n\nOui.\n",
        },
    )
    assert [one.partition(" ")[0] for one in said] == ["modules/nommer/module.yaml:6:12"]
