"""What does `cordee bilan demo` report on? Writes `demo/bilan/imt-2017` from the published figures of one report.

    python scripts/make_bilan_demo.py            write the folder afresh
    python scripts/make_bilan_demo.py --to DIR   write it elsewhere (tests compare)

Every number comes from `imt_2017.toml`; here are only the words around it, in both languages. What the published
figures do not say (about half of the titles, most runs, countries) is left empty: the report then names the gap.
"""

from __future__ import annotations

import argparse
import tomllib
from pathlib import Path
from typing import Any

from cordee.bilan.folder.writing import write_folder
from cordee.bilan.programme import (
    COST_ROLES,
    About,
    Advice,
    Category,
    Commitment,
    Company,
    Cost,
    Course,
    Credit,
    Host,
    Milestone,
    Programme,
    Revenue,
    Run,
    Share,
    Targets,
    Total,
    Use,
)

ROOT = Path(__file__).resolve().parent.parent
FIGURES = ROOT / "src" / "cordee" / "bilan" / "tests" / "data" / "imt_2017.toml"
FOLDER = ROOT / "demo" / "bilan" / "imt-2017"
TEXTS = ROOT / "demo" / "bilan" / "texts"
REPORT = "“4 ans de MOOC”, Institut Mines-Télécom, 2017"
REPORT_FR = "«\u00a04 ans de MOOC\u00a0», Institut Mines-Télécom, 2017"
IDS = {
    "Introduction aux réseaux cellulaires": "reseaux-cellulaires",
    "La fabrication numérique": "fabrication-numerique",
    "Principes des réseaux de données": "reseaux-de-donnees",
    "Innovating in a Digital World": "innovating",
    "Innover et entreprendre dans un monde numérique": "innover",
    "Digital Networks Essentials": "digital-networks",
    "ImpAct de la décision sur la santé et la sécurité au travail": "impact",
    "ABC du langage C": "abc-du-c",
    "Roches et minéraux courants": "roches",
    "Introduction à la mécanique des fluides": "fluides",
    "Programmer un objet avec Arduino": "arduino",
    "Statistique pour l'ingénieur": "statistique",
    "À la découverte des télécommunications": "telecommunications",
}
FAMILIES = ("net", "eco", "sci", "code")
# Of each event of the list: its words, the date that the list says for certain, the course that it is about.
EVENTS = (
    (
        "Deux enseignants participent au premier MOOC français, Internet, tout y est pour apprendre",
        "Two teachers take part in the first French MOOC, Internet, tout y est pour apprendre",
        "2012-10",
        "",
    ),
    ("Premier MOOC de l’institut", "First MOOC of the institute", "", "reseaux-cellulaires"),
    (
        "FUN ouvre, l’institut parmi ses dix premiers partenaires",
        "FUN opens, the institute among its ten first partners",
        "2013-10",
        "",
    ),
    (
        "La fabrication numérique atteint 12 000 inscriptions",
        "La fabrication numérique reaches 12,000 enrolments",
        "",
        "fabrication-numerique",
    ),
    ("Premier MOOC certifiant", "First certifying MOOC", "", "reseaux-de-donnees"),
    (
        "La fondation Patrick et Lina Drahi soutient la création de MOOC : 10 M€ sur 10 ans",
        "The Patrick and Lina Drahi foundation supports the creation of MOOCs: 10 M€ over 10 years",
        "",
        "",
    ),
    ("ImpAct ouvre avec 1 300 inscriptions", "ImpAct opens with 1,300 enrolled", "", "impact"),
    ("Premier MOOC en anglais, sur Coursera", "First MOOC in English, on Coursera", "", "innovating"),
    ("Accord de partenariat avec une plateforme", "Partner agreement with a platform", "", ""),
    ("Premier MOOC sur edX", "First MOOC on edX", "2017", "digital-networks"),
    ("Prix pour ABC du langage C", "Prize for ABC du langage C", "2017", "abc-du-c"),
)
SECTORS = {"telecommunications": "télécommunications", "energy": "énergie", "defence": "défense"}
NEEDS = {
    "train heads of customer service in the basics of networks": (
        "former des responsables de service client aux bases des réseaux"
    ),
    "make all staff aware of the digital transition and of entrepreneurship": (
        "sensibiliser tout le personnel à la transition numérique et à l’entrepreneuriat"
    ),
    "support the spirit of innovation of its staff": "soutenir l’esprit d’innovation de son personnel",
}
ADVICE_SOURCES = {
    "Coursera's recommendation": "recommandation de Coursera",
    "what MOOC users declare they can give": "ce que les personnes qui suivent des MOOC disent pouvoir donner",
    "the institute's own estimate basis": "base d’estimation de l’institut",
}


