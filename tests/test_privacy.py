"""Every table says what happens to its rows when the person they speak of is erased."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db.models import Model

from cordee.core.privacy import Personal

OURS = [model for model in apps.get_models() if model.__module__.startswith("cordee.")]


@pytest.mark.parametrize("model", OURS, ids=[model.__name__ for model in OURS])
def test_every_table_declares_its_treatment(model: type[Model]) -> None:
    personal = getattr(model, "personal", None)
    assert isinstance(personal, Personal)
    assert personal.treatment in {"delete", "unlink", "keep", "none"}
    assert bool(personal.reason) == (personal.treatment == "keep")
