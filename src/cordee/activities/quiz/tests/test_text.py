"""What does a quiz mean that was written as text?"""

from __future__ import annotations

from dataclasses import replace
from xml.sax.saxutils import quoteattr

import pytest

from cordee.activities.quiz import olx, text
from cordee.activities.quiz.definition import Choices, FormulaKey, Menus, Number, Spots, Text
from cordee.activities.quiz.grading import grade
from cordee.activities.quiz.tests.texts import block, read, said_of
from cordee.activities.quiz.text_expected import expected
from cordee.courses.graded import settings
from cordee.courses.graded.rules import rules_of
from cordee.formats.coursetext.lists import Messages


def verdict(body: str, value: object, name: str = "p_2_1", **settings: str) -> tuple[str, float, str]:
    result = grade(read(body, **settings), {name: value}, None).inputs[name]
    return result.correctness, result.points, result.feedback


def test_round_marks_are_one_choice_and_a_quotation_is_its_feedback() -> None:
    problem = read("Qui lit ?\n\n- ( ) Une carte\n  > Regardez encore.\n- (x) Toutes\n")
    (response,) = problem.responses
    assert (response.tag, response.label) == ("multiplechoiceresponse", "Qui lit ?")
    assert isinstance(response.key, Choices)
    assert [(choice.html, choice.correct) for choice in response.key.choices] == [
        ("Une carte", "false"),
        ("Toutes", "true"),
    ]
    assert response.key.choices[0].hints[0].html == "Regardez encore."


def test_any_of_several_right_choices_wins() -> None:
    body = "Q ?\n\n- (x) A\n- (x) B\n- ( ) C\n"
    assert [verdict(body, f"choice_{n}")[0] for n in range(3)] == ["correct", "correct", "incorrect"]


def test_a_share_before_a_choice_is_a_part_of_the_points() -> None:
    body = "Q ?\n\n- (x) A\n- (25 %) B\n- (50%) C\n- ( ) D\n"
    assert [verdict(body, f"choice_{n}")[1] for n in range(4)] == [1.0, 0.25, 0.5, 0.0]


def test_square_marks_are_several_choices_with_a_part_of_the_points_for_each_box() -> None:
    body = "Q ?\n\n{partial=each}\n- [x] A\n- [X] B\n  > [!unselected]\n  > Pourquoi pas ?\n- [ ] C\n  > Non.\n"
    assert verdict(body, ["choice_0", "choice_1"])[0] == "correct"
    correctness, points, feedback = verdict(body, ["choice_0", "choice_2"])
    assert (correctness, points) == ("partially-correct", 0.33)
    assert "Pourquoi pas ?" in feedback
    assert "Non." in feedback


def test_a_note_when_speaks_of_exactly_these_boxes() -> None:
    body = "Q ?\n\n- [x] A\n- [x] B\n- [ ] C\n\n> [!when A C]\n> Presque.\n"
    assert "Presque." in verdict(body, ["choice_0", "choice_2"])[2]
    assert "Presque." not in verdict(body, ["choice_0"])[2]


def test_a_blank_in_the_label_of_choices_is_a_drop_down_at_that_place() -> None:
    problem = read("Le ciel est [?] aujourd'hui.\n\n- (x) bleu\n- ( ) vert\n  > Rare.\n")
    (response,) = problem.responses
    assert response.tag == "optionresponse"
    assert isinstance(response.key, Menus)
    assert problem.body.startswith("<p>Le ciel est \ue000(2")
    assert problem.body.endswith("aujourd'hui.</p>")


