"""What the compiler is given, what it says, and what it cannot be made to do."""

from __future__ import annotations

import shutil
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from cordee.sandbox.c.compiling import MOST_SOURCE_BYTES, TIMEOUT_S, Profile, compile_c
from cordee.sandbox.c.diagnostics import MOST
from cordee.sandbox.c.toolchain import CompilerNotReady, Toolchain
from cordee.sandbox.laboratory import MOST_KEPT, Laboratory
from cordee.sandbox.outcomes import Artifact, SourceRefused

pytestmark = pytest.mark.long  # the compiler's library is made first
HERE = Path(__file__).parent
ERRORS = sorted((HERE / "compile_errors").glob("*.c"))
HELLO = '#include <stdio.h>\nint main(void) { puts("hello"); return 0; }\n'


@pytest.mark.parametrize("path", ERRORS, ids=lambda path: path.stem)
def test_a_beginners_error_is_told_at_its_line(laboratory: Laboratory, path: Path) -> None:
    said = laboratory.compile({"main.c": path.read_bytes()}).diagnostics
    assert said
    if "main_missing" in path.stem:
        assert [one.rule for one in said] == ["link-no-main"]
    else:
        assert all(one.place and one.place.file == "main.c" and one.place.line > 1 for one in said)


def test_a_misspelt_name_comes_with_the_likely_one(laboratory: Laboratory) -> None:
    text = "int main(void) { int total = 1; return totl; }\n"
    assert "did you mean 'total'" in laboratory.compile({"main.c": text}).errors[0].text


@pytest.mark.parametrize(
    "text",
    [
        '#include "/etc/passwd"\n',
        '%:include "/etc/passwd"\n',
        '#define F "/etc/passwd"\n#include F\n',
        '#include "../../../../../../../../etc/passwd"\n',
        '#include_next "/etc/passwd"\n',
        '#include "/proc/self/environ"\n',
        'const char s[] = {\n#embed "/etc/passwd"\n};\n',
        'asm(".section .data.s,\\"\\",@\\ns:\\n.incbin \\"/etc/passwd\\"\\n.size s,9\\n");\n',
        'asm(".include \\"/etc/passwd\\"");\n',
    ],
)
def test_no_file_of_the_machine_gets_into_a_program_or_a_message(laboratory: Laboratory, text: str) -> None:
    artifact = laboratory.compile({"main.c": text + HELLO})
    assert artifact.module is None
    assert "root:" not in str(artifact)


def test_a_file_that_is_there_and_one_that_is_not_are_told_alike(laboratory: Laboratory) -> None:
    texts = []
    for name in ("/etc/shadow", "/etc/no-such"):
        artifact = laboratory.compile({"main.c": f'#include "{name}"\n{HELLO}'})
        texts.append(artifact.errors[0].text.replace(name, ""))
    assert texts[0] == texts[1]


