"""What is each form of a survey called?"""

from __future__ import annotations

import pytest
from django.utils.translation import override

from cordee.courses.kinds import kind_for_tag, label_of


@pytest.mark.parametrize(
    ("tag", "english", "french"),
    [
        ("poll", "Poll", "Sondage"),
        ("poll_question", "Poll", "Sondage"),
        ("survey", "Survey", "Enquête"),
        ("word_cloud", "Word cloud", "Nuage de mots"),
        ("problem", "Quiz", "Quiz"),
    ],
)
def test_a_poll_is_called_a_poll_and_a_survey_a_survey(tag: str, english: str, french: str) -> None:
    for language, name in (("en", english), ("fr", french)):
        with override(language):
            assert label_of(kind_for_tag(tag), tag) == name