@pytest.mark.parametrize(
    ("written", "right", "wrong"),
    [
        ("42", "42", "43"),
        ("3,5", "3.5", "4"),
        ("42 ± 0.5", "42.4", "42.6"),
        ("42 +- 5 %", "44", "45"),
        ("42 ± 5%", "44", "45"),
        ("[1, 3)", "1", "3"),
        ("[1 ; 3[", "2.9", "3"),
        ("4*pi*2^2", "16*pi", "50"),
    ],
)
def test_numbers_have_tolerances_and_ranges(written: str, right: str, wrong: str) -> None:
    body = f"Combien ?\n\n- = {written}\n"
    assert verdict(body, right)[0] == "correct"
    assert verdict(body, wrong)[0] == "incorrect"


def test_a_second_number_has_a_tolerance_of_its_own() -> None:
    body = "Combien ?\n\n- = 10 ± 1\n- = 20 ± 2\n  > L'autre racine.\n"
    assert verdict(body, "21.5")[0] == "correct"
    assert "L'autre racine." in verdict(body, "21.5")[2]
    assert verdict(body, "23")[0] == "incorrect"


def test_an_expected_wrong_number_has_its_own_words() -> None:
    body = "Combien ?\n\n- = 42\n- != 24\n  > Lu à l'envers.\n- (50%) = 41\n"
    assert "Lu à l'envers." in verdict(body, "24")[2]
    assert verdict(body, "25")[2] == ""
    assert verdict(body, "41")[:2] == ("partially-correct", 0.5)


def test_close_numbers_may_earn_half() -> None:
    body = "Combien ?\n\n{partial=close range=3}\n- = 10 ± 1\n"
    assert [verdict(body, value)[1] for value in ("11", "12.9", "14")] == [1.0, 0.5, 0.0]


def test_what_follows_a_blank_is_the_unit() -> None:
    (response,) = read("La trame fait [?] octets.\n\n*Un entier.*\n\n- = 64\n").responses
    assert (response.label, response.descriptions) == ("La trame fait", ("Un entier.",))
    assert dict(response.inputs[0].attributes)["trailing_text"] == "octets."


def test_a_formula_is_tried_by_sampling() -> None:
    where = "for r in 1..10, h in 2..3"
    body = f"Aire ?\n\n- = 4*pi*r^2 ± 0.1 % {where}\n- != 2*pi*r {where}\n  > Ça, c'est le tour.\n"
    problem = read(body, samples="5")
    (response,) = problem.responses
    assert isinstance(response.key, FormulaKey)
    assert response.key.samples == "r,h@1,2:10,3#5"
    assert verdict(body, "pi*(2*r)^2")[0] == "correct"
    assert "le tour" in verdict(body, "2*pi*r")[2]


def test_texts_ignore_case_unless_told_and_a_pattern_holds_for_the_whole_answer() -> None:
    body = (
        'Capitale ?\n\n- = "Paris"\n  > Oui.\n- = Lutèce\n- != "Lyon"\n  > Non, au sud.\n- != /m.*/\n  > Sur la mer ?\n'
    )
    assert verdict(body, " paris ")[0] == "correct"
    assert verdict(body, "lutèce")[0] == "correct"
    assert "au sud" in verdict(body, "lyon")[2]
    assert "la mer" in verdict(body, "Marseille")[2]
    assert verdict(body, "paris", case="exact")[0] == "incorrect"
    pattern = "Couleur ?\n\n- = /rouge|bleu/\n- = /vert[e]?/\n"
    assert [verdict(pattern, value)[0] for value in ("Rouge", "bleu", "verte", "bleu ciel", "un rouge")] == [
        *["correct"] * 3,
        *["incorrect"] * 2,
    ]
    mixed = 'Quoi ?\n\n- = "a.b"\n- = /c+/\n'
    assert [verdict(mixed, value)[0] for value in ("a.b", "axb", "ccc")] == ["correct", "incorrect", "correct"]


def test_anything_is_an_open_answer() -> None:
    assert verdict("Pourquoi ?\n\n- = anything\n", "Parce que.")[0] == "correct"
    assert verdict("Pourquoi ?\n\n- = anything\n", " ")[0] == "incorrect"


