"""How are the three silent films of the demo course made? Drawn here frame by frame, as SVG, in French and in English.

    python scripts/make_clips.py              makes all six films, their posters and subtitles
    python scripts/make_clips.py --stills DIR  one picture a second into DIR, to look at

Needs chromium and ffmpeg (apt install chromium ffmpeg); the results are committed, so that nobody else does. ffmpeg is
only run. Words stand once, below: the film shows them as its subtitles say them.
"""

from __future__ import annotations

import argparse
import base64
import math
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
COURSE = ROOT / "demo" / "from-cable-to-packet"
FONTS = ROOT / "src" / "cordee" / "ui" / "static" / "ui" / "fonts"
WIDTH, HEIGHT, RATE = 960, 540, 12
GROUND, INK, SOFT, BLOCK, LINE = "#0d2233", "#f3f7fa", "#a9c0d4", "#2d5d88", "#4c6f8e"
ROPE, ON_ROPE, GREEN, VIOLET = "#ff8142", "#1f0c02", "#3f9b74", "#7a62c9"
BITS = "01001011"

Words = dict[str, str]


@dataclass(frozen=True)
class Cue:
    start: float
    end: float
    words: Words


@dataclass(frozen=True)
class Clip:
    module: str
    name: str
    length: float
    title: Words
    cues: tuple[Cue, ...]
    draw: Callable[[float, str], str]
    poster_at: float


def said(start: float, end: float, french: str, english: str) -> Cue:
    return Cue(start, end, {"fr": french, "en": english})


def both(french: str, english: str) -> Words:
    return {"fr": french, "en": english}


# ---- Drawing ----


def eased(t: float, start: float, length: float = 1.0) -> float:
    """0 before `start`, 1 after its length, smooth between."""
    x = min(max((t - start) / length, 0.0), 1.0)
    return x * x * (3 - 2 * x)


def text(
    x: float,
    y: float,
    words: str,
    size: int = 34,
    fill: str = INK,
    anchor: str = "start",
    family: str = "Figtree",
    opacity: float = 1.0,
) -> str:
    if opacity <= 0:
        return ""
    weight = 650 if family != "JetBrains Mono" else 500
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-family="{family}" font-size="{size}" font-weight="{weight}" fill="{fill}" '
        f'text-anchor="{anchor}" opacity="{opacity:.2f}">{words}</text>'
    )


def box(x: float, y: float, width: float, height: float, fill: str, opacity: float = 1.0, stroke: str = "none") -> str:
    if opacity <= 0 or width <= 0:
        return ""
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" rx="6" fill="{fill}" '
        f'stroke="{stroke}" stroke-width="3" opacity="{opacity:.2f}"/>'
    )


def line(points: list[tuple[float, float]], stroke: str, width: float = 5, dash: str = "", opacity: float = 1.0) -> str:
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dashes = f'stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<polyline points="{path}" fill="none" stroke="{stroke}" stroke-width="{width}" stroke-linejoin="round" '
        f'stroke-linecap="round" {dashes} opacity="{opacity:.2f}"/>'
    )


def sheet(title: str, inside: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}">'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{GROUND}"/>'
        + text(56, 84, title, 46, INK, family="Bricolage Grotesque")
        + inside
        + "</svg>"
    )


# ---- 1. How a bit travels ----

BIT_WORDS = {
    "noise": both("ce qui arrive", "what arrives"),
    "threshold": both("seuil", "threshold"),
    "value": both("64 + 8 + 2 + 1 = 75", "64 + 8 + 2 + 1 = 75"),
}
LEFT, STEP = 96.0, 96.0


