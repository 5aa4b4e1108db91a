"""Do the pilot's figures come out the same on Spark? pilot_on_spark.py STORE INDICATOR... asks both engines.

    .venv/bin/python scripts/pilot_on_spark.py pilot exercises funnel weeks --master 'local-cluster[2,1,1024]'

One line of JSON an indicator and engine, with the digest of what its query says; exits with 1 if two differ. Without
--master, Spark is where its own configuration says. `--rows` prints what Spark answers instead.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from cordee.core.errors import CordeeError
from cordee.pilot import cluster
from cordee.pilot.indicators import Indicator, Row, all_indicators, indicator_called
from cordee.pilot.scopes import Scope
from cordee.pilot.store import Store


def told(engine: str, indicator: Indicator, ask: Callable[[], list[Row]]) -> str:
    began = time.monotonic()
    rows = ask()
    found = cluster.digest(rows)
    line = {"indicator": indicator.name, "engine": engine, "rows": len(rows), "digest": found}
    print(json.dumps(line | {"seconds": round(time.monotonic() - began, 2)}), flush=True)
    return found


def compared(store: Store, scope: Scope, asked: list[Indicator], given: argparse.Namespace) -> bool:
    same = True
    settings = dict(pair.split("=", 1) for pair in given.conf)
    with (
        cluster.spark_at(given.master, settings) as spark,
        cluster.open_store(store, spark, scope) as session,
        store.open(scope) as database,
    ):
        for indicator in asked:
            if given.rows:
                print(json.dumps(cluster.rows(session, indicator), ensure_ascii=False))
                continue
            here = told("duckdb", indicator, partial(indicator.counts, database))
            there = told("spark", indicator, partial(cluster.counts, session, indicator))
            same = same and here == there
    return same


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("store", type=Path)
    parser.add_argument("indicator", nargs="*", help="none: all of them")
    parser.add_argument("--master", default="", help="e.g. local-cluster[2,1,1024] or spark://machine:7077")
    parser.add_argument("--conf", action="append", default=[], metavar="NAME=VALUE", help="a setting of Spark")
    parser.add_argument("--course", action="append", default=[], metavar="KEY", help="only this run")
    parser.add_argument("--rows", action="store_true", help="print what Spark answers")
    given = parser.parse_args()
    try:
        asked = [indicator_called(name) for name in given.indicator or all_indicators()]
        same = compared(Store(given.store), Scope(courses=tuple(given.course)), asked, given)
    except CordeeError as error:
        print(error, file=sys.stderr)
        return 1
    if not same:
        print("The engines differ: see the lines above.", file=sys.stderr)
    return not same


if __name__ == "__main__":
    sys.exit(main())