def test_a_place_is_clicked_on_the_image_above() -> None:
    body = (
        "Où ?\n\n![Plan](plan.svg){size=480x320}\n\n"
        "- = rectangle (10,20)-(90,60)\n- = polygon (100,100) (200,100) (150,200)\n"
        "- != rectangle (300,0)-(480,99)\n  > C'est la tour.\n- != polygon (0,200) (50,200) (25,320)\n  > La gare.\n\n"
        "> [!wrong]\n> Plus haut.\n"
    )
    (response,) = read(body).responses
    assert isinstance(response.key, Spots)
    assert response.label == "Où ?"
    assert dict(response.inputs[0].attributes)["alt"] == "Plan"
    assert [verdict(body, click)[0] for click in ("[50,30]", "[150,150]", "[5,5]")] == [
        "correct",
        "correct",
        "incorrect",
    ]
    assert "Plus haut." in verdict(body, "[5,5]")[2]
    assert ["la tour" in verdict(body, "[310,9]")[2], "La gare" in verdict(body, "[25,250]")[2]] == [True, True]


def test_words_for_the_whole_question_are_said_where_nothing_else_is() -> None:
    body = (
        "Q ?\n\n{partial=each}\n- [x] A\n- [ ] B\n  > Pas B.\n- [x] C\n\n"
        "> [!right]\n> Exact.\n\n> [!partly]\n> Presque.\n\n> [!wrong]\n> Non.\n"
    )
    assert "Exact." in verdict(body, ["choice_0", "choice_2"])[2]
    assert "Presque." in verdict(body, ["choice_0"])[2]
    assert "Pas B." in verdict(body, ["choice_1"])[2]
    assert "Non." not in verdict(body, ["choice_1"])[2]


def test_blanks_with_names_stand_in_sentences_and_tables() -> None:
    body = (
        "Complétez.\n\n| Champ | Octets | Rôle |\n| --- | --- | --- |\n| Destination | [?dest] | [?role] |\n\n"
        "- [?role]\n  - (x) qui reçoit\n  - ( ) qui envoie\n- [?dest] = 6\n- [?dest] = 48\n  > En bits.\n"
    )
    problem = read(body)
    assert [response.tag for response in problem.responses] == ["numericalresponse", "optionresponse"]
    assert isinstance(problem.responses[0].key, Number)
    assert grade(problem, {"p_2_1": "48", "p_3_1": "qui reçoit"}, None).score.earned == 2


def test_hints_and_solutions_are_kept_and_answers_part_questions() -> None:
    body = (
        "Un ?\n\n- (x) A\n- ( ) B\n\n> [!hint]\n> Voici.\n\n> [!solution]\n> C'est **A**.\n\n---\n\n"
        "- [x] C\n- [ ] D\n\nFin.\n"
    )
    problem = read(body)
    assert [response.tag for response in problem.responses] == ["multiplechoiceresponse", "choiceresponse"]
    assert problem.solutions == ("<solution>C'est <strong>A</strong>.</solution>",)
    assert problem.kept == ("<demandhint><hint>Voici.</hint></demandhint>",)
    assert problem.body.index("s0") < problem.body.index("(3")
    assert "<p>Fin.</p>" in problem.body


def test_order_pool_place_and_names_are_said() -> None:
    body = "Q ?\n\n{shuffle=yes pool=3}\n- (x) A {name=a}\n- ( ) B {fixed}\n- ( ) C\n- ( ) D\n"
    (response,) = read(body).responses
    assert isinstance(response.key, Choices)
    assert (response.key.shuffle, response.key.pool) == (True, "3")
    assert [(choice.name, choice.fixed) for choice in response.key.choices[:2]] == [("a", False), ("", True)]
    assert read(body.replace("{shuffle=yes pool=3}\n", ""), shuffle="yes", pool="3").responses == (response,)


