"""A small page with the editor, under the site's own policy, for tests and for looking at it."""

from __future__ import annotations

import html
import json
import mimetypes
from pathlib import Path
from typing import Any

from csp.utils import build_policy

ORIGIN = "http://127.0.0.1:9"  # nothing listens there: every request is answered here
PACKAGE = Path(__file__).parents[3]
STATIC = tuple(PACKAGE / place / "static" for place in ("ui", "learning", "activities/code"))
TELL_VIOLATIONS = """document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`content policy: ${event.effectiveDirective} refused ${event.blockedURI}`));"""
LEAVE = "Esc then Tab leaves the editor"
PROGRAM = """\
#include <stdio.h>

int main(void) {
    int n, t[100000];
    scanf("%d", &n);
    for (int i = 0; i < n; i++) scanf("%d", &t[i]);

    int serie = 1, record = 1;  // jusqu’ici
    for (int i = 1; i < n; i++) {
        if (t[i] >= t[i-1]) serie++;
        else serie = 1;
        if (serie > record) record = serie;
    }
    printf("%d\\n", record);
}
"""
MARKS = (
    {"line": 10, "column": 18, "level": "error", "text": "15 puis 15 : est-ce que ça monte ?"},
    {"line": 4, "column": 0, "level": "warning", "text": "This table takes 400,000 bytes."},
)


def form(
    program: str = PROGRAM,
    *,
    marks: Any = (),
    field: str = "",
    buttons: str = '<button class="btn btn--primary">Run and check</button>',
    drafts: bool = False,
    rows: int = 15,
) -> str:
    """The form of an activity, its program as the contract of the island asks."""
    draft = (
        '<input type="hidden" name="form_id" value="f1"><p data-island="drafts" data-island-src="/learning/drafts.js"'
        ' data-kept="Kept." data-restored="Restored." role="status" hidden></p>'
        if drafts
        else ""
    )
    return (
        '<form method="post" action="/submit"><div class="editor" data-island="code-editor" '
        f'data-island-src="/activities/code/editor.js" data-language="c" data-leave="{LEAVE}" '
        f'data-mark-at="Line {{line}}: {{text}}" data-marks="{html.escape(json.dumps(list(marks)))}">'
        '<label class="h-sm" for="p1">main.c</label><textarea id="p1" name="program" spellcheck="false" '
        f'autocapitalize="off" autocomplete="off" maxlength="65536" rows="{rows}" {field}>\n{html.escape(program)}'
        f'</textarea></div>{draft}<p class="row mt-1">{buttons}</p></form>'
    )


def document(inside: str, *, theme: str = "light", size: str = "", above: str = "") -> str:
    return (
        f'<!doctype html><html lang="en" data-theme="{theme}" data-size="{size}"><head>'
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>A program</title>'
        '<link rel="stylesheet" href="/ui/cordee.css"><link rel="stylesheet" href="/ui/reading.css">'
        '<link rel="stylesheet" href="/activities/code/editor.css"><script type="module" src="/ui/loader.js"></script>'
        '</head><body><main class="wrap section--tight"><h1 class="h-md">The longest rise</h1>'
        f"{above}{inside}</main></body></html>"
    )


def serve(page: Any, inside: str, **look: str) -> list[str]:
    """Answers every request of `page`; gives the list that fills with what is posted."""
    posted: list[str] = []
    headers = {"Content-Security-Policy": build_policy()}
    whole = document(inside, **look)

    def answer(route: Any) -> None:
        path = route.request.url.removeprefix(ORIGIN)
        if path == "/submit":
            posted.append(route.request.post_data)
            route.fulfill(body="<title>Received</title>", content_type="text/html", headers=headers)
        elif path == "/":
            route.fulfill(body=whole, content_type="text/html", headers=headers)
        else:
            (file,) = (root / path.strip("/") for root in STATIC if (root / path.strip("/")).is_file())
            kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
            route.fulfill(body=file.read_bytes(), content_type=kind, headers=headers)

    page.route(f"{ORIGIN}/**", answer)
    return posted
