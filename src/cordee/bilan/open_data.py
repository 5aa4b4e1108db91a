"""Which data does a report open? The tables of its period as CSV, every figure, every remark, and what columns mean.

The tables are those that the queries of figures name: a query run over them gives its figure. Nothing speaks of one
learner: tables hold totals. Testimonials stay out, since people agreed to be quoted there and not to be copied.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from cordee.bilan.columns import columns_of
from cordee.bilan.document import Report
from cordee.bilan.figures.reviewing import Review
from cordee.bilan.folder.writing import FOLDER, Dialect, csv_of
from cordee.bilan.programme import TABLES
from cordee.bilan.wording import title_of
from cordee.core.errors import N_

KEPT_BACK: Final = frozenset({"testimonials"})
FIGURES: Final = (
    ("key", N_("name of the figure; one in a report")),
    ("title", N_("what it is")),
    ("value", N_("the number, as exact as it is known")),
    ("unit", N_("people, courses, runs, percent (0 to 100), keur (thousands of euros), person_years…")),
    ("period", N_("of which time")),
    ("of", N_("of whom a share is taken")),
    ("how", N_("declared, reckoned (from declared rows), computed (from a store of the pilot) or mixed")),
    ("source", N_("who says so, or which store")),
    ("extracted_on", N_("day of the extraction")),
    ("rows", N_("rows behind it, as file and line of the folder")),
    ("query", N_("SQL over these tables, or the pilot’s own over its store")),
)
TYPES: Final = {"count": "integer", "share": "number", "amount": "number", "year": "integer", "yes": "boolean"}


def write_open_data(
    folder: Path, review: Review, report: Report, translate: Callable[[str], str], dialect: Dialect = FOLDER
) -> None:
    """Write CSV files, `codebook.csv` and `datapackage.json` into `folder`; the words are the report's."""
    folder.mkdir(parents=True, exist_ok=True)
    resources: list[dict[str, Any]] = []
    codebook: list[tuple[str, str, str, str]] = []
    for name, record in TABLES.items():
        if name in KEPT_BACK:
            continue
        _write(folder / f"{name}.csv", csv_of(record, getattr(review.programme, name), dialect))
        columns = columns_of(record)
        resources.append(
            _resource(dialect, name, [(one, TYPES.get(column.kind, "string")) for one, column in columns.items()])
        )
        codebook += [(name, one, column.kind, translate(column.meaning)) for one, column in columns.items()]
    rows = [
        (
            figure.key,
            title_of(figure, report.language),
            dialect.number(f"{figure.value:.12g}"),
            figure.unit,
            figure.period,
            translate(figure.of) if figure.of else "",
            figure.how,
            figure.source,
            figure.extracted_on,
            " | ".join(figure.rows),
            figure.query,
        )
        for figure in review.book
        if figure.value is not None
    ]
    _write(folder / "figures.csv", dialect.text([[name for name, _meaning in FIGURES], *rows]))
    resources.append(
        _resource(dialect, "figures", [(name, "number" if name == "value" else "string") for name, _ in FIGURES])
    )
    codebook += [("figures", name, "text", translate(meaning)) for name, meaning in FIGURES]
    margin = [(chapter.id, remark) for chapter in report.chapters for remark in chapter.margin]
    _write(folder / "margin.csv", dialect.text([("part", "remark"), *margin]))
    resources.append(_resource(dialect, "margin", [("part", "string"), ("remark", "string")]))
    _write(folder / "codebook.csv", dialect.text([("table", "column", "kind", "meaning"), *codebook]))
    resources.append(
        _resource(dialect, "codebook", [(name, "string") for name in ("table", "column", "kind", "meaning")])
    )
    package = {
        "profile": "tabular-data-package",
        "name": "review",
        "title": f"{report.title}, {report.period}",
        "licenses": [{"title": report.licence}] if report.licence else [],
        "resources": resources,
    }
    _write(folder / "datapackage.json", json.dumps(package, ensure_ascii=False, indent=1) + "\n")


def _resource(dialect: Dialect, name: str, fields: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """As the tabular data package of Frictionless Data wants it."""
    more: dict[str, dict[str, Any]] = {"boolean": {"trueValues": ["yes"], "falseValues": ["no"]}}
    if dialect.decimal != ".":
        more["number"] = {"decimalChar": dialect.decimal}
    return {
        "name": name,
        "path": f"{name}.csv",
        "profile": "tabular-data-resource",
        "encoding": "utf-8-sig" if dialect.bom else "utf-8",
        **({"dialect": {"delimiter": dialect.mark}} if dialect.mark != "," else {}),
        "schema": {
            "fields": [{"name": one, "type": type_, **more.get(type_, {})} for one, type_ in fields],
            "missingValues": [""],
        },
    }


def _write(path: Path, text: str) -> None:
    path.write_bytes(text.encode("utf-8"))