def test_a_function_of_a_listing_is_kept_for_open_edx_and_told() -> None:
    listing = "```python grader\ndef check_sum(expect, answer):\n    return answer == expect\n```"
    body = f'{listing}\n\nSomme ?\n\n- = `check_sum` "14"\n'
    found = said_of(body)
    assert [(one.code, one.severity) for one in found] == [("drawn-values", "warning")]
    problem = olx.read(text.read_text(block(body), None, Messages()).content)
    assert problem.responses[0].tag == "customresponse"
    assert dict(problem.responses[0].attributes) == {"cfn": "check_sum", "expect": "14"}
    assert "def check_sum" in problem.kept[0]


def test_values_are_written_down_computed_and_shown() -> None:
    body = "Avec $g = {{g}}$, un objet de {{m}} kg pèse [?] N.\n\n- = 98.1 ± 1 %\n"
    said = Messages()
    lets = (*block("", let="g = 9.81").settings, *block("", let="m = 10").settings)
    two = text.read_text(replace(block(body), settings=lets), None, said)
    assert said.all == []
    assert grade(olx.read(two.content), {"p_2_1": "98"}, None).score.earned == 1
    drawn = text.read_text(block("Le double de {{n}} ?\n\n- = 2 * n ± 1 %\n", let="n in 2..9 step 2"), None, said)
    assert "n = random.randrange(2, 9 + 1, 2)" in drawn.content
    assert 'answer="$answer_1"' in drawn.content
    assert [one.code for one in said.all] == ["drawn-values"]


def test_settings_are_the_rules_of_the_quiz_and_a_translation_inherits_them() -> None:
    settings = {
        "title": "Trame",
        "points": "2,5",
        "attempts": "3",
        "wait": "2 min",
        "keep": "last",
        "show_result": "due",
        "reset": "yes",
        "show_answer": "after 2",
        "variants": "per-try",
    }
    reference = block("Q ?\n\n- (x) A\n- ( ) B\n", **settings)
    said = Messages()
    found = text.read_text(block("Q?\n\n- (x) A\n- ( ) B\n", title="Frame"), reference, said)
    assert said.all == []
    assert found.title == "Frame"
    rules, _remarks = rules_of(found.attributes, "")
    assert (rules.weight, rules.max_attempts, rules.wait_s, rules.kept) == (2.5, 3, 120, "last")
    assert (rules.show_correctness, rules.show_answer, rules.show_answer_after) == ("past_due", "after_attempts", 2)
    assert rules.new_variant == "always"
    assert found.attributes["show_reset_button"] == "true"


@pytest.mark.parametrize("word", sorted(settings.SHOW_ANSWER))
def test_each_word_of_show_answer_is_one_of_open_edx_s_twelve(word: str) -> None:
    written = "after 3" if word == "after" else word
    found = text.read_text(block("Q ?\n\n- = 1\n", show_answer=written), None, Messages())
    again = text.write_text(found)
    assert again is not None
    assert again.value("show-answer", "finished") == written