def levels(until: float, top: float, height: float, noisy: bool) -> list[tuple[float, float]]:
    """The voltage along the wire, up to `until` beats; what arrives is round and trembles."""
    points = []
    for n in range(int(until * 24) + 1):
        beat = n / 24
        at = min(int(beat), 7)
        high = float(BITS[at])
        if noisy:
            before = float(BITS[max(at - 1, 0)])
            high = before + (high - before) * eased(beat - at, 0.0, 0.45)
            high += 0.13 * math.sin(n * 1.7) + 0.09 * math.sin(n * 0.61 + 1)
        points.append((LEFT + beat * STEP, top + height * (1 - high)))
    return points


def draw_bit(t: float, language: str) -> str:
    title = {"fr": "Un bit voyage", "en": "A bit travels"}[language]
    inside = ""
    for n, bit in enumerate(BITS):
        shown = eased(t, 1.0 + 0.35 * n, 0.4)
        hot = 4.5 + n * 0.75 <= t < 4.5 + (n + 1) * 0.75
        inside += text(
            LEFT + (n + 0.5) * STEP, 146, bit, 44, ROPE if hot else INK, "middle", "JetBrains Mono", opacity=shown
        )
    sent = min(max((t - 4.5) / 0.75, 0.0), 8.0)
    if sent > 0:
        inside += line(levels(sent, 170, 60, noisy=False), GREEN)
    arrived = min(max((t - 12.0) / 0.6, 0.0), 8.0)
    if arrived > 0:
        inside += line(levels(arrived, 300, 60, noisy=True), "#8fb8dc")
        inside += text(56, 276, BIT_WORDS["noise"][language], 30, SOFT, opacity=eased(t, 12.0))
    limit = eased(t, 17.2)
    if limit:
        inside += line([(LEFT, 330), (LEFT + 8 * STEP * limit, 330)], ROPE, 3, "10 9")
        inside += text(904, 276, BIT_WORDS["threshold"][language], 30, ROPE, "end", opacity=limit)
    for n, bit in enumerate(BITS):
        shown = eased(t, 18.6 + 0.5 * n, 0.3)
        x = LEFT + (n + 0.5) * STEP
        if shown:
            inside += (
                f'<circle cx="{x}" cy="{300 + 60 * (1 - float(bit)):.1f}" r="9" fill="{ROPE}" opacity="{shown:.2f}"/>'
            )
        inside += text(x, 416, bit, 44, INK, "middle", "JetBrains Mono", opacity=shown)
    inside += text(LEFT, 464, BIT_WORDS["value"][language], 34, SOFT, family="JetBrains Mono", opacity=eased(t, 23.4))
    inside += text(864, 474, "K", 64, ROPE, "end", "Bricolage Grotesque", opacity=eased(t, 24.4))
    return sheet(title, inside)


BIT = Clip(
    "linking-two-machines",
    "bit-travels",
    28.0,
    both("Un bit voyage", "A bit travels"),
    (
        said(0.8, 4.2, "Huit bits à envoyer : 0 1 0 0 1 0 1 1.", "Eight bits to send: 0 1 0 0 1 0 1 1."),
        said(
            4.4,
            8.0,
            "À chaque battement, l’émetteur choisit une tension.",
            "At each beat, the sender chooses a voltage.",
        ),
        said(8.0, 11.6, "Haute pour 1, basse pour 0.", "High for 1, low for 0."),
        said(
            11.9,
            17.0,
            "Au bout du câble, le signal arrive arrondi, et il tremble.",
            "At the end of the cable, the signal arrives rounded, and it trembles.",
        ),
        said(
            17.2,
            22.8,
            "Le récepteur mesure au milieu de chaque battement : au-dessus du seuil, ou au-dessous ?",
            "The receiver measures in the middle of each beat: above the threshold, or below?",
        ),
        said(23.0, 25.4, "Les huit bits valent 75.", "The eight bits are worth 75."),
        said(25.4, 27.8, "C’est la lettre K. Le bruit a perdu.", "That is the letter K. The noise has lost."),
    ),
    draw_bit,
    21.0,
)


# ---- 2. How a packet is built ----

