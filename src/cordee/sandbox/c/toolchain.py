"""Where are the C compiler and the library that programs run with, and how are they made ready?

The compiler is the clang inside the `ziglang` wheel. The first time (some 20 s of processor) the wheel builds its C
library for WebAssembly; we keep three archives of it (1.2 MB), link all of it with our runtime into one module, and
compile that module ahead. After that a learner's program is a small side module, linked when it is run.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from cordee.core.errors import N_, CordeeError
from cordee.sandbox.outcomes import MOST_ERROR_BYTES, MOST_INPUT_BYTES, MOST_OUTPUT_BYTES

STACK_BYTES = 4 << 20  # at the bottom of memory, so that what overflows it leaves the memory
SHADOW_AT = STACK_BYTES + (512 << 10)  # no power of two: clang adds such a number, and would only "or" a power of two
MOST_MEMORY = 256 << 20  # an eighth of it is shadow
GLOBALS_AT = SHADOW_AT + MOST_MEMORY // 8  # where the library's own data begins, and after it the learner's
MAKING = "making-"  # how folders begin in which the library is being made
ARCHIVES = ("libc.a", "libzigc.a", "libcompiler_rt.a")
RUNTIME = Path(__file__).parent / "runtime"
RUNTIME_SOURCES = ("undefined.c", "memory.c", "system.c", "start.c")
RUNTIME_OPTIONS = (
    *("-O2", "-Wall", "-Werror", "-fno-builtin", "-I", str(RUNTIME)),
    *(f"-DSHADOW={SHADOW_AT}u", f"-DMOST_MEMORY={MOST_MEMORY}u"),
    *(f"-DMOST_INPUT={MOST_INPUT_BYTES}u", f"-DMOST_OUTPUT={MOST_OUTPUT_BYTES}u", f"-DMOST_ERRORS={MOST_ERROR_BYTES}u"),
)
# What compiled code calls without that anybody has written it: helpers of the compiler and of its checks.
FOR_THE_COMPILER = ("__ubsan_", "__asan_", "__stack_pointer", "__indirect_function_table", "__errno_location")
FOR_THE_HEADERS = ("__assert_fail", "__cxa_atexit", "__ctype", "__isoc", "__wasm_call_ctors")
ARITHMETIC = ("i2", "i3", "i4", "f2", "f3", "df", "sf", "tf", "di", "si", "ti")  # how such helpers' names end

TARGET = ("-target", "wasm32-wasip1", "-Xclang", "-target-cpu", "-Xclang", "lime1")


class CompilerMissing(CordeeError):
    """Programs in C cannot be compiled on this machine as it is."""

    status = 503


class CompilerNotReady(CompilerMissing):
    """The compiler is installed, but its library is not made yet."""


def zig_folder() -> Path:
    """The folder of the `ziglang` wheel. Raises CompilerMissing when it is not installed."""
    found = importlib.util.find_spec("ziglang")
    if found is None or not found.submodule_search_locations or importlib.util.find_spec("wasmtime") is None:
        raise CompilerMissing(
            N_("The C compiler is not installed. Install it: sh bin/setup --c, or pip install 'cordee[c]'.")
        )
    return Path(found.submodule_search_locations[0]).resolve()


class Toolchain:
    """The compiler of this environment, and `folder` for what is made from it. `folder` may be shared by processes."""

    def __init__(self, *, zig: Path, folder: Path) -> None:
        self.zig = zig
        self.folder = folder

    @staticmethod
    def under(cache: Path) -> Toolchain:
        """The one kept under `cache`: a folder for each version of compiler, engine and runtime. Nothing is made."""
        zig = zig_folder()
        sources = b"".join((RUNTIME / name).read_bytes() for name in ("cordee.h", *RUNTIME_SOURCES))
        own = hashlib.sha256(sources + Path(__file__).read_bytes()).hexdigest()[:12]
        try:
            name = f"zig-{version('ziglang')}-wasmtime-{version('wasmtime')}-{os.uname().machine}-{own}"
        except PackageNotFoundError as missing:
            raise CompilerMissing(
                N_("The C compiler is not installed. Install it: sh bin/setup --c, or pip install 'cordee[c]'.")
            ) from missing
        return Toolchain(zig=zig, folder=cache / name)

    @property
    def program(self) -> Path:
        return self.zig / "zig"

    @property
    def headers(self) -> tuple[Path, ...]:
        libc = self.zig / "lib" / "libc" / "include"
        return (self.zig / "lib" / "include", libc / "wasm-wasi-musl", libc / "generic-musl")

    @property
    def library(self) -> Path:
        """The module of the C library and our runtime."""
        return self.folder / "libc.wasm"

    @property
    def compiled_library(self) -> Path:
        """The same, compiled ahead for this machine and this version of the engine."""
        return self.folder / "libc.cwasm"

    @property
    def is_ready(self) -> bool:
        return (self.folder / "names.json").exists()

    def require_ready(self) -> None:
        """Raises CompilerNotReady."""
        if not self.is_ready:
            raise CompilerNotReady(
                N_("The C compiler is getting ready: it builds its library once. Try again in a minute.")
            )

    @cached_property
    def names(self) -> frozenset[str]:
        """What a program may call or use of the library."""
        self.require_ready()
        return frozenset(json.loads((self.folder / "names.json").read_text()))

    def compile_command(self, *options: str, dialect: str = "c", source: str = "-") -> list[str]:
        """clang's words: source by stdin (or a file), object by stdout, and none of its own defaults."""
        include = [word for folder in self.headers for word in ("-isystem", str(folder))]
        return [
            *(str(self.program), "clang", "-x", dialect, source, "--no-default-config", "-nostdinc"),
            *(*TARGET, *include, *options, "-c", "-o", "-"),
        ]

    def link_command(self, *words: str) -> list[str]:
        return [str(self.program), "wasm-ld", "--build-id=none", "--threads=1", *words, "-o", "-"]

    def make_ready(self, say: Callable[[str], object] = lambda _words: None) -> None:
        """Make `folder`, once; a second process waits for the first, and an interruption leaves nothing half made.

        Trusted work on our own sources, so it is not confined. Raises CompilerMissing when the compiler fails.
        """
        if self.is_ready:
            return
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        with _one_at_a_time(self.folder.parent / "making.lock"):
            for left in self.folder.parent.glob(f"{MAKING}*/"):  # by builds that were killed: nobody else makes one now
                shutil.rmtree(left, ignore_errors=True)
            if not self.is_ready:
                self._make(say)

    def _make(self, say: Callable[[str], object]) -> None:
        with tempfile.TemporaryDirectory(prefix=MAKING, dir=self.folder.parent) as name:
            place = Path(name)
            say(N_("Building the C library for WebAssembly (once, about half a minute)"))
            self._build_archives(place)
            say(N_("Compiling it for this machine"))
            self._build_library(place)
            for path in place.iterdir():
                path.chmod(0o644)
            place.chmod(0o755)
            shutil.rmtree(self.folder, ignore_errors=True)  # of an interrupted copy by hand, for instance
            place.rename(self.folder)
            place.mkdir()  # for the temporary folder to find something to remove

    def _build_archives(self, place: Path) -> None:
        """Let `zig cc` link a program once, and keep the archives that it linked with."""
        program = place / "first.c"
        program.write_text('#include <stdio.h>\nint main(void) { return printf("1\\n") < 0; }\n')
        caches = {"ZIG_GLOBAL_CACHE_DIR": str(place / "zig"), "ZIG_LOCAL_CACHE_DIR": str(place / "local")}
        told = self._trusted(
            [
                str(self.program),
                "cc",
                "-v",
                "--target=wasm32-wasi",
                "-O2",
                "-s",
                "-o",
                str(place / "first"),
                str(program),
            ],
            environment={**caches, "PATH": os.defpath, "HOME": str(place)},
        ).stderr.decode(errors="replace")
        linked = next((line.split() for line in told.splitlines() if line.startswith("wasm-ld")), [])
        for name in ARCHIVES:
            found = next((word for word in linked if word.endswith("/" + name)), None)
            if found is None:
                raise CompilerMissing(N_("The C compiler did not say where its library {name} is."), name=name)
            shutil.copyfile(found, place / name)
        for path in (program, place / "first"):
            path.unlink()
        for folder in ("zig", "local"):
            shutil.rmtree(place / folder, ignore_errors=True)

    def _build_library(self, place: Path) -> None:
        from cordee.sandbox.wasm.engine import compiled_ahead, names_exported  # wasmtime may not be installed

        objects = []
        for name in RUNTIME_SOURCES:
            source = (RUNTIME / name).read_bytes()
            command = self.compile_command(*RUNTIME_OPTIONS)
            (place / f"{name}.o").write_bytes(self._trusted(command, stdin=source).stdout)
            objects.append(str(place / f"{name}.o"))
        base = ("--export-table", "--growable-table", "-s", *whole_program())
        archives = [str(place / name) for name in ARCHIVES]
        parts = [*objects, "--whole-archive", archives[0], "--no-whole-archive", *archives[1:]]
        all_names = names_exported(self._trusted(self.link_command(*base, "--export-all", *parts)).stdout)
        wanted = sorted(name for name in all_names if _may_be_used(name))
        exports = [f"--export={name}" for name in wanted]
        library = self._trusted(self.link_command(*base, *exports, *parts)).stdout
        for path in objects:
            Path(path).unlink()
        (place / "libc.wasm").write_bytes(library)
        (place / "libc.cwasm").write_bytes(compiled_ahead(library))
        (place / "names.json").write_text(json.dumps(wanted))

    def _trusted(
        self, command: list[str], *, stdin: bytes = b"", environment: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[bytes]:
        done = subprocess.run(command, input=stdin, capture_output=True, env=environment or {}, check=False)  # noqa: S603
        if done.returncode:
            reason = done.stderr.decode(errors="replace").strip()[-400:]
            raise CompilerMissing(
                N_("The C compiler could not build its library: {reason}. Is the disk full, or the wheel damaged?"),
                reason=reason,
            )
        return done


def whole_program() -> tuple[str, ...]:
    """wasm-ld's words for a module with a memory of its own, laid out as our runtime wants it."""
    return (
        *("--no-entry", "--stack-first", "--wrap=fd_close|wasi_snapshot_preview1"),
        *(f"--wrap=__imported_wasi_snapshot_preview1_{name}" for name in _calls_answered()),
        *("-z", f"stack-size={STACK_BYTES}", f"--global-base={GLOBALS_AT}", f"--max-memory={MOST_MEMORY}"),
    )


def _calls_answered() -> list[str]:
    """The names of the system's calls that runtime/system.c answers in the program itself."""
    return re.findall(r"\b(?:CALL|NONE)\((\w+)[,)]", (RUNTIME / "system.c").read_text().split("#define CALL", 1)[1])


@contextmanager
def _one_at_a_time(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _may_be_used(name: str) -> bool:
    if name in ("memory", "__indirect_function_table", "__main_argc_argv", "__main_void", "_start"):
        return False
    if not name.startswith("_"):
        return True
    return name.startswith((*FOR_THE_COMPILER, *FOR_THE_HEADERS)) or name.endswith(ARITHMETIC)


if sys.byteorder != "little":
    raise ImportError("The code laboratory needs a little-endian machine.")
