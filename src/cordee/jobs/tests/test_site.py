"""Does the site keep one key for ever, and know whether it is a demo?"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import DjangoAssertNumQueries

from cordee.jobs import site
from cordee.jobs.models import SiteFact


@pytest.fixture(autouse=True)
def forget() -> Iterator[None]:
    before = dict(site._cached_key)
    site._cached_key.clear()
    yield
    site._cached_key.clear()
    site._cached_key.update(before)


@pytest.mark.django_db
def test_the_key_is_there_from_the_first_migration_on_and_stays() -> None:
    key = site.site_key()
    assert len(key) == 32
    assert key.hex() == SiteFact.objects.get(name=site.KEY).value
    site._cached_key.clear()
    assert site.site_key() == key


@pytest.mark.django_db
def test_the_key_costs_one_query_in_the_life_of_a_process(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        site.site_key()
    with django_assert_num_queries(0):
        site.site_key()


@pytest.mark.django_db
def test_a_key_made_in_a_transaction_that_is_undone_is_not_remembered() -> None:
    SiteFact.objects.filter(name=site.KEY).delete()
    site.site_key()
    SiteFact.objects.filter(name=site.KEY).delete()  # as an undone transaction would
    assert site.site_key().hex() == SiteFact.objects.get(name=site.KEY).value


@pytest.mark.django_db
def test_a_demo_is_marked_for_ever(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    assert not site.is_demo()
    site.mark_as_demo()
    site.mark_as_demo()
    assert site.is_demo()
    assert not site.serves_demo()
    site.learn_whether_demo()
    with django_assert_num_queries(0):
        assert site.serves_demo()
    SiteFact.objects.filter(name=site.DEMO).delete()
    site.learn_whether_demo()
