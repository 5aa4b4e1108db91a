"""Sixty courses, and fifty questions with the course that should come first.

A row of the file: number | category | title in French | in English | what it is about | keywords.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from cordee.courses.search.tests.make import Made

ROWS: Final = Path(__file__).with_name("golden_courses.txt").read_text("utf-8").splitlines()

COURSES: Final = tuple(
    Made(
        number=number,
        category=category,
        titles={language: text for language, text in (("fr", french), ("en", english)) if text},
        summary={"fr" if french else "en": summary},
        keywords={"fr" if french else "en": tuple(word.strip() for word in keywords.split(","))},
        opens=-rank,
        team=("Élise Marchetti",) if number == "C101" else (),
    )
    for rank, row in enumerate(ROWS)
    for number, category, french, english, summary, keywords in [[part.strip() for part in row.split("|")]]
)

QUESTIONS: Final = (
    # as it is written
    ("fr", "langage c", "C101"),
    ("fr", "le langage C, pas à pas", "C101"),
    ("fr", "c++", "CPP240"),
    ("en", "python", "PY110"),
    ("en", "machine learning", "ML220"),
    ("fr", "sobriété numérique", "SOB100"),
    ("en", "hydrogen", "HYG260"),
    ("fr", "marchetti", "C101"),
    ("fr", "SEC220", "SEC220"),
    ("en", "linear algebra", "LIN200"),
    # without accents, with capitals
    ("fr", "securite des systemes embarques", "EMB301"),
    ("fr", "ENERGIES MARINES", "EMR200"),
    ("fr", "geologie", "GEO110"),
    ("fr", "telephonie", "TEL190"),
    ("fr", "ethique de l'ingenieur", "ETH100"),
    ("fr", "photovoltaique", "SOL140"),
    ("fr", "resistance des materiaux", "RDM160"),
    ("fr", "coeur antenne", "CEL210"),
    ("fr", "chimie des procedes", "CHI150"),
    ("fr", "derivees", "CAL100"),
    # one or many, another form of the word
    ("fr", "roche", "GEO110"),
    ("fr", "algorithme", "ALG201"),
    ("fr", "base de donnée", "BDD210"),
    ("fr", "fibres optiques", "FIB180"),
    ("fr", "antennes", "RAD140"),
    ("en", "satellites", "SAT230"),
    ("en", "operating system", "OPS260"),
    ("en", "repairing a product", "REP101"),
    ("en", "sensors", "IOT170"),
    ("fr", "circuit électronique", "ELE120"),
    ("fr", "panneaux solaires", "SOL140"),
    ("en", "networks", "NET201"),
    ("fr", "bâtiments", "BAT160"),
    ("fr", "moteurs", "THE210"),
    ("en", "measuring uncertainties", "MET170"),
    # with an error of typing
    ("fr", "algoritme", "ALG201"),
    ("fr", "matematiques", "CAL100"),
    ("fr", "mecanique des fluide", "FLU201"),
    ("fr", "probabilitée", "STA130"),
    ("fr", "vibratoin", "VIB250"),
    ("en", "machin lerning", "ML220"),
    ("en", "hidrogen", "HYG260"),
    ("fr", "elecronique", "ELE120"),
    ("fr", "thermodinamique", "THE210"),
    ("en", "sattelite", "SAT230"),
    # in the middle of typing, in a sentence, in another language than the page
    ("fr", "photovol", "SOL140"),
    ("fr", "comment rénover un bâtiment ?", "BAT160"),
    ("fr", "je veux apprendre à programmer en python", "PY110"),
    ("fr", "repair", "REP101"),
    ("en", "roches", "GEO110"),
)  # language of the page, question, number of the course
