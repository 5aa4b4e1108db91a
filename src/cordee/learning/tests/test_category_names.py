"""In which language does a learner read what a part of the grade is called?"""

from __future__ import annotations

from pathlib import Path

import pytest

from cordee.core import clock
from cordee.courses.models import Run
from cordee.courses.tests.course_texts import MODULE, folder, published
from cordee.courses.tests.test_category_names import BOTH
from cordee.learning.enrolling import enrol
from cordee.people.tests.make import make_account, signed_in_client


@pytest.mark.django_db
def test_learners_read_it_in_their_language(tmp_path: Path) -> None:
    published(folder(tmp_path, **{"course.yaml": BOTH}), now=clock.now())
    run = Run.objects.get()
    for language, name, other in (("fr", "Contrôle", "Test"), ("en", "Test", "Contrôle")):
        account = make_account(language=language)
        enrol(account=account, run=run, now=clock.now())
        said = signed_in_client(account).get(f"/runs/{run.key}/progress").content.decode().partition("<main")[2]
        assert (f">{name}<" in said, other in said) == (True, False)


@pytest.mark.django_db
def test_the_badge_of_a_page_and_the_plan_of_the_course_say_it_too(tmp_path: Path) -> None:
    published(
        folder(
            tmp_path, **{"course.yaml": BOTH, "modules/nommer/module.yaml": MODULE.replace("opens: +7d", "opens: +0d")}
        ),
        now=clock.now(),
    )
    run = Run.objects.get()
    for language, name, other in (("fr", "Contrôle", "Test"), ("en", "Test", "Contrôle")):
        account = make_account(language=language)
        enrol(account=account, run=run, now=clock.now())
        client = signed_in_client(account)
        for address in (f"/runs/{run.key}/units/bilan", f"/{language}/courses/{run.course.key}/"):
            said = client.get(address, follow=True).content.decode().partition("<main")[2]
            assert (name in said, other in said) == (True, False), address
