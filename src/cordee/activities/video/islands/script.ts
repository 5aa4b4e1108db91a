// The transcript: the line that is spoken is marked and followed, words are found, languages change. A long one is made
// from the subtitles of the film once it is opened. Fetched when somebody plays the film or comes near with a pointer or the focus.

import { clock, makeButton } from "../lines";

interface Line {
  start: number;
  element: HTMLElement;
  words: HTMLElement;
}

export function follow(section: HTMLElement, film: HTMLVideoElement, go: (seconds: number) => void): Script {
  return new Script(section, film, go);
}

class Script {
  private readonly box: HTMLDetailsElement | null;
  private readonly list: HTMLElement | null;
  private lines: Line[] = [];
  private current: Line | undefined;
  private following = true;
  private track: TextTrack | undefined;
  private drawnFor = "";

  constructor(
    section: HTMLElement,
    private readonly film: HTMLVideoElement,
    private readonly go: (seconds: number) => void,
  ) {
    this.box = section.querySelector("details[data-script]");
    this.list = this.box?.querySelector<HTMLElement>("[data-lines]") ?? null;
    if (!this.box || !this.list) return;
    this.take(this.list);
    if (this.lines.length) this.drawnFor = this.list.lang;
    this.tools(this.box, this.list);
    this.find(); // what was typed meanwhile
  }

  /** Whether the subtitles are needed though nobody shows them. */
  get wantsCues(): boolean {
    return this.box !== null && (this.box.open || this.drawnFor !== "");
  }

  private tools(box: HTMLDetailsElement, list: HTMLElement): void {
    box.querySelector<HTMLInputElement>("[data-find]")?.addEventListener("input", () => this.find());
    const follow = box.querySelector<HTMLButtonElement>("[data-follow]");
    const set = (on: boolean): void => {
      this.following = on;
      follow?.setAttribute("aria-pressed", String(on));
      if (on) this.showCurrent();
    };
    follow?.addEventListener("click", () => set(!this.following));
    // Whoever scrolls is reading: the text stays where it is until asked to follow again.
    for (const name of ["wheel", "touchmove"]) list.addEventListener(name, () => set(false), { passive: true });
    list.addEventListener("keydown", (event) => {
      if (["ArrowDown", "ArrowUp", "PageDown", "PageUp", "Home", "End"].includes(event.key)) set(false);
    });
    box.addEventListener("toggle", () => {
      if (!box.open) return;
      if (this.track) this.use(this.track);
      this.showCurrent();
    });
  }

  /** Show the text of this track, loading it if that has not been done. */
  use(track: TextTrack): void {
    this.track = track;
    if (!this.list || !this.wantsCues || this.drawnFor === track.language) return;
    if (track.mode === "disabled") track.mode = "hidden";
    const element = [...this.film.querySelectorAll("track")].find((one) => one.track === track);
    if (track.cues?.length) this.drawFrom(track);
    else element?.addEventListener("load", () => this.drawFrom(track), { once: true });
  }

  private drawFrom(track: TextTrack): void {
    if (!this.list || track !== this.track) return;
    const fresh = [...(track.cues ?? [])].map((cue) => {
      const line = document.createElement("p");
      line.dataset["at"] = String(cue.startTime);
      const at = document.createElement("span");
      at.className = "script__at num";
      at.textContent = clock(cue.startTime);
      const words = document.createElement("span");
      const text = "text" in cue ? String(cue.text) : "";
      words.textContent = new DOMParser().parseFromString(text.replace(/</g, "&lt;"), "text/html").body.textContent;
      line.append(at, words);
      return line;
    });
    this.list.replaceChildren(...fresh);
    this.list.lang = track.language;
    this.drawnFor = track.language;
    this.current = undefined;
    this.take(this.list);
    this.find();
  }

  private take(list: HTMLElement): void {
    this.lines = [...list.querySelectorAll<HTMLElement>("[data-at]")].map((element) => {
      makeButton(element, list.dataset["go"] ?? "", this.go);
      return { start: Number(element.dataset["at"]), element, words: element.lastElementChild as HTMLElement };
    });
  }

  follow(at: number): void {
    let found: Line | undefined;
    for (const line of this.lines) {
      if (line.start > at + 0.05) break;
      found = line;
    }
    if (found === this.current) return;
    this.current?.element.removeAttribute("aria-current");
    found?.element.setAttribute("aria-current", "true");
    this.current = found;
    this.showCurrent();
  }

  private showCurrent(): void {
    if (!this.following || !this.list || !this.current) return;
    const { element } = this.current;
    const top = element.offsetTop - this.list.offsetTop;
    const above = top < this.list.scrollTop;
    const below = top + element.offsetHeight > this.list.scrollTop + this.list.clientHeight;
    if (above || below) this.list.scrollTop = Math.max(0, top - this.list.clientHeight / 3); // the page itself stays
  }

  private find(): void {
    const asked = this.box?.querySelector<HTMLInputElement>("[data-find]")?.value.trim() ?? "";
    const wanted = folded(asked);
    let hits = 0;
    for (const { element, words } of this.lines) {
      const text = words.textContent ?? "";
      const at = wanted ? folded(text).indexOf(wanted) : -1;
      element.hidden = wanted !== "" && at < 0;
      if (at < 0) words.textContent = text;
      else {
        hits += 1;
        const mark = document.createElement("mark");
        mark.textContent = text.slice(at, at + wanted.length);
        words.replaceChildren(text.slice(0, at), mark, text.slice(at + wanted.length));
      }
    }
    const said = this.box?.querySelector<HTMLElement>("[data-hits]");
    if (!said) return;
    const form = hits === 1 ? said.dataset["one"] : said.dataset["many"];
    said.textContent = wanted ? (form ?? "").replace("{n}", String(hits)) : "";
  }
}

/** Without accents and case, letter by letter, so that places stay the same. */
function folded(text: string): string {
  return [...text.normalize("NFC")]
    .map((letter) => {
      const plain = letter.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
      return plain.length === letter.length ? plain : letter.toLowerCase().slice(0, letter.length).padEnd(letter.length);
    })
    .join("");
}