LAYERS: tuple[tuple[float, str, str, int, str, Words], ...] = (
    (5.2, "UDP", "8", 8, VIOLET, both("à quel programme", "which program")),
    (9.6, "IP", "20", 20, GREEN, both("vers quelle machine", "which machine")),
    (14.4, "Ethernet", "14", 18, ROPE, both("la prochaine étape", "the next step")),
)


def draw_packet(t: float, language: str) -> str:
    title = {"fr": "Un paquet se construit", "en": "A packet is built"}[language]
    inside = ""
    # The boxes grow from the middle outwards: each takes the one before it whole.
    payload_left, right, total = 520.0, 800.0, 100
    shown = eased(t, 0.8)
    top, height = 200.0, 130.0
    inside += box(payload_left, top, right - payload_left, height, BLOCK, shown)
    inside += text(660, 258, {"fr": "message", "en": "message"}[language], 34, INK, "middle", opacity=shown)
    inside += text(660, 304, "100", 34, INK, "middle", "JetBrains Mono", opacity=shown)
    edge = payload_left
    for start, name, own, bytes_, colour, why in LAYERS:
        came = eased(t, start, 0.9)
        if not came:
            break
        width = {"UDP": 104.0, "IP": 128.0, "Ethernet": 190.0}[name]
        x = edge - 6 - width
        ink = ON_ROPE if colour == ROPE else INK
        slide = (1 - came) * -120
        inside += box(x + slide, top, width, height, colour, came)
        inside += text(x + slide + width / 2, 258, name, 34, ink, "middle", opacity=came)
        inside += text(x + slide + width / 2, 304, own, 34, ink, "middle", "JetBrains Mono", opacity=came)
        if name == "Ethernet":
            late = eased(t, start + 1.6, 0.8)
            inside += box(right + 6 + (1 - late) * 100, top, 98, height, colour, late)
            inside += text(right + 55 + (1 - late) * 100, 258, "CRC", 34, ink, "middle", opacity=late)
            inside += text(right + 55 + (1 - late) * 100, 304, "4", 34, ink, "middle", "JetBrains Mono", opacity=late)
            total += 14 if late < 1 else 18
        else:
            total += bytes_
        edge = x
        ending = {"UDP": 9.4, "IP": 14.2, "Ethernet": 19.6}[name]
        here = came * (1 - eased(t, ending, 0.3))
        ink = "#b9a8f2" if colour == VIOLET else "#7fd0ab" if colour == GREEN else ROPE
        inside += text(max(x, 56), 384, why[language], 36, ink, opacity=here)
    unit = {"fr": "octets", "en": "bytes"}[language]
    inside += text(904, 160, f"{total} {unit}", 36, SOFT, "end", "JetBrains Mono", opacity=shown)
    end = eased(t, 20.0)
    inside += text(56, 436, "14 + 20 + 8 + 100 + 4 = 146", 40, INK, family="JetBrains Mono", opacity=end)
    return sheet(title, inside)


PACKET = Clip(
    "finding-the-way",
    "packet-is-built",
    26.0,
    both("Un paquet se construit", "A packet is built"),
    (
        said(
            0.8, 4.8, "Votre programme envoie un message de 100 octets.", "Your program sends a message of 100 bytes."
        ),
        said(
            5.0,
            9.4,
            "UDP ajoute 8 octets, dont le port : à quel programme remettre le message.",
            "UDP adds 8 bytes, with the port: which program gets the message.",
        ),
        said(
            9.6,
            14.2,
            "IP ajoute 20 octets : de quelle machine, vers quelle machine.",
            "IP adds 20 bytes: from which machine, to which machine.",
        ),
        said(
            14.4,
            19.6,
            "Ethernet ajoute 14 octets devant et 4 derrière : la prochaine étape, et le contrôle.",
            "Ethernet adds 14 bytes in front and 4 behind: the next step, and the check.",
        ),
        said(20.0, 23.0, "Sur le câble : 146 octets.", "On the cable: 146 bytes."),
        said(
            23.0,
            25.8,
            "Chaque boîte contient la précédente, sans l’ouvrir.",
            "Each box holds the one before it, without opening it.",
        ),
    ),
    draw_packet,
    21.5,
)


