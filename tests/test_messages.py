"""Does the script that keeps our sentences and their translations notice what goes wrong?"""

from __future__ import annotations

from pathlib import Path

import pytest
from django.utils.translation import gettext, override

import messages

SOURCE = """
from django.utils.translation import gettext as _, ngettext, pgettext
from cordee.core.errors import N_

# Translators: on the button of a form
SEND = _("Send")
TOLD = N_("The file holds {count} lines, more than {limit}.")
OPEN = pgettext("state of a run", "Open")

def files(count):
    return ngettext("{count} file", "{count} files", count)
"""
TEMPLATE = """{% load i18n %}
<p title="it's “here”">{% translate "Send" %} # not a comment</p>
  {% blocktranslate trimmed with name=person.name %}
    Hello <b>{{ name }}</b>,
    welcome.
  {% endblocktranslate %}
{% blocktranslate trimmed count count=total %}{{ count }} unit{% plural %}{{ count }} units{% endblocktranslate %}
"""
FRENCH: dict[str, str | tuple[str, str]] = {
    "Send": "Envoyer",
    "Open": "Ouverte",
    "The file holds {count} lines, more than {limit}.": "Le fichier compte {count} lignes, plus que {limit}.",
    "Hello <b>%(name)s</b>, welcome.": "Bonjour <b>%(name)s</b>, soyez les bienvenus.",
    "{count} file": ("{count} fichier", "{count} fichiers"),
    "%(count)s unit": ("%(count)s unité", "%(count)s unités"),
    "Well done": "Bravo",
}


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A package with one room and one kind of activity, translated."""
    files = {
        "learning/__init__.py": "",
        "learning/acts.py": SOURCE,
        "learning/templates/learning/page.html": TEMPLATE,
        "learning/tests/test_acts.py": "_('Only a test says this')",
        "activities/__init__.py": "",
        "activities/quiz/__init__.py": "",
        "activities/quiz/kind.py": "PRAISE = gettext_lazy('Well done')\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    messages.bring_up_to_date(tmp_path)
    for place in messages.places(tmp_path):
        path = messages.file_of(place, "fr")
        if path.exists():
            held = messages.held_in(path, "fr")
            for message in held:
                if message.id:
                    french = FRENCH[message.id if isinstance(message.id, str) else message.id[0]]
                    message.string = french if isinstance(french, str) else tuple(french)
            path.write_bytes(messages.as_po(held))
    messages.compile_all(tmp_path)
    return tmp_path


def po(package: Path, place: str = "learning") -> Path:
    return messages.file_of(package / place, "fr")


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) >= 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_translated_package_has_no_fault(package: Path) -> None:
    assert messages.all_faults(package) == []


def test_every_form_of_sentence_is_found_in_python_and_in_templates(package: Path) -> None:
    asked = messages.asked_of(package / "learning", package, "fr")
    assert {(message.id, message.context) for message in asked if message.id} == {
        ("Send", None),
        ("Open", "state of a run"),
        ("The file holds {count} lines, more than {limit}.", None),
        (("{count} file", "{count} files"), None),
        ("Hello <b>%(name)s</b>, welcome.", None),
        (("%(count)s unit", "%(count)s units"), None),
    }


def test_a_kind_has_a_catalogue_of_its_own(package: Path) -> None:
    assert "Well done" in po(package, "activities/quiz").read_text(encoding="utf-8")
    assert not po(package, "activities").exists()


def test_a_po_file_holds_no_line_number_and_no_date(package: Path) -> None:
    text = po(package).read_text(encoding="utf-8")
    assert "#: learning/acts.py learning/templates/learning/page.html\n" in text
    assert "#. on the button of a form\n" in text
    assert "20" not in text


def test_a_blank_line_in_a_source_changes_no_file(package: Path) -> None:
    before = po(package).read_bytes()
    edit(package / "learning/acts.py", "# Translators", "\n\n# Translators")
    edit(package / "learning/templates/learning/page.html", "<p ", "\n\n<p ")
    messages.bring_up_to_date(package)
    assert po(package).read_bytes() == before


def test_extract_keeps_translations_adds_the_new_and_drops_the_old(package: Path) -> None:
    edit(package / "learning/acts.py", '_("Send")', '_("Send it")')
    edit(package / "learning/templates/learning/page.html", '{% translate "Send" %}', "")
    messages.bring_up_to_date(package)
    held = messages.held_in(po(package), "fr")
    assert held["Send it"].string == ""  # never guessed from a sentence that looks alike
    assert "Send" not in held
    assert messages.forms(held["{count} file"]) == ["{count} fichier", "{count} fichiers"]


def test_a_new_sentence_is_missed(package: Path) -> None:
    edit(package / "learning/acts.py", "SEND =", 'MORE = _("Read on")\nSEND =')
    assert any("'Read on' is not translated" in fault for fault in messages.all_faults(package))


def test_a_sentence_said_no_more_is_noticed(package: Path) -> None:
    edit(package / "learning/acts.py", 'pgettext("state of a run", "Open")', "''")
    assert any("'Open' is said nowhere any more" in fault for fault in messages.all_faults(package))


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('msgstr "Envoyer"', 'msgstr ""', "is not translated"),
        ('msgstr[1] "{count} fichiers"', 'msgstr[1] ""', "is not translated"),
        ("plus que {limit}", "plus que {limite}", "other placeholders"),
        ("Bonjour <b>%(name)s</b>", "Bonjour <b>%(nom)s</b>", "other placeholders"),
        ("Bonjour <b>%(name)s</b>", "Bonjour %(name)s", "other placeholders or tags"),
        ('msgstr[1] "%(count)s unités"', 'msgstr[1] "des unités"', "other placeholders"),
        ('msgstr "Envoyer"', 'msgstr "Envoyer "', "begins or ends with a space"),
        ('msgid "Send"', '#, fuzzy\nmsgid "Send"', "is not translated"),
    ],
)
def test_a_bad_translation_is_noticed(package: Path, old: str, new: str, fault: str) -> None:
    edit(po(package), old, new)
    assert any(fault in line for line in messages.all_faults(package))


def test_the_singular_may_do_without_its_number(package: Path) -> None:
    edit(package / "learning/acts.py", '"{count} file"', '"One file"')
    edit(po(package), 'msgid "{count} file"', 'msgid "One file"')
    messages.compile_all(package)
    assert messages.all_faults(package) == []


def test_a_file_edited_without_compiling_is_noticed(package: Path) -> None:
    edit(po(package), 'msgstr "Envoyer"', 'msgstr "Remettre"')
    assert messages.all_faults(package) == [
        "learning/locale/fr/LC_MESSAGES/django.mo is not up to date: run scripts/messages.py compile"
    ]


def test_two_rooms_may_not_translate_one_sentence_in_two_ways(package: Path) -> None:
    edit(package / "activities/quiz/kind.py", "'Well done'", "'Send'")
    messages.bring_up_to_date(package)
    edit(po(package, "activities/quiz"), 'msgstr ""\n', 'msgstr "Expédier"\n')
    edit(po(package, "activities/quiz"), 'msgid ""\nmsgstr "Expédier"', 'msgid ""\nmsgstr ""')
    messages.compile_all(package)
    assert any("tell the two apart" in fault for fault in messages.all_faults(package))


def test_the_command_tells_by_its_exit_code(package: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert messages.main(["check"], package=package) == 0
    edit(po(package), 'msgstr "Envoyer"', 'msgstr ""')
    assert messages.main(["check"], package=package) == 1
    assert "'Send' is not translated" in capsys.readouterr().out
    assert messages.main(["extract"], package=package) == 0
    assert "1 to translate" in capsys.readouterr().out


def test_english_needs_no_catalogue() -> None:
    with override("fr"):
        assert gettext("January") == "janvier"
    with override("en"):
        assert gettext("January") == "January"
