"""How does a teacher tell activities apart to which their author gave no title?"""

from __future__ import annotations

from pathlib import Path

import pytest

from cordee.core import clock
from cordee.courses.differences.telling import sentence
from cordee.courses.models import Run, Version
from cordee.courses.tests.course_texts import MODULE, folder, published
from cordee.courses.versions.queries import difference_of
from cordee.learning.enrolling import enrol
from cordee.people.granting import grant_role
from cordee.people.models import Role
from cordee.people.tests.make import make_account, signed_in_client

QUIZ = "::: quiz {name}\n\nWhich?\n\n- (x) {right}\n- ( ) Other\n\n:::\n"
FIRST, SECOND, THIRD = (QUIZ.format(name=name, right=name.title()) for name in ("ada", "bob", "cid"))
FILES = {
    "modules/nommer/module.yaml": MODULE.replace("[bilan]", "[bilan, suite]"),
    "modules/nommer/bilan.fr.md": f"# Bilan\n\n{FIRST}\n{SECOND}",
    "modules/nommer/suite.fr.md": f"# Suite\n\n{THIRD}",
}


@pytest.mark.django_db
def test_the_teacher_tells_them_apart_by_their_number_and_their_page(tmp_path: Path) -> None:
    published(folder(tmp_path, **FILES), now=clock.now())
    run = Run.objects.get()
    teacher = make_account(language="en")
    grant_role(account=teacher, role=Role.TEACHER, scope=f"run:{run.key}", granted_by=None, now=clock.now())
    enrolment = enrol(account=make_account(), run=run, now=clock.now())
    page = signed_in_client(teacher).get(f"/runs/{run.key}/desk/learners/{enrolment.pk}").content.decode()
    for name in ("1.2 Bilan, Quiz 1", "1.2 Bilan, Quiz 2", "1.3 Suite, Quiz"):
        assert f"Vérifier – {name}</option>" in page, name
        assert f"{name}</" in page.partition("<table")[2], name


@pytest.mark.django_db
def test_what_changed_between_two_versions_names_the_one_that_is_meant(tmp_path: Path) -> None:
    published(folder(tmp_path, **FILES))
    mended = SECOND.replace("Other", "Another")
    published(folder(tmp_path, **FILES | {"modules/nommer/bilan.fr.md": f"# Bilan\n\n{FIRST}\n{mended}"}))
    before, after = Version.objects.order_by("number")
    told = [sentence(one) for one in difference_of(before, after, "en").changes]
    assert told
    assert all(one.startswith("1.2 “Quiz 2”: ") for one in told)
