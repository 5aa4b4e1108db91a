"""How is a course written and read again in a test, and what must be the same then?"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from cordee.formats.archives import open_archive
from cordee.formats.olx import read_course
from cordee.formats.olx.model import CONTAINER_TAGS, Block, OlxCourse
from cordee.formats.olx.writing import write_course
from cordee.formats.tests.make import packed


def written_again(source: Path, target: Path) -> tuple[OlxCourse, OlxCourse]:
    """The course of an archive, and the one that is read of its export to `target`."""
    with open_archive(source) as archive:
        course = read_course(archive)
        with target.open("wb") as out:
            write_course(course, out, lambda asset: io.BytesIO(archive.read(asset.member)))
        with open_archive(target) as again:
            found = read_course(again)
            for name, asset in course.assets.items():
                assert archive.read(asset.member) == again.read(found.assets[name].member), name
    return course, found


def written_files(source: Path, target: Path) -> dict[str, str]:
    """The texts of the export of an archive, by path below its top folder."""
    written_again(source, target)
    with open_archive(target) as archive:
        return {
            key.removeprefix("course/"): archive.read(key).decode("utf-8", "replace") for key in sorted(archive.members)
        }


def bare(block: Block) -> Block:
    """A block without its title, which is one of its attributes, and its place."""
    return replace(block, title="", place="", children=tuple(map(bare, block.children)))


def essence(course: OlxCourse) -> dict[str, Any]:
    """All that an import keeps of a course."""
    return {
        "organisation": course.organisation,
        "number": course.number,
        "run": course.run or "course",
        "title": course.title,
        "language": course.language,
        "credits": course.credits,
        "root": bare(course.root),
        "policy": course.policy,
        "policies": course.policies,
        "grading": course.grading,
        "assets": {name: asset.path for name, asset in course.assets.items()},
        "about": course.about,
        "updates": course.updates,
        "tabs": course.tabs,
        "handouts": course.handouts,
        "drafts": tuple(map(bare, course.drafts)),
        "verbatim": course.verbatim,
    }


# Courses that nobody would write, in both dialects at once

NAMES = [
    "a",
    "b",
    "c",
    "Été",
    "x:y",
    "with space",
    'a"quote',
    "it's",
    "a&b",
    "<x>",
    "dot.",
    "../up",
    "deep:er:name",
    "日本",
]
WORDS = st.text(st.sampled_from("abé&<>\"'\n\t\r\u00a0 €日𝄞;#"), max_size=12)
VALUES = st.one_of(WORDS, st.sampled_from(["true", "null", "0.50", '"2026-01-05T08:00:00Z"', '{"50": [1]}', "[]"]))
ATTRIBUTES = st.dictionaries(
    st.sampled_from(["display_name", "start", "due", "format", "acme", "weight", "été", "data-x"]), VALUES, max_size=4
)
HOLDERS = ("chapter", "sequential", "vertical", *CONTAINER_TAGS)
LEAVES = ("html", "problem", "video", "discussion", "poll", "acme_widget", "lti_consumer")
SIGNS = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}
HTML = [
    "",
    "<p>Fermé</p>",
    "<p>Sans fin <b>gras",
    "a &amp; b &nbsp; <br> <img src='/static/a.png'>",
    "\ufeff<p>x",
    "]]>",
]
INNER = [
    "",
    "<!-- un commentaire -->",
    "<p>Texte <b>gras</b> &amp; reste</p>",
    "<![CDATA[a < b && c]]>",
    "<numericalresponse answer='1'/><!-- fin -->",
    "<script type='loncapa/python'>x = 1 &lt; 2\n</script>",
    "<a xmlns='urn:x'><b y:z='1' xmlns:y='urn:y'/></a>",
    "text &#13; and &#233; <?php echo 1 ?>",
]
AROUND = ["", "<!-- avant -->", "\n\n<?xml-stylesheet href='a'?>\n"]


def escaped(text: str) -> str:
    return "".join(SIGNS.get(sign, sign) for sign in text)


@st.composite
def courses(draw: st.DrawFn) -> dict[str, str | bytes]:
    """The files of a course."""
    return dict(_Author(draw).files())


class _Author:
    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.made: dict[str, str | bytes] = {}

    def files(self) -> Mapping[str, str | bytes]:
        draw = self.draw
        inside = self.children("course", 0, "")
        own = self.attributes()
        self.made["course/R1.xml"] = f"{self.around()}<course{own}>{inside}</course>{self.around()}"
        self.made["course.xml"] = f'{self.around()}<course url_name="R1" org="OrgX" course="C1"/>'
        policy: dict[str, Any] = {"course/R1": draw(st.dictionaries(st.sampled_from(["a", "b"]), JSON, max_size=2))}
        for name in draw(st.lists(st.sampled_from(NAMES), max_size=3)):
            tag = draw(st.sampled_from([*HOLDERS, *LEAVES]))
            policy[f"{tag}/{name}"] = draw(st.dictionaries(st.sampled_from(["weight", "1x", "zz"]), JSON, max_size=2))
        self.made["policies/R1/policy.json"] = json.dumps(policy)
        if draw(st.booleans()):
            self.drafts()
        for name in draw(st.lists(st.sampled_from(["notes.txt", "static/a b.png", "html/a.html", "extra/x.bin"]))):
            self.made.setdefault(name, b"\xff\x00\x01" if name.endswith("bin") else "words\r\n")
        return self.made

    def drafts(self) -> None:
        for _again in range(self.draw(st.integers(1, 2))):
            name = self.draw(st.sampled_from(NAMES[:5]))
            inside = self.children("vertical", 2, "drafts/")
            self.made.setdefault(
                f"drafts/vertical/{name.replace(':', '/')}.xml",
                f'<vertical parent_url="i4x://o/c/sequential/s" index_in_children_list="1">{inside}</vertical>',
            )

    def children(self, tag: str, depth: int, folder: str) -> str:
        draw = self.draw
        parts = [draw(st.sampled_from(["", "texte &amp; plus", "<!-- c -->"]))]
        if tag == "course":
            parts.append(draw(st.sampled_from(["", '<wiki slug="w"/>', '<textbook title="é"><x/></textbook>'])))
        if tag == "conditional":
            parts.append(draw(st.sampled_from(["", '<show sources="a;b"/>'])))
        for _again in range(draw(st.integers(0, 3 if depth < 4 else 0))):
            parts += [self.block(depth, folder), draw(st.sampled_from(["", "\n  ", "fin"]))]
        return "".join(parts)

    def block(self, depth: int, folder: str) -> str:
        draw = self.draw
        tag = draw(st.sampled_from(HOLDERS if depth < 2 or draw(st.integers(0, 2)) == 0 else LEAVES))
        own = self.attributes()
        name = draw(st.sampled_from(["", *NAMES]))
        named = f' url_name="{escaped(name)}"' if name else ""
        if tag in HOLDERS:
            inside = self.children(tag, depth + 1, folder)
        else:
            inside = draw(st.sampled_from(INNER)) if tag != "html" else escaped(draw(st.sampled_from(HTML)))
            if tag not in ("html", "problem", "video") and draw(st.booleans()):
                named += ' xblock-family="xblock.v1"'
        path = f"{folder}{tag}/{name.replace(':', '/')}"
        usable = name and not name.endswith(".") and not name.startswith("..")
        if not usable or "xblock-family" in named or draw(st.booleans()) or f"{path}.xml" in self.made:
            return f"<{tag}{named}{own}>{inside}</{tag}>"
        if tag == "html":
            self.made[f"{path}.html"] = draw(st.sampled_from(HTML))
            file = name.rpartition(":")[2]
            self.made[f"{path}.xml"] = (
                f'<html filename="{escaped(file)}"{own}>{draw(st.sampled_from(AROUND[:2]))}</html>'
            )
        else:
            broken = draw(st.integers(0, 9)) == 0
            end = "" if broken else f"</{tag}>"
            self.made[f"{path}.xml"] = f"{self.around()}<{tag}{own}>{inside}{end}{self.around()}"
        extra = draw(st.sampled_from(["", "", ' pointed="oui"']))
        return f"<{tag}{named}{extra}/>"

    def attributes(self) -> str:
        return "".join(f' {name}="{escaped(value)}"' for name, value in self.draw(ATTRIBUTES).items())

    def around(self) -> str:
        return self.draw(st.sampled_from(AROUND))


JSON: st.SearchStrategy[Any] = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-9, 9), st.floats(0, 1), WORDS, st.just("\u0007")),
    lambda inner: st.one_of(
        st.lists(inner, max_size=2), st.dictionaries(st.sampled_from(["k", "é"]), inner, max_size=2)
    ),
    max_leaves=4,
)


def packed_in(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    path = folder / "generated.tar.gz"
    path.write_bytes(packed(files))
    return path