# ---- 3. How a router forwards ----

ROUTES = (
    ("0.0.0.0/0", 0, "203.0.113.1", True),
    ("192.168.0.0/16", 16, "192.168.1.1", True),
    ("192.168.20.0/24", 24, "192.168.1.2", True),
    ("192.168.10.0/24", 24, "eth0", False),
)
WINNER, DECIDED_AT = 2, 16.4


def draw_router(t: float, language: str) -> str:
    title = {"fr": "Un routeur choisit", "en": "A router chooses"}[language]
    inside = ""
    came = eased(t, 0.8, 1.2)
    gone = eased(t, 22.6, 1.6)
    x = 56 - (1 - came) * 420 + gone * 960
    inside += box(x, 112, 372, 66, ROPE, came)
    inside += text(x + 186, 158, "→ 192.168.20.9", 38, ON_ROPE, "middle", "JetBrains Mono", opacity=came)
    for n, (prefix, bits, way, fits) in enumerate(ROUTES):
        y = 202.0 + n * 66
        shown = eased(t, 4.6 + 0.3 * n, 0.5)
        looked = eased(t, 8.6 + 1.7 * n, 0.9)
        compared = {16: 7, 24: 10}[bits] * 20.4 + 16 if bits else 0.0  # under the numbers that are compared
        wins = n == WINNER and t >= DECIDED_AT
        fade = 1.0 if wins or t < DECIDED_AT else 0.45
        inside += box(56, y, 848, 58, "#17395a", shown * fade, ROPE if wins else "none")
        inside += box(62, y + 5, looked * compared, 48, GREEN if fits else "#8a3b44", shown * fade * 0.85)
        inside += text(76, y + 41, prefix, 34, INK, family="JetBrains Mono", opacity=shown * fade)
        judged = eased(t, 9.4 + 1.7 * n, 0.3)
        verdict = f"{bits} bits" if fits else {"fr": "non", "en": "no"}[language]
        inside += text(534, y + 41, verdict, 34, INK if fits else "#ff9a9a", "end", opacity=judged * fade)
        inside += text(890, y + 41, way, 32, ROPE if wins else SOFT, "end", "JetBrains Mono", opacity=shown * fade)
    return sheet(title, inside)


ROUTER = Clip(
    "finding-the-way",
    "router-chooses",
    25.0,
    both("Un routeur choisit", "A router chooses"),
    (
        said(0.8, 4.2, "Un paquet arrive pour 192.168.20.9.", "A packet arrives for 192.168.20.9."),
        said(
            4.4,
            8.4,
            "La table du routeur a quatre lignes : un préfixe, une sortie.",
            "The router’s table has four lines: a prefix, a way out.",
        ),
        said(
            8.6,
            12.2,
            "Il compare les bits du préfixe, ligne après ligne.",
            "It compares the bits of the prefix, line after line.",
        ),
        said(
            12.2,
            16.2,
            "Trois lignes conviennent ; la dernière, non.",
            "Three lines fit; the last one does not.",
        ),
        said(16.4, 20.4, "Le préfixe le plus long gagne : 24 bits.", "The longest prefix wins: 24 bits."),
        said(
            20.6,
            24.8,
            "Le paquet part vers 192.168.1.2. Le routeur suivant saura la suite.",
            "The packet leaves for 192.168.1.2. The next router will know the rest.",
        ),
    ),
    draw_router,
    18.0,
)

CLIPS = (BIT, PACKET, ROUTER)


# ---- Files ----


def moment(seconds: float) -> str:
    milliseconds = round(seconds * 1000)
    return f"00:{milliseconds // 60_000:02}:{milliseconds // 1000 % 60:02},{milliseconds % 1000:03}"


