"""Learner's sources in C -> a program that can be run, or what the compiler says. All of it confined.

clang reads one source from its standard input and gives an object on its standard output; wasm-ld does the same with
objects. Neither may write anything. Only a submission of several files needs a folder, which they may read and we
delete.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Literal

from cordee.core.errors import N_
from cordee.sandbox.c.diagnostics import MOST, read_sarif
from cordee.sandbox.c.toolchain import RUNTIME, SHADOW_AT, Toolchain
from cordee.sandbox.confinement import Completed, Limits, confined_run, place_below
from cordee.sandbox.outcomes import Artifact, Diagnostic, Place, RunLimits, SourceRefused
from cordee.sandbox.wasm.linking import link_one
from cordee.sandbox.wasm.modules import ModuleWrong, SideModule, read_side_module
from cordee.sandbox.wasm.objects import Unusual

Profile = Literal["checked", "plain"]  # plain: without the checks, to compare
MOST_SOURCE_BYTES = 500_000
MOST_FILES = 20
FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,60}\.[ch]")
# An honest compile takes 0.03 s and 75 MB. Arrays of the program lie in its object, zeros and all, so that is as large
# as the memory that a program usually has, and a little more for the rest of it.
MOST_OBJECT = 72 << 20
LIMITS = Limits(cpu_s=2, memory_bytes=512 << 20, file_bytes=MOST_OBJECT, kept_output_bytes=MOST_OBJECT)
TIMEOUT_S = 8.0
WARNINGS = (
    *("-Wall", "-Wextra", "-Wconditional-uninitialized"),
    *("-Wno-unused-parameter", "-Wno-sign-compare", "-Wno-missing-field-initializers"),
)
# What the compiler may not put in place of a call: blocks of the heap are a lesson, and what copies or writes is looked
# at by a function of ours (runtime/memory.c), which stores of its own would go round. Not sprintf: clang would no
# longer look whether its values fit its format, so it has another name instead (runtime/names.h).
OUR_OWN = (
    *("malloc", "calloc", "realloc", "free", "memcpy", "memmove", "memset"),
    *("strcpy", "strncpy", "strcat", "strncat"),
)
NAMES = RUNTIME / "names.h"
LANGUAGE = (  # a loop without end ends no program by itself, even where it has no effect
    *("-std=gnu17", "-O1", "-fPIC", "-gline-tables-only", "-ftrivial-auto-var-init=pattern", "-fno-finite-loops"),
    *(f"-fno-builtin-{name}" for name in OUR_OWN),
    *("-include", str(NAMES)),
)
SAYS = ("-fdiagnostics-format=sarif", "-Wno-sarif-format-unstable", "-ferror-limit=20", "-fno-color-diagnostics")
CHECKS = (
    *("-fsanitize=undefined", "-fno-sanitize=vptr,function", "-fno-sanitize-recover=all"),
    # The last array of a struct has the size that it says, but for one of 0 or 1: an old way to leave it open.
    "-fstrict-flex-arrays=1",
    *("-Xclang", "-fsanitize=address", "-Xclang", "-fsanitize-address-use-after-return=never"),
    *("-Xclang", "-fsanitize-address-destructor=none"),
    *("-mllvm", f"-asan-mapping-offset={SHADOW_AT}", "-mllvm", "-asan-use-stack-safety=0"),
)
ENTRIES = ("__main_void", "__main_argc_argv")
OF_THE_LINKER = ("__memory_base", "__table_base", "memory", "__indirect_function_table")


def compile_c(files: Mapping[str, str | bytes], toolchain: Toolchain, *, profile: Profile = "checked") -> Artifact:
    """`files`: name -> text, at least one `.c`.

    Raises SourceRefused, CompilerNotReady and ConfinementError; all that the program itself is guilty of is in the
    answer.
    """
    sources = checked_sources(files)
    toolchain.require_ready()
    options = (*LANGUAGE, *WARNINGS, *SAYS, *(CHECKS if profile == "checked" else ()))
    return replace(_compiled(sources, toolchain, options), sources=sources)


def _compiled(sources: dict[str, bytes], toolchain: Toolchain, options: tuple[str, ...]) -> Artifact:
    if len(sources) == 1:
        return _compile_one(*next(iter(sources.items())), toolchain, options)
    with tempfile.TemporaryDirectory(prefix="cordee-program-") as name:
        folder = Path(name)
        if os.geteuid() == 0:  # the compiler is then another user
            os.chown(folder, LIMITS.uid_under_root, -1)
        for file, text in sources.items():
            _put(folder / file, text)
        return _compile_several(sources, folder, toolchain, options)


def checked_sources(files: Mapping[str, str | bytes]) -> dict[str, bytes]:
    """The same as UTF-8 with lines as C wants them. Raises SourceRefused."""
    if not 0 < len(files) <= MOST_FILES:
        raise SourceRefused(N_("A program has between 1 and {most} files."), most=MOST_FILES)
    sources: dict[str, bytes] = {}
    for name, text in files.items():
        if not FILE_NAME.fullmatch(name):
            raise SourceRefused(
                N_("A file cannot be called {name}. Use letters, digits, - and _, and end in .c or .h."), name=name[:80]
            )
        sources[name] = _clean(name, text)
    if not any(name.endswith(".c") for name in sources):
        raise SourceRefused(N_("There is no .c file, so there is no program."))
    if sum(map(len, sources.values())) > MOST_SOURCE_BYTES:
        raise SourceRefused(N_("The program is larger than {most} bytes. Shorten it."), most=MOST_SOURCE_BYTES)
    return sources


def _clean(name: str, given: str | bytes) -> bytes:
    if isinstance(given, bytes):
        if given[:4] in (b"\0asm", b"\x7fELF") or b"\0" in given:
            raise SourceRefused(N_("{name} is no text. Send the source of your program."), name=name)
        try:
            text = given.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise SourceRefused(N_("{name} is not in UTF-8. Save it in UTF-8 and send it again."), name=name) from None
    else:
        text = given.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}")
        if "\0" in text:
            raise SourceRefused(N_("{name} is no text. Send the source of your program."), name=name)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    try:
        return (text if text.endswith("\n") else text + "\n").encode()
    except UnicodeEncodeError:
        raise SourceRefused(N_("{name} is not in UTF-8. Save it in UTF-8 and send it again."), name=name) from None


def _compile_one(name: str, text: bytes, toolchain: Toolchain, options: tuple[str, ...]) -> Artifact:
    command = toolchain.compile_command(*options, f"-ffile-prefix-map=<stdin>={name}")
    done = _confined(command, toolchain, (), text)
    said = tuple(_named(one, name) for one in read_sarif(done.stderr))
    if stopped := _stopped(done, said):
        return stopped
    if module := _linked_here(done.stdout, toolchain):
        return Artifact(module, said)
    linked = _confined(_link_command(toolchain, "/proc/self/fd/0"), toolchain, (), done.stdout)
    return _linked(linked, said, toolchain)


def _linked_here(made: bytes, toolchain: Toolchain) -> bytes | None:
    """Without wasm-ld, which takes as long to start as a small program to compile. None for what is left to it: an
    unusual object, and one that lacks something, for wasm-ld drops what is never used before it looks."""
    try:
        module = link_one(made, ENTRIES)
        return None if _missing(read_side_module(module), toolchain) else module
    except (Unusual, ModuleWrong):
        return None


def _compile_several(
    sources: dict[str, bytes], folder: Path, toolchain: Toolchain, options: tuple[str, ...]
) -> Artifact:
    said: tuple[Diagnostic, ...] = ()
    objects = []
    for name in sorted(name for name in sources if name.endswith(".c")):
        below = place_below(str(folder), (toolchain.zig, folder))
        command = toolchain.compile_command(*options, f"-ffile-prefix-map={below}/=", source=str(folder / name))
        done = _confined(command, toolchain, (folder,), b"")
        said += tuple(_named(one, name) for one in read_sarif(done.stderr))
        if stopped := _stopped(done, said):
            if stopped.limit:
                return stopped
            continue  # the other files may have errors too
        path = folder / f"{name}.o"
        _put(path, done.stdout)
        objects.append(str(path))
    if any(one.level == "error" for one in said):
        return Artifact(None, said)
    return _linked(_confined(_link_command(toolchain, *objects), toolchain, (folder,), b""), said, toolchain)


def _put(path: Path, text: bytes) -> None:
    path.write_bytes(text)
    path.chmod(0o644)  # within a folder that only the compiler may enter


def _confined(command: list[str], toolchain: Toolchain, also: tuple[Path, ...], stdin: bytes) -> Completed:
    read = (toolchain.program, *toolchain.headers, NAMES, *also)
    roots = (toolchain.zig, *also, RUNTIME)
    return confined_run(command, read=read, roots=roots, limits=LIMITS, stdin=stdin, timeout_s=TIMEOUT_S)


def _link_command(toolchain: Toolchain, *objects: str) -> list[str]:
    entries = [f"--export-if-defined={name}" for name in ENTRIES]
    return toolchain.link_command("-shared", "--experimental-pic", "--allow-undefined", *entries, *objects)


def _named(one: Diagnostic, file: str) -> Diagnostic:
    """With the learner's name of the file: clang knows its standard input by none."""

    def named(place: Place | None) -> Place | None:
        return replace(place, file=file) if place and place.file in ("", "-", "<stdin>") else place

    notes = tuple(_named(note, file) for note in one.notes)
    return replace(one, place=named(one.place), end=named(one.end), notes=notes)


