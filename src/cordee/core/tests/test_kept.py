from __future__ import annotations

from cordee.core.kept import Kept


def test_a_value_is_made_once() -> None:
    made: list[str] = []
    kept: Kept[str, str] = Kept(10)

    def make() -> str:
        made.append("here")
        return "value"

    assert [kept.of("key", make), kept.of("key", make)] == ["value", "value"]
    assert made == ["here"]


def test_it_never_holds_more_than_it_may() -> None:
    kept: Kept[int, object] = Kept(3)
    for n in range(100):
        kept.of(n, object)
        assert len(kept._values) <= 3


def test_what_is_not_worth_keeping_is_made_each_time() -> None:
    kept: Kept[str, int] = Kept(10)
    made = iter(range(10))
    assert [kept.of("key", lambda: next(made), is_worth_it=lambda value: value > 0) for _ in range(3)] == [0, 1, 1]


def test_what_is_there_of_many_keys_is_given_and_the_rest_is_kept_when_it_is_made() -> None:
    kept: Kept[str, int | None] = Kept(2)
    kept.keep("nothing", None)
    assert kept.known(["nothing", "new"]) == {"nothing": None}
    for name in ("a", "b", "c"):
        kept.keep(name, 1)
        assert kept.known([name]) == {name: 1}
