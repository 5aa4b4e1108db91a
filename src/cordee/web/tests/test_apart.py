"""Is what needs much memory for a moment done in a child, with its failures told and its parent untouched?"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from cordee.web.tests.running import environment

# In a process of its own: the tests' holds threads and libraries that a fork does not survive.
BEGINNING = """
import os, sys, threading, time
import django
django.setup()
from cordee.web.apart import Failed, do_apart
"""
WELL = """
def act():
    import duckdb
    print(os.getpid() != parent, flush=True)
parent = os.getpid()
do_apart(act)
print("duckdb" in sys.modules)
"""
BADLY = """
def raises():
    raise OSError("the disk is away")
def exits():
    raise SystemExit(3)
def dies():
    os.kill(os.getpid(), 9)
for act in (raises, exits, dies):
    try:
        do_apart(act)
    except Failed as error:
        print(error)
"""
STOPPED = """
stopping = threading.Event()
threading.Timer(0.2, stopping.set).start()
began = time.monotonic()
try:
    do_apart(lambda: time.sleep(30), stopping=stopping.is_set)
except Failed as error:
    print(error, time.monotonic() - began < 20)
"""
LOADED = """
import duckdb
here = []
do_apart(lambda: here.append(os.getpid()))
print(here == [os.getpid()])
"""


@pytest.mark.with_site
@pytest.mark.parametrize(
    ("script", "said"),
    [
        (WELL, ["True", "False"]),
        (BADLY, ["it ended with 1", "it ended with 1", "it ended with -9"]),
        (STOPPED, ["it ended with -15 True"]),
        (LOADED, ["True"]),
    ],
    ids=["well", "badly", "stopped", "loaded"],
)
def test_an_act_ends_with_its_child_and_its_parent_hears_how(tmp_path: Path, script: str, said: list[str]) -> None:
    done = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", BEGINNING + script],
        env=environment(tmp_path, {"DJANGO_SETTINGS_MODULE": "cordee.web.settings"}),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.splitlines() == said, done.stderr