MISTAKES = [
    ("Q ?\n\n- (x) A\n- B\n", "no-mark", "4:3"),
    ("Q ?\n\n- (x) A\n- [ ] B\n", "mixed-marks", "4:3"),
    ("Q ?\n\n- (x) A\n- = 4\n", "mixed-marks", "4:3"),
    ("Q ?\n\n- ( ) A\n- ( ) B\n", "no-right-answer", "3:1"),
    ("Q ?\n\n- [ ] A\n- [ ] B\n", "no-right-answer", "3:1"),
    ("Q ?\n\n- != 4\n", "no-right-answer", "3:1"),
    ("Quand ?\n\n- = 2024-05-01\n", "date-unquoted", "3:5"),
    ("Q ?\n\n- =\n", "empty-answer", "3:4"),
    ("Q ?\n\n- = 4 ± peu\n", "bad-tolerance", "3:5"),
    ("Q ?\n\n- = (1, deux)\n", "bad-range", "3:5"),
    ("Q ?\n\n- = Paris ± 2\n", "bad-number", "3:5"),
    ("Q ?\n\n- = 2*x for x in 1-10\n", "bad-samples", "3:5"),
    ("Q ?\n\n![a](a.png){size=9x9}\n\n- = rectangle 10,20\n", "bad-place", "5:5"),
    ("Q ?\n\n- = rectangle (1,2)-(3,4)\n", "no-image", "3:1"),
    ("Q ?\n\n![a](a.png)\n\n- = rectangle (1,2)-(3,4)\n", "image-size", "3:1"),
    ("Q ?\n\n- = `f(x)`\n", "bad-function", "3:5"),
    ('Q ?\n\n- = 4\n- = "quatre"\n', "mixed-forms", "4:5"),
    ("La ville de [?ville] et [?x].\n\n- [?vile] = Lyon\n- [?x] = 2\n", "blank-unanswered", "1:13"),
    ("La ville de [?ville].\n\n- (x) A\n- ( ) B\n", "blank-unanswered", "1:13"),
    ("Là.\n\n- [?ville] = Lyon\n", "no-blank", "3:12"),
    ("[?a] et [?a].\n\n- [?a] = 2\n", "blank-twice", "1:1"),
    ("Ici [?] et [?].\n\n- = 2\n", "many-blanks", "1:5"),
    ("Sans réponse [?].\n", "blank-unanswered", "1:14"),
    ("Rien à répondre.\n", "no-answers", "1:1"),
    ("- A\n- B\n", "no-answers", "1:1"),
    ("> [!right]\n> Oui.\n", "no-question", "1:3"),
    ("Q ?\n\n- (x) A\n- ( ) B\n\n> [!indice]\n> Non.\n", "unknown-note", "6:3"),
    ("Q ?\n\n- (x) A\n- ( ) B\n\n> [!corrigé]\n> U = RI.\n", "unknown-note", "6:3"),
    ("Q ?\n\n- (x) A\n- ( ) B\n\n> [!when A]\n> Non.\n", "when-boxes", "6:3"),
    ("Q ?\n\n- [x] A\n- [ ] B\n\n> [!when A D]\n> Non.\n", "when-letters", "6:3"),
    ("Q ?\n\n- (x) A {rouge}\n- ( ) B\n", "unknown-brace", "3:3"),
    ("Q ?\n\n- (x) A\n  > [!hint]\n  > Non.\n- ( ) B\n", "note-here", "4:5"),
    ("Q ?\n\n- (x) A\n  - (x) B\n- ( ) C\n", "inner-answers", "4:3"),
    ("Q [?]\n\n- (x) **A**\n- ( ) B\n", "menu-words", "3:7"),
    ("Q [?]\n\n- (x) A\n- (x) B\n", "many-right", "3:1"),
    ("Q ?\n\n- = 4\n- (30%) = 5\n", "share-of-number", "4:3"),
    ("Q ?\n\n- = 4\n- (50%) = 5 ± 1\n", "tolerance-of-share", "4:11"),
    ("Q ?\n\n![a](a.png){size=9x9}\n\n- = rectangle (1,2)-(3,4)\n  > Oui.\n", "said-of-place", "5:3"),
    ('Q ?\n\n- = "a_or_b"\n', "or-in-text", "3:5"),
    ("Q ?\n\n- (4) A\n- (2) B\n", "unknown-mark", "3:3"),
    ("<video src='a'></video>\n\nQ ?\n\n- (x) A\n- ( ) B\n", "foreign-tag", "1:1"),
    ("Il y a {{n}} cas ?\n\n- = 4\n", "unknown-value", "1:1"),
]