def _stopped(done: Completed, said: tuple[Diagnostic, ...]) -> Artifact | None:
    """What to answer when the compiler has made no object."""
    if done.returncode == 0 and done.stdout:
        return None
    if len(done.stdout) >= MOST_OBJECT:
        text = f"the variables are larger than {RunLimits().memory_bytes >> 20} MB"
        return Artifact(None, (*said, Diagnostic("error", "data-too-large", text, None)))
    if done.timed_out or done.returncode < 0 or not any(one.level == "error" for one in said):
        return Artifact(None, said, limit=True)
    return Artifact(None, said)


def _linked(done: Completed, said: tuple[Diagnostic, ...], toolchain: Toolchain) -> Artifact:
    if done.returncode:
        text = done.stderr.decode("utf-8", "replace")
        if done.timed_out or done.returncode < 0:
            return Artifact(None, said, limit=True)
        return Artifact(None, (*said, *_link_errors(text)[:MOST]))
    try:
        module = read_side_module(done.stdout)
    except ModuleWrong:
        return Artifact(None, said, limit=True)
    if missing := _missing(module, toolchain):
        return Artifact(None, (*said, *missing[:MOST]))
    return Artifact(done.stdout, said)


def _link_errors(text: str) -> list[Diagnostic]:
    """wasm-ld's own: a name defined twice."""
    names = re.findall(r"duplicate symbol: ([A-Za-z_]\w*)", text)
    names = ["main" if name in ("__main_argc_argv", "__original_main", "__main_void") else name for name in names]
    found = [Diagnostic("error", "link-duplicate", f"duplicate symbol: {name}", None) for name in dict.fromkeys(names)]
    return found or [Diagnostic("error", "link", text.strip().splitlines()[0][:200] if text.strip() else "", None)]


def _missing(module: SideModule, toolchain: Toolchain) -> list[Diagnostic]:
    """What the program uses and nobody has written: `main` itself, functions declared and never defined."""
    found = []
    if not module.exports.intersection(ENTRIES):
        found.append(Diagnostic("error", "link-no-main", "there is no function main", None))
    for wanted in module.imports:
        name = wanted.name
        if wanted.module == "env":
            known = name in toolchain.names or name in OF_THE_LINKER
        elif wanted.module in ("GOT.mem", "GOT.func"):
            known = name in toolchain.names or name in module.exports
        else:
            known = False
        if not known:
            found.append(Diagnostic("error", "link-undefined", f"undefined symbol: {name[:80]}", None))
    return found
