from __future__ import annotations

import uuid
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cordee.courses.tests.make import NOW
from cordee.learning.models import Enrolment, UnitView
from cordee.learning.prepared import Prepared
from cordee.learning.tests.make import make_enrolment
from cordee.people.models import Account

pytestmark = pytest.mark.django_db


def test_it_finds_what_the_query_finds_with_its_related_rows(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path)
    prepared = Prepared(
        lambda actor: Enrolment.objects.select_related("account", "run__course").filter(account__pseudonym=actor),
        actor=uuid.UUID,
    )
    with CaptureQueriesContext(connection) as seen:
        found = prepared.first(actor=enrolment.account.pseudonym)
        assert found is not None
        assert (found.pk, found.account.email, found.run.course.key) == (
            enrolment.pk,
            enrolment.account.email,
            enrolment.run.course.key,
        )
        assert found.enrolled_at == enrolment.enrolled_at
    assert len(seen) == 1
    assert prepared.first(actor=uuid.uuid4()) is None


def test_it_is_composed_once(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path)
    composed: list[object] = []

    def build(key: int) -> object:
        composed.append(key)
        return Account.objects.filter(pk=key)

    prepared: Prepared[Account] = Prepared(build, key=int)  # type: ignore[arg-type] # a test's stand-in
    for _again in range(3):
        assert [one.pk for one in prepared.all(key=enrolment.account_id)] == [enrolment.account_id]
    assert len(composed) == 1


def test_a_value_may_stand_twice_and_a_constant_stays(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path)
    for unit in ("u1", "u2"):
        UnitView.objects.create(enrolment=enrolment, unit=unit, first_at=NOW, visit_at=NOW)
    prepared = Prepared(
        lambda unit, now: UnitView.objects.filter(
            unit=unit, first_at__lte=now, visit_at__lte=now, enrolment__grade=0.0
        ),
        unit=str,
        now=type(NOW),
    )
    assert [view.unit for view in prepared.all(unit="u2", now=NOW)] == ["u2"]


def test_a_value_that_the_query_leaves_out_is_an_error() -> None:
    prepared = Prepared(lambda key, unused: Account.objects.filter(pk=key), key=int, unused=str)
    with pytest.raises(ValueError, match="unused"):
        prepared.all(key=1, unused="x")
