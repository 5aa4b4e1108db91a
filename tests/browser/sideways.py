"""How far can a page be scrolled sideways?"""

from __future__ import annotations

from playwright.sync_api import Page

WIDTHS = (320, 390, 1280)
# How far, and which elements reach beyond the edge (outside a box that scrolls).
SIDEWAYS = """() => {
  const root = document.documentElement;
  const beyond = root.scrollWidth - root.clientWidth;
  if (beyond <= 0) return null;
  const clipped = (element) => {
    for (let at = element.parentElement; at && at !== document.body; at = at.parentElement)
      if (getComputedStyle(at).overflowX !== "visible") return true;
    return false;
  };
  const culprits = [...document.body.querySelectorAll("*")]
    .filter((one) => one.getBoundingClientRect().right > root.clientWidth + 0.5 && !clipped(one))
    .slice(0, 5).map((one) => one.outerHTML.slice(0, 120));
  return `${beyond} px: ${culprits.join(" | ")}`;
}"""


def sideways(page: Page, *widths: int) -> list[str]:
    """One line for each of these widths at which the page scrolls sideways."""
    lines = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": 800})
        if found := page.evaluate(SIDEWAYS):
            lines.append(f"{page.url} at {width} px scrolls sideways by {found}")
    return lines
