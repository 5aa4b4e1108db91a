"""Is the C library made once, and does a build that was killed leave nothing for good?"""

from __future__ import annotations

from pathlib import Path

import pytest

from cordee.sandbox.c.toolchain import Toolchain


def test_what_a_killed_build_left_is_gone_once_the_library_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = tmp_path / "making-abc"
    left.mkdir()
    (left / "libc.a").write_bytes(b"half")
    (tmp_path / "zig-of-another-version").mkdir()
    built: list[Path] = []

    def build(_toolchain: Toolchain, place: Path) -> None:
        assert not left.exists()  # there is room for the new one
        built.append(place)
        (place / "names.json").write_text("[]")

    monkeypatch.setattr(Toolchain, "_build_archives", build)
    monkeypatch.setattr(Toolchain, "_build_library", lambda _toolchain, _place: None)
    toolchain = Toolchain(zig=tmp_path, folder=tmp_path / "zig")
    toolchain.make_ready()
    toolchain.make_ready()
    assert len(built) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["making.lock", "zig", "zig-of-another-version"]