def programme_of(data: dict[str, Any]) -> Programme:
    """The published figures as a programme."""
    return Programme(
        about=_about(data),
        courses=tuple(_course(one) for one in data["courses"]),
        runs=tuple(_runs(data["courses"])),
        credits=tuple(_credits(data)),
        totals=tuple(_totals(data)),
        profile=tuple(_profile(data["profile"])),
        timeline=tuple(_timeline(data["milestones"])),
        use=tuple(_use(data["courses"])),
        companies=tuple(_company(one) for one in data["companies"]),
        costs=tuple(
            Cost(role=role, person_years=data["cost_of_one_course"][role], declared=False) for role in COST_ROLES
        ),
        revenue=tuple(_revenue(data["revenue_2016_keur"])),
        commitments=(
            Commitment(
                partner="Fondation Patrick et Lina Drahi",
                keur=10_000,
                years=10,
                purpose_fr="création de MOOC",
                purpose_en="creation of MOOCs",
            ),
        ),
        advice=tuple(_advice(data["advice"])),
        texts={
            (path.name.split(".")[0], path.name.split(".")[1]): path.read_text(encoding="utf-8")
            for path in sorted(TEXTS.glob("*.md"))
        },
    )


def _period(data: dict[str, Any]) -> str:
    return f"{data['period']['first_year']}-{data['period']['last_year']}"


def _about(data: dict[str, Any]) -> About:
    extracted = data["period"]["coursera_data_extracted_on"].isoformat()
    targets = data["totals"]["targets"]
    return About(
        name={"fr": "Institut Mines-Télécom", "en": "Institut Mines-Télécom"},
        title={"fr": "Quatre ans de cours ouverts", "en": "Four years of open courses"},
        lead={
            "fr": "Qui apprend, ce que les écoles et les entreprises en font, ce que cela coûte et rapporte.",
            "en": "Who learns, what schools and companies make of it, what it costs and what it brings.",
        },
        notice={
            "fr": "Exemple : ce rapport a été refait par Cordée à partir des chiffres publiés dans"
            f" {REPORT_FR}. Ce n’est pas une publication de l’institut."
            " Ce que les chiffres publiés ne disent pas manque ici, et la marge le dit.",
            "en": "Example: Cordée made this report anew from the figures published in"
            f" {REPORT}. It is not a publication of the institute."
            " What the published figures do not say is missing here, and the margin says so.",
        },
        estimate={
            "fr": "Cours moyen en français : 4 à 5 semaines, 2 à 5 h par semaine ; création et première session ;"
            " équipe de soutien expérimentée.",
            "en": "A medium course in French: 4 to 5 weeks, 2 to 5 h a week; creation and first run; experienced"
            " support.",
        },
        period=_period(data),
        licence="CC0",
        contact="",
        source=REPORT,
        prepared_on="2017",
        targets=Targets(
            new_courses_a_year=targets["new_courses_a_year"],
            languages=tuple(targets["languages"]),
            several_hosts=targets["several_hosts"],
        ),
        hosts=tuple(
            Host(name=name, source=REPORT, extracted_on=extracted if name == "Coursera" else "")
            for name in data["totals"]["hosts"]
        ),
        categories=tuple(
            Category(id=family, fr=fr.replace("'", "’"), en=en)
            for family, fr, en in zip(FAMILIES, data["categories"]["fr"], data["categories"]["en"], strict=True)
        ),
    )


def _course(one: dict[str, Any]) -> Course:
    prized = "prize" in one
    return Course(
        id=IDS[one["title"]],
        title=one["title"].replace("'", "’"),
        language=one.get("language", "fr"),
        since=str(one.get("year", "")),
        kinds=tuple(one.get("kinds", ())),
        certifying=one.get("certifying"),
        prize_fr="MOOC le plus innovant de 2016" if prized else "",
        prize_en=one["prize"] if prized else "",
        enrolments=one.get("enrolments"),
        own_students=one.get("own_students"),
        other_institutions=one.get("used_by_other_institutions"),
        source=REPORT,
    )


def _runs(courses: list[dict[str, Any]]) -> list[Run]:
    runs = []
    for one in courses:
        first = one.get("first_run", {})
        if "host" in one or first:
            runs.append(
                Run(
                    course=IDS[one["title"]],
                    host=one.get("host", ""),
                    opens=str(one.get("year", "")),
                    passed_percent=first.get("passed_percent"),
                    beginners_percent=first.get("beginners_percent"),
                    survey_respondents=first.get("survey_respondents"),
                    source=REPORT,
                )
            )
    return runs


def _credits(data: dict[str, Any]) -> list[Credit]:
    found = [
        Credit(course="", role="funder", name=name)
        for name in (
            "Fondation Patrick et Lina Drahi",
            "Programme Investissement d’Avenir",
            "Universités Numériques Thématiques",
            "MAIF",
            "INRS",
        )
    ]
    for one in data["courses"]:
        found += [Credit(course=IDS[one["title"]], role="by", name=school) for school in one.get("by", ())]
        if "content_partner" in one:
            found.append(Credit(course=IDS[one["title"]], role="content_partner", name=one["content_partner"]))
    return found