@pytest.mark.parametrize(("body", "code", "place"), MISTAKES, ids=[f"{n}-{one[1]}" for n, one in enumerate(MISTAKES)])
def test_each_mistake_is_told_at_its_line_and_column(body: str, code: str, place: str) -> None:
    found = {(one.code, f"{one.place.line}:{one.place.column}") for one in said_of(body) if one.severity == "error"}
    assert (code, place) in found


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("attempts", "zéro"),
        ("attempts", "0"),
        ("points", "deux"),
        ("wait", "bientôt"),
        ("keep", "meilleur"),
        ("show_answer", "jamais"),
        ("show_answer", "after"),
        ("variants", "all"),
        ("shuffle", "oui"),
        ("partial", "some"),
        ("pool", "x"),
        ("let", "n dans 2..9"),
    ],
)
def test_a_setting_that_cannot_be_read_is_told_at_its_line(name: str, value: str) -> None:
    (found,) = [one for one in said_of("Q ?\n\n- (x) A\n- ( ) B\n", **{name: value}) if one.severity == "error"]
    assert found.place.line == 2
    assert value in str(found)


def test_all_mistakes_are_told_in_one_pass_and_reading_goes_on() -> None:
    body = "Un ?\n\n- ( ) A\n- ( ) B\n\nDeux ?\n\n- = 2024-05-01\n\nTrois ?\n\n- (x) C\n- ( ) D\n"
    assert [one.code for one in said_of(body)] == ["no-right-answer", "date-unquoted"]
    found = text.read_text(block(body), None, Messages())
    assert "Trois ?" in found.content


def test_near_misses_are_read() -> None:
    (response,) = read("Q ?\n\n* (X) A\n* () B\n").responses
    assert isinstance(response.key, Choices)
    assert [choice.correct for choice in response.key.choices] == ["true", "false"]
    (number,) = read("Q ?\n\n- =42 +-1\n").responses
    assert isinstance(number.key, Number)
    assert (number.key.answer, number.key.tolerance) == ("42", "1")
    (words,) = read("Q ?\n\n- = Paris\n").responses
    assert isinstance(words.key, Text)
    assert words.key.answer == "Paris"


@pytest.mark.parametrize(
    "wrong", ["x", "{}", "[1]", '[{"place": 1, "html": "", "label": null}]', '[{"place": "(1,2)"}]']
)
def test_wrong_places_that_cannot_be_read_stay_as_they_are(wrong: str) -> None:
    attributes = f'src="a" width="9" height="9" rectangle="(1,1)-(2,2)" wrong-places={quoteattr(wrong)}'
    problem = olx.read(f"<problem><imageresponse><imageinput {attributes}/></imageresponse></problem>")
    (response,) = problem.responses
    assert isinstance(response.key, Spots)
    assert response.key.spots[0].wrong == ()
    assert dict(response.inputs[0].attributes)["wrong-places"] == wrong
    assert olx.read(olx.write(problem)) == problem


def test_words_of_a_question_that_are_no_html_stay_as_they_are() -> None:
    problem = olx.read(
        '<problem><stringresponse answer="a" wrong-feedback="&lt;p&gt;"><textline/></stringresponse></problem>'
    )
    (response,) = problem.responses
    assert response.said == ()
    assert response.attributes == (("wrong-feedback", "<p>"),)


def test_a_group_of_wrong_numbers_that_is_not_ours_stays_as_it_is() -> None:
    group = '<hintgroup><numericalhint answer="2" name="a"/><hintpart on="b"><text>Non</text></hintpart></hintgroup>'
    problem = olx.read(f'<problem><numericalresponse answer="1">{group}<textline/></numericalresponse></problem>')
    (response,) = problem.responses
    assert isinstance(response.key, Number)
    assert response.key.wrong == ()
    assert "numericalhint" in response.extra


@pytest.mark.parametrize(
    "typed", ["« voltmètre »", "«\u00a0voltmètre\u00a0»", "“voltmètre”", "„voltmètre“", '"voltmètre"']
)
def test_quotes_of_word_processors_are_no_part_of_an_answer(typed: str) -> None:
    found = expected(typed)
    assert (found.form, found.value) == ("text", "voltmètre")
