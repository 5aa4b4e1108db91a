"""Does a screen look as it did? Small pictures are compared in the browser, block by block."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, FloatRect, Page

STORED: Final = Path(__file__).parent / "pictures"  # one a screen: French, light, 1280 px, a quarter of its size
SCALE: Final = 0.25
TALLEST: Final = 4000  # CSS pixels: a long list says no more below
BLOCK: Final = 8  # pixels of a small picture
APART: Final = 24  # of 255: a block whose mean differs by more looks different; a date or a number does not
MOST_APART: Final = 0.03  # share of the blocks

COMPARE: Final = """async ([before, after, block, apart]) => {
  const load = async (data) => {
    const image = new Image();
    image.src = `data:image/jpeg;base64,${data}`;
    await image.decode();
    return image;
  };
  const [one, other] = await Promise.all([load(before), load(after)]);
  const [width, height] = [Math.max(one.width, other.width), Math.max(one.height, other.height)];
  const pixels = (image) => {
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext("2d");
    context.drawImage(image, 0, 0);
    return context.getImageData(0, 0, width, height).data;
  };
  const [a, b] = [pixels(one), pixels(other)];
  const canvas = new OffscreenCanvas(width * 3, height);
  const drawing = canvas.getContext("2d");
  drawing.drawImage(one, 0, 0);
  drawing.drawImage(other, width, 0);
  drawing.globalAlpha = 0.25;
  drawing.drawImage(other, width * 2, 0);
  drawing.globalAlpha = 0.7;
  drawing.fillStyle = "#d9480f";
  let different = 0, all = 0;
  for (let top = 0; top < height; top += block) {
    for (let left = 0; left < width; left += block) {
      let sum = 0, count = 0;
      for (let y = top; y < Math.min(top + block, height); y += 1) {
        for (let x = left; x < Math.min(left + block, width); x += 1) {
          const at = 4 * (y * width + x);
          sum += (a[at] + a[at + 1] + a[at + 2] - b[at] - b[at + 1] - b[at + 2]) / 3;
          count += 1;
        }
      }
      all += 1;
      if (Math.abs(sum / count) > apart) {
        different += 1;
        drawing.fillRect(width * 2 + left, top, block, block);
      }
    }
  }
  const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: "image/png" })).arrayBuffer());
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return { share: different / all, picture: btoa(text) };
}"""


@dataclass(frozen=True, slots=True)
class Difference:
    """How much of two pictures is apart, and both beside each other with the blocks that are, as PNG."""

    share: float
    picture: bytes

    @property
    def is_seen(self) -> bool:
        return self.share > MOST_APART


def file_name(screen: str) -> str:
    """E.g. "courses-menu-open.jpg"."""
    return f"{re.sub(r'[^a-z0-9]+', '-', screen.lower()).strip('-')}.jpg"


def small_picture(page: Page) -> bytes:
    """Of a page in a context whose scale is SCALE."""
    page.evaluate("() => document.fonts.ready.then(() => undefined)")
    size: Any = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
    clip = FloatRect(x=0, y=0, width=float(size[0]), height=min(float(size[1]), TALLEST))
    return page.screenshot(type="jpeg", quality=70, full_page=True, clip=clip, animations="disabled")


def difference(browser: Browser, before: bytes, after: bytes) -> Difference:
    """Compared in a page of its own."""
    page = browser.new_page()
    try:
        told = page.evaluate(
            COMPARE, [base64.b64encode(before).decode(), base64.b64encode(after).decode(), BLOCK, APART]
        )
    finally:
        page.close()
    return Difference(float(told["share"]), base64.b64decode(told["picture"]))