def _totals(data: dict[str, Any]) -> list[Total]:
    totals, rates, money = data["totals"], data["rates"], data["revenue_2016_keur"]
    period = _period(data)

    def total(name: str, value: float, fr: str = "", en: str = "") -> Total:
        return Total(name=name, value=value, period=period, source=REPORT, note_fr=fr, note_en=en)

    return [
        total("courses", totals["courses"]),
        total("runs", totals["runs"]),
        total("enrolments", totals["enrolments"], "FUN et Coursera", "FUN and Coursera"),
        total("countries", totals["countries"]),
        total("went_to_the_end", totals["went_to_the_end"]),
        total("teachers", totals["teachers_involved"]),
        total("own_students", totals["enrolments_made_by_own_schools"]),
        total("other_students", totals["students_of_other_institutions"], "près de, depuis 2013", "nearly, since 2013"),
        total("started_any_percent", rates["started_any_percent"]),
        total("passed_of_week_two_percent", rates["passed_of_week_two_percent"]),
        total("passed_percent_mean_of_courses", rates["passed_percent_mean_of_courses"]),
        Total(name="revenue_keur", value=money["stated_total"], period="2016", source=REPORT),
    ]


def _profile(profile: dict[str, Any]) -> list[Share]:
    source = f"FUN ({REPORT})"
    sexes = {"women": "f", "men": "m"}
    rows = [("sex", sexes[name], value) for name, value in profile["sex_percent"].items()]
    rows += [("age", name, value) for name, value in profile["age_percent"].items()]
    rows += [("education", name, value) for name, value in profile["education_percent"].items()]
    rows.append(("country", "undeclared", profile["country"]["undeclared_percent_on_fun"]))
    return [Share(trait=trait, group=group, percent=float(value), source=source) for trait, group, value in rows]


def _timeline(milestones: dict[str, Any]) -> list[Milestone]:
    taken = {date for _fr, _en, date, _course in EVENTS}
    return [
        *(Milestone(date=date, event_fr=fr, event_en=en, course=course) for fr, en, date, course in EVENTS),
        *(Milestone(date=date) for date in milestones["dates"] if date not in taken),
    ]


def _use(courses: list[dict[str, Any]]) -> list[Use]:
    rows = []
    for one in courses:
        for mode, schools in (("flipped", one.get("flipped_classroom_at", ())), ("", one.get("used_by", ()))):
            rows += [
                Use(institution=school, own=True, course=IDS[one["title"]], mode=mode, source=REPORT)
                for school in schools
            ]
    rows.append(Use(own=True, outside_by="Centrale Lille", source=REPORT))
    return rows


def _company(one: dict[str, Any]) -> Company:
    return Company(
        sector_fr=SECTORS[one["sector"]],
        sector_en=one["sector"],
        need_fr=NEEDS[one["need"]],
        need_en=one["need"],
        courses=tuple(IDS[title] for title in one["courses"]),
        people=one["people"],
    )


def _revenue(money: dict[str, Any]) -> list[Revenue]:
    maif, inrs = 60, 55  # of the partnerships; the published figures say so in words
    if maif + inrs != money["partnerships"]:
        raise ValueError("the two partnerships are no longer what the figures say")
    return [
        Revenue(
            year=2016,
            kind="calls_for_projects",
            keur=money["calls_for_projects"],
            programme="Programme Investissement d’Avenir, Universités Numériques Thématiques",
        ),
        Revenue(year=2016, kind="certification", keur=money["certification"], course="reseaux-de-donnees"),
        Revenue(year=2016, kind="continuing_education", keur=money["continuing_education"]),
        Revenue(
            year=2016,
            kind="partnerships",
            keur=maif,
            partner="MAIF",
            note_fr="appelé mécénat",
            note_en="called patronage",
        ),
        Revenue(year=2016, kind="partnerships", keur=inrs, partner="INRS"),
        Revenue(year=2016, kind="foundation", keur=money["foundation"], partner="Fondation Patrick et Lina Drahi"),
    ]


def _advice(advice: dict[str, Any]) -> list[Advice]:
    names = {
        "formative_activity_after_minutes_of_video": "minutes_of_video",
        "hours_a_week": "hours_a_week",
        "weeks_at_most": "weeks",
        "medium_course_hours_a_week": "medium_course_hours_a_week",
    }
    rows = []
    for name, one in advice.items():
        low, high = one["value"] if isinstance(one["value"], list) else (one["value"], None)
        rows.append(
            Advice(
                name=names[name],
                low=low,
                high=high,
                source_fr=ADVICE_SOURCES[one["source"]],
                source_en=one["source"].replace("'", "’"),
            )
        )
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--to", type=Path, default=FOLDER)
    write_folder(programme_of(tomllib.loads(FIGURES.read_text(encoding="utf-8"))), parser.parse_args().to)


if __name__ == "__main__":
    main()