def subtitles(clip: Clip, language: str) -> str:
    """SubRip, as a page names it behind `captions`; the chapters of a film stand in its page."""
    blocks = (
        f"{n}\n{moment(cue.start)} --> {moment(cue.end)}\n{typeset(cue.words[language], language)}\n"
        for n, cue in enumerate(clip.cues, 1)
    )
    return "\n".join(blocks)


def typeset(words: str, language: str) -> str:
    """French asks for a no-break space before these marks."""
    if language == "fr":
        for mark in ":;?!":
            words = words.replace(f" {mark}", f"\u00a0{mark}")
    return words


def page() -> str:
    """A page that shows one drawing with the fonts of the site."""
    faces = ""
    for family, name in (
        ("Bricolage Grotesque", "bricolage-grotesque-latin-wght-normal"),
        ("Figtree", "figtree-latin-wght-normal"),
        ("JetBrains Mono", "jetbrains-mono-latin-wght-normal"),
    ):
        data = base64.b64encode((FONTS / f"{name}.woff2").read_bytes()).decode()
        faces += f"@font-face{{font-family:'{family}';font-weight:200 800;src:url(data:font/woff2;base64,{data})}}"
    return f"<!doctype html><style>{faces}*{{margin:0}}svg{{display:block}}</style><body></body>"


def pictures(clip: Clip, language: str, moments: Iterator[float], folder: Path) -> list[Path]:
    """One PNG a moment; a drawing that is the same as the last is drawn once."""
    flags = ["--no-sandbox"] if os.geteuid() == 0 else []
    found: list[Path] = []
    last = ""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=flags)
        view = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        view.set_content(page())
        view.evaluate("Promise.all([...document.fonts].map((font) => font.load()))")
        for n, at in enumerate(moments):
            path = folder / f"{n:05}.png"
            drawing = clip.draw(at, language)
            if drawing == last:
                shutil.copyfile(found[-1], path)
            else:
                view.evaluate("svg => { document.body.innerHTML = svg }", drawing)
                view.screenshot(path=path)
            found.append(path)
            last = drawing
        browser.close()
    return found


def run(*arguments: str) -> None:
    subprocess.run(["ffmpeg", "-hide_banner", "-loglevel", "error", "-y", *arguments], check=True)  # noqa: S603, S607 - our own words


def make(clip: Clip, language: str) -> None:
    target = COURSE / "modules" / clip.module
    (target / f"{clip.name}.{language}.srt").write_text(subtitles(clip, language), encoding="utf-8")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        frames = round(clip.length * RATE)
        pictures(clip, language, (n / RATE for n in range(frames)), folder)
        film = target / f"{clip.name}.{language}.mp4"
        run(
            *("-framerate", str(RATE), "-i", str(folder / "%05d.png"), "-an", "-c:v", "libx264", "-profile:v", "main"),
            *("-preset", "veryslow", "-tune", "animation", "-crf", "23", "-pix_fmt", "yuv420p", "-g", str(4 * RATE)),
            *("-movflags", "+faststart", "-map_metadata", "-1", "-fflags", "+bitexact", "-threads", "1", str(film)),
        )
        poster = folder / f"{round(clip.poster_at * RATE):05}.png"
        run(
            "-i",
            str(poster),
            "-vf",
            "scale=640:-1",
            "-q:v",
            "6",
            "-bitexact",
            str(target / f"{clip.name}.{language}.jpg"),
        )
    print(f"{film.relative_to(ROOT)}: {film.stat().st_size} bytes")


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--stills", type=Path, help="only pictures to look at, into this folder")
    asked = parser.parse_args()
    for clip in CLIPS:
        for language in ("fr", "en"):
            if asked.stills:
                folder = asked.stills / f"{clip.name}-{language}"
                folder.mkdir(parents=True, exist_ok=True)
                pictures(clip, language, (float(n) for n in range(int(clip.length))), folder)
            else:
                make(clip, language)
    return 0


if __name__ == "__main__":
    sys.exit(main())