BOMBS = {
    "zeros": '#include "/dev/zero"\n',
    "embedded zeros": 'const char s[] = {\n#embed "/dev/zero"\n};\n',
    "includes": '#if __INCLUDE_LEVEL__ < 60\n#include "/proc/self/fd/0"\n#include "/proc/self/fd/0"\n#endif\n',
    "macros": "#define A0 1+1+1+1+1+1+1+1\n"
    + "".join(f"#define A{n} A{n - 1}+A{n - 1}+A{n - 1}+A{n - 1}\n" for n in range(1, 16))
    + "int x = A15;\n",
    "a large object": "char a[1600000000] = {[1599999999] = 1};\n",
    "parentheses": "int x = " + "(" * 90_000 + "1" + ")" * 90_000 + ";\n",
    "a crash of the compiler": "#pragma clang __debug crash\n",
    "warnings": "#warning flood\n" * 12_000,
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_hostile_compile_ends_soon_and_leaves_nothing(laboratory: Laboratory, name: str, tmp_path: Path) -> None:
    before = set(Path("/tmp").iterdir())  # noqa: S108 - where a compiler leaves its crash files
    began = time.monotonic()
    artifact = laboratory.compile({"main.c": BOMBS[name] + HELLO})
    assert time.monotonic() - began < TIMEOUT_S + 2  # 2 s of processor; the machine may be busy
    if name != "warnings":
        assert artifact.module is None
    left = {path.name for path in set(Path("/tmp").iterdir()) - before}  # noqa: S108
    assert not {one for one in left if one.startswith(("main-", "stdin-", "-"))}
    assert len(artifact.diagnostics) <= 50


def test_the_compiler_serves_the_next_one_after_a_bomb(laboratory: Laboratory) -> None:
    laboratory.compile({"main.c": BOMBS["macros"]})
    assert laboratory.run(laboratory.compile({"main.c": HELLO})).stdout == b"hello\n"


def test_a_forged_import_is_refused(laboratory: Laboratory) -> None:
    attribute = '__attribute__((import_module("env"), import_name("secret")))'
    text = f"{attribute} int secret(int);\nint main(void) {{ return secret(1); }}\n"
    assert [one.rule for one in laboratory.compile({"main.c": text}).errors] == ["link-undefined"]
    other = text.replace('"env"', '"cordee"').replace('"secret"', '"fault"')
    assert laboratory.compile({"main.c": other}).module is None


def test_a_function_that_is_declared_and_never_written_is_named(laboratory: Laboratory) -> None:
    said = laboratory.compile({"main.c": "int helper(int);\nint main(void) { return helper(1); }\n"}).errors
    assert [one.text for one in said] == ["undefined symbol: helper"]


def test_a_flood_of_names_that_nobody_wrote_is_told_as_far_as_any_flood(laboratory: Laboratory) -> None:
    names = [f"f{number}" for number in range(3 * MOST)]
    text = "".join(f"int {name}(void);\n" for name in names)
    text += "int main(void) { return " + " + ".join(f"{name}()" for name in names) + "; }\n"
    assert [one.rule for one in laboratory.compile({"main.c": text}).errors] == ["link-undefined"] * MOST


def test_several_files_make_one_program(laboratory: Laboratory) -> None:
    files = {
        "lib.h": "int twice(int);\n",
        "lib.c": '#include "lib.h"\nint twice(int n) { return 2 * n; }\n',
        "main.c": '#include <stdio.h>\n#include "lib.h"\nint main(void) { printf("%d\\n", twice(21)); return 0; }\n',
    }
    assert laboratory.run(laboratory.compile(files)).stdout == b"42\n"


def test_two_main_are_told(laboratory: Laboratory) -> None:
    files = {"a.c": HELLO, "b.c": HELLO}
    assert [one.text for one in laboratory.compile(files).errors] == ["duplicate symbol: main"]


@pytest.mark.parametrize(
    "name", ["../main.c", "/main.c", "-o.c", "@main.c", "main.cwasm", "a b.c", "x" * 300 + ".c", ""]
)
def test_a_name_that_could_mean_something_else_is_refused(laboratory: Laboratory, name: str) -> None:
    with pytest.raises(SourceRefused):
        laboratory.compile({name: HELLO})


@pytest.mark.parametrize(
    "text", [b"\0asm\x01\0\0\0", b"\x7fELF", b"int main\0(void) {}", b"\xff\xfe", b"x" * (MOST_SOURCE_BYTES + 1)]
)
def test_what_is_no_source_is_refused(laboratory: Laboratory, text: bytes) -> None:
    with pytest.raises(SourceRefused):
        laboratory.compile({"main.c": text})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\N{ZERO WIDTH NO-BREAK SPACE}" + HELLO,
        HELLO.replace("\n", "\r\n"),
        HELLO.replace("\n", "\r"),
        HELLO.rstrip(),
    ],
)
def test_ways_to_end_a_line_and_a_file_make_no_difference(laboratory: Laboratory, text: str) -> None:
    artifact = laboratory.compile({"main.c": text})
    if text:
        assert laboratory.run(artifact).stdout == b"hello\n"
    else:
        assert [one.rule for one in artifact.errors] == ["link-no-main"]


def test_the_same_program_is_compiled_once_and_any_other_one_anew(
    laboratory: Laboratory, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled = []

    def compile_and_note(files: Mapping[str, str | bytes], toolchain: Toolchain, *, profile: Profile) -> Artifact:
        compiled.append(files)
        return compile_c(files, toolchain, profile=profile)

    monkeypatch.setattr("cordee.sandbox.laboratory.compile_c", compile_and_note)
    with Laboratory(laboratory.toolchain.folder.parent) as own:
        first = own.compile({"main.c": HELLO})
        assert own.compile({"main.c": HELLO.encode()}) == first
        assert len(compiled) == 1
        others: list[dict[str, str]] = [{"main.c": f"{HELLO}\n"}, {"hello.c": HELLO}, {"main.c": HELLO, "a.h": ""}]
        for other in others:
            own.compile(other)
            own.compile(other)
        assert len(compiled) == 4
        own.compile({"main.c": HELLO}, profile="plain")
        assert len(compiled) == 5
        wrong = {"main.c": "int main(void) { return totl; }\n"}
        assert own.compile(wrong) == own.compile(wrong)
        assert len(compiled) == 7
        for number in range(MOST_KEPT):
            own.compile({"main.c": f"int main(void) {{ return {number}; }}\n"})
        own.compile({"main.c": HELLO})
        assert len(compiled) == 8 + MOST_KEPT


def test_a_program_that_was_kept_is_not_run_where_the_library_is_gone(laboratory: Laboratory, tmp_path: Path) -> None:
    folder = laboratory.toolchain.folder
    copy = tmp_path / folder.name
    shutil.copytree(folder, copy)
    with Laboratory(tmp_path) as own:
        assert own.compile({"main.c": HELLO}).module
        shutil.rmtree(copy)
        with pytest.raises(CompilerNotReady):
            own.compile({"main.c": HELLO})
