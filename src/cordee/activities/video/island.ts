// A bar of our own under the film, subtitles in their own band, a transcript that follows, and the watched seconds sent to
// the server. Without script the browser's own controls play the same film with the same subtitles.

import { clock, makeButton } from "./lines";

const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2];
const SPEED_KEY = "cordee-video-speed";
const CAPTIONS_KEY = "cordee-video-captions";
const LANGUAGE_KEY = "cordee-video-language";
const VOLUME_KEY = "cordee-video-volume";
const STEP_S = 5;
const LEAP_S = 10;

export function mount(element: HTMLElement): void {
  const film = element.querySelector("video");
  const bar = element.querySelector<HTMLElement>("[data-bar]");
  if (film && bar) new Player(element, film, bar);
}

/** What this browser remembers; nothing where it may not. */
function remembered(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function remember(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Private windows may refuse: the choice then lasts as long as the page.
  }
}

interface ReporterModule {
  report(film: HTMLVideoElement, address: string, section: HTMLElement): void;
}

function isReporter(value: unknown): value is ReporterModule {
  return typeof value === "object" && value !== null && "report" in value && typeof value.report === "function";
}

interface Script {
  readonly wantsCues: boolean;
  use(track: TextTrack): void;
  follow(at: number): void;
}

interface ScriptModule {
  follow(section: HTMLElement, film: HTMLVideoElement, go: (seconds: number) => void): Script;
}

function isScript(value: unknown): value is ScriptModule {
  return typeof value === "object" && value !== null && "follow" in value && typeof value.follow === "function";
}

class Player {
  private readonly section: HTMLElement;
  private readonly seek: HTMLInputElement | null;
  private readonly sub: HTMLElement | null;
  private readonly speed: HTMLSelectElement | null;
  private readonly volume: HTMLInputElement | null;
  private readonly chapters: { start: number; title: string }[];
  private script: Script | undefined;
  private scriptAsked = false;
  private readonly chapterLines: HTMLElement[];
  private captionsOn: boolean;
  private parts: { start: number; end: number; fill: HTMLElement }[] = [];

  constructor(
    private readonly root: HTMLElement,
    private readonly film: HTMLVideoElement,
    bar: HTMLElement,
  ) {
    this.section = root.closest<HTMLElement>("section") ?? root;
    this.seek = root.querySelector("[data-seek]");
    this.sub = root.querySelector("[data-sub]");
    this.speed = root.querySelector("[data-speed]");
    this.volume = root.querySelector("[data-volume]");
    this.chapterLines = [...this.section.querySelectorAll<HTMLElement>("[data-chapters] [data-at]")];
    this.chapters = this.chapterLines.map((line) => ({
      start: Number(line.dataset["at"]),
      title: line.lastElementChild?.textContent ?? "",
    }));
    this.captionsOn = (remembered(CAPTIONS_KEY) ?? root.dataset["captions"]) === "on";
    film.addEventListener("play", () => void this.report(), { once: true });
    film.controls = false;
    bar.hidden = false;
    for (const tool of this.section.querySelectorAll<HTMLElement>("[data-keys], [data-tools]")) tool.hidden = false;
    this.listen(bar);
    this.chooseSpeed(Number(remembered(SPEED_KEY) ?? "1"), false);
    this.chooseVolume(Number(remembered(VOLUME_KEY) ?? "1"), false);
    this.showCaptions();
    this.drawParts();
    this.draw();
  }

  private listen(bar: HTMLElement): void {
    const { film, seek } = this;
    const acts: Record<string, () => void> = {
      play: () => this.toggle(),
      back: () => this.go(film.currentTime - LEAP_S),
      captions: () => this.toggleCaptions(),
      sound: () => this.toggleSound(),
      full: () => this.toggleFull(),
    };
    for (const button of bar.querySelectorAll<HTMLElement>("[data-act]")) {
      button.addEventListener("click", () => acts[button.dataset["act"] ?? ""]?.());
    }
    film.addEventListener("click", () => this.toggle());
    for (const name of ["timeupdate", "seeking", "play", "pause", "loadedmetadata", "durationchange"]) {
      film.addEventListener(name, () => this.draw());
    }
    film.addEventListener("loadedmetadata", () => this.drawParts());
    film.addEventListener("ratechange", () => {
      if (this.speed) this.speed.value = String(film.playbackRate);
    });
    film.addEventListener("volumechange", () => this.drawSound());
    film.addEventListener("play", () => this.showCaptions(), { once: true });
    const failed = this.section.querySelector<HTMLElement>("[data-failed]");
    const sources = [...film.querySelectorAll("source")];
    sources[sources.length - 1]?.addEventListener("error", () => {
      if (failed) failed.hidden = false;
    });
    film.addEventListener("playing", () => {
      if (failed) failed.hidden = true;
    });
    seek?.addEventListener("input", () => this.go(Number(seek.value)));
    this.speed?.addEventListener("change", () => this.chooseSpeed(Number(this.speed?.value), true));
    this.volume?.addEventListener("input", () => this.chooseVolume(Number(this.volume?.value) / 100, true));
    this.listenToLanguage();
    this.root.addEventListener("keydown", (event) => this.key(event));
    for (const line of this.section.querySelectorAll<HTMLElement>("[data-script] [data-at], [data-chapters] [data-at]")) {
      makeButton(line, line.parentElement?.dataset["go"] ?? "", (seconds) => this.go(seconds, true));
    }
    for (const name of ["pointerover", "focusin"]) {
      this.section.addEventListener(name, () => void this.readAlong(), { passive: true });
    }
    film.addEventListener("play", () => void this.readAlong());
  }

  /** Fetches what tells the server of the watched seconds; a teacher who looks has no address to tell. */
  private async report(): Promise<void> {
    const [address, source] = [this.root.dataset["watching"], this.root.dataset["reporter"]];
    if (!address || !source) return;
    try {
      const module: unknown = await import(source);
      if (isReporter(module)) module.report(this.film, address, this.section);
    } catch {
      this.film.addEventListener("play", () => void this.report(), { once: true }); // no connection: at the next play
    }
  }

  /** Fetches what follows and searches the transcript. */
  private async readAlong(): Promise<void> {
    const source = this.root.dataset["reader"];
    if (this.scriptAsked || !source || !this.section.querySelector("[data-script]")) return;
    this.scriptAsked = true;
    try {
      const module: unknown = await import(source);
      if (!isScript(module)) return;
      this.script = module.follow(this.section, this.film, (seconds) => this.go(seconds, true));
      this.showCaptions();
      this.draw();
    } catch {
      this.scriptAsked = false; // no connection: the next movement tries again
    }
  }

  private get start(): number {
    return Number(this.root.dataset["start"]) || 0;
  }

  /** The last second that is shown: the author's, else the film's. */
  private get end(): number {
    const whole = Number.isFinite(this.film.duration) ? this.film.duration : 0;
    const said = Number(this.root.dataset["end"]) || 0;
    return said && (!whole || said < whole) ? said : whole;
  }

  private toggle(): void {
    if (this.film.paused) {
      if (this.end && this.film.currentTime >= this.end - 0.2) this.film.currentTime = this.start;
      void this.film.play().catch(() => undefined); // an error of the film itself is told by its own event
    } else this.film.pause();
  }

  private go(seconds: number, play = false): void {
    const within = Math.min(Math.max(seconds, this.start), this.end || seconds);
    if (this.film.readyState === 0) {
      this.film.addEventListener("loadedmetadata", () => (this.film.currentTime = within), { once: true });
      if (!play) this.film.load();
    } else this.film.currentTime = within;
    if (play && this.film.paused) void this.film.play().catch(() => undefined);
    this.draw();
  }

  private chooseSpeed(speed: number, keep: boolean): void {
    if (!SPEEDS.includes(speed)) return;
    this.film.defaultPlaybackRate = speed;
    this.film.playbackRate = speed;
    if (this.speed) this.speed.value = String(speed);
    if (keep) remember(SPEED_KEY, String(speed));
  }

  private nextSpeed(step: number): void {
    const at = SPEEDS.indexOf(this.film.playbackRate);
    const next = SPEEDS[Math.min(Math.max((at < 0 ? 2 : at) + step, 0), SPEEDS.length - 1)];
    if (next !== undefined) this.chooseSpeed(next, true);
  }

  /** A volume above nothing is remembered; silence lasts as long as the page, so that no later film seems broken. */
  private chooseVolume(volume: number, keep: boolean): void {
    if (!(volume >= 0 && volume <= 1)) return;
    this.film.volume = volume;
    this.film.muted = volume === 0;
    if (keep && volume) remember(VOLUME_KEY, String(volume));
    this.drawSound();
  }

  private toggleSound(): void {
    if (this.film.volume === 0) this.chooseVolume(Number(remembered(VOLUME_KEY) ?? "1"), false);
    else this.film.muted = !this.film.muted;
  }

  private drawSound(): void {
    const heard = !this.film.muted && this.film.volume > 0;
    const button = this.root.querySelector<HTMLElement>("[data-act=sound]");
    button?.setAttribute("aria-label", (heard ? button.dataset["off"] : button.dataset["on"]) ?? "");
    for (const icon of button?.querySelectorAll<HTMLElement>("[data-heard]") ?? []) {
      icon.hidden = (icon.dataset["heard"] === "yes") !== heard;
    }
    if (this.volume) this.volume.value = String(heard ? this.film.volume * 100 : 0);
  }

  /** The language of the subtitles: the one chosen last, where this film has it. */
  private listenToLanguage(): void {
    const choice = this.section.querySelector<HTMLSelectElement>("[data-language]");
    if (!choice) return;
    const before = remembered(LANGUAGE_KEY);
    if ([...choice.options].some((option) => option.value === before)) choice.value = before ?? "";
    choice.addEventListener("change", () => {
      remember(LANGUAGE_KEY, choice.value);
      this.showCaptions();
    });
  }

  private toggleCaptions(): void {
    this.captionsOn = !this.captionsOn;
    remember(CAPTIONS_KEY, this.captionsOn ? "on" : "off");
    this.showCaptions();
  }

  /** The track of the chosen language feeds our band and the transcript; the browser draws none of them. */
  private showCaptions(): void {
    const chosen = this.section.querySelector<HTMLSelectElement>("[data-language]")?.value;
    const tracks = [...this.film.textTracks];
    const first = tracks.find((track) => track.language === chosen) ?? this.usualTrack(tracks);
    const wanted = this.captionsOn || (this.script?.wantsCues ?? false);
    for (const track of tracks) {
      track.oncuechange = null;
      track.mode = track === first && wanted ? "hidden" : "disabled";
    }
    if (first) {
      first.oncuechange = () => this.drawCaption(first);
      this.script?.use(first);
    }
    const button = this.root.querySelector("[data-act=captions]");
    button?.setAttribute("aria-pressed", String(this.captionsOn));
    this.drawCaption(first);
  }

  private usualTrack(tracks: TextTrack[]): TextTrack | undefined {
    const usual = this.section.querySelector<HTMLElement>("[data-lines]")?.lang;
    return tracks.find((track) => track.language === usual) ?? tracks[0];
  }

  private drawCaption(track: TextTrack | undefined): void {
    if (!this.sub) return;
    const cues = [...(track?.activeCues ?? [])];
    const words = cues.map((cue) => ("text" in cue ? plain(String(cue.text)) : "")).join("\n");
    this.sub.textContent = words;
    this.sub.lang = track?.language ?? "";
    // On a phone the band keeps its place between two lines, so that nothing jumps; before the film begins it has none.
    const keepsPlace = this.film.played.length > 0 || !this.film.paused;
    const isPhone = window.matchMedia("(max-width: 47.99em)").matches;
    this.sub.hidden = !this.captionsOn || (!words && !(keepsPlace && isPhone));
  }

  private toggleFull(): void {
    const film = this.film as HTMLVideoElement & { webkitEnterFullscreen?: () => void };
    if (document.fullscreenElement) void document.exitFullscreen();
    else if ("requestFullscreen" in this.root) void this.root.requestFullscreen().catch(() => undefined);
    else film.webkitEnterFullscreen?.(); // an iPhone fills the screen with the film alone
  }

  /** Keys work while a control of the player has the focus: a page may use the same letters elsewhere. */
  private key(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const on = event.target;
    if (on instanceof HTMLSelectElement && event.key !== "k") return;
    if (on === this.volume && event.key.startsWith("Arrow")) return; // they move its own thumb
    const acts: Record<string, () => void> = {
      k: () => this.toggle(),
      arrowleft: () => this.go(this.film.currentTime - STEP_S),
      arrowright: () => this.go(this.film.currentTime + STEP_S),
      j: () => this.go(this.film.currentTime - LEAP_S),
      l: () => this.go(this.film.currentTime + LEAP_S),
      f: () => this.toggleFull(),
      m: () => this.toggleSound(),
      c: () => this.toggleCaptions(),
      "<": () => this.nextSpeed(-1),
      ">": () => this.nextSpeed(1),
    };
    if (!(on instanceof HTMLButtonElement || on instanceof HTMLAnchorElement)) acts[" "] = acts["k"] ?? (() => undefined);
    const act = acts[event.key.toLowerCase()];
    if (!act) return;
    event.preventDefault();
    act();
  }

  private drawParts(): void {
    const box = this.root.querySelector<HTMLElement>("[data-parts]");
    if (!box) return;
    const starts = [this.start, ...this.chapters.map((one) => one.start).filter((start) => start > this.start + 0.5)];
    const end = this.end;
    this.parts = starts.map((start, n) => ({ start, end: starts[n + 1] ?? end, fill: document.createElement("i") }));
    box.replaceChildren(
      ...this.parts.map(({ start, end: stop, fill }) => {
        const part = document.createElement("span");
        part.style.flex = String(Math.max(stop - start, 0.1));
        part.append(fill);
        return part;
      }),
    );
    this.draw();
  }

  private draw(): void {
    const { film, seek } = this;
    const [end, start] = [this.end, this.start];
    // Before anything is loaded, the place where the browser will begin.
    const at = film.readyState ? film.currentTime : Number(this.root.dataset["resume"]) || start;
    const play = this.root.querySelector<HTMLElement>("[data-act=play]");
    play?.setAttribute("aria-label", (film.paused ? play.dataset["play"] : play.dataset["pause"]) ?? "");
    for (const icon of play?.querySelectorAll<HTMLElement>("[data-when]") ?? []) {
      icon.hidden = icon.dataset["when"] !== (film.paused ? "paused" : "playing");
    }
    const chapter = this.chapters.reduce((found, one, n) => (one.start <= at + 0.05 ? n : found), -1);
    const title = this.chapters[chapter]?.title ?? "";
    this.text("[data-at]", clock(at - start));
    if (end) this.text("[data-length]", `/ ${clock(end - start)}`);
    this.text("[data-chapter]", title);
    this.chapterLines.forEach((line, n) => {
      if (n === chapter) line.setAttribute("aria-current", "true");
      else line.removeAttribute("aria-current");
    });
    if (seek) {
      seek.min = String(start);
      seek.max = String(end || start);
      if (end && Math.abs(Number(seek.value) - at) > 0.2) seek.value = String(at);
      const words = (seek.dataset["words"] ?? "").replace("{at}", clock(at - start)).replace("{length}", clock(end - start));
      seek.setAttribute("aria-valuetext", title ? `${words}, ${title}` : words);
    }
    for (const part of this.parts) {
      const share = part.end > part.start ? (at - part.start) / (part.end - part.start) : 0;
      part.fill.style.transform = `scaleX(${Math.min(Math.max(share, 0), 1)})`;
    }
    this.script?.follow(at);
  }

  private text(selector: string, words: string): void {
    const place = this.root.querySelector(selector);
    if (place && place.textContent !== words) place.textContent = words;
  }
}

/** The words of a cue without the marks of WebVTT. */
function plain(text: string): string {
  return new DOMParser().parseFromString(text.replace(/</g, "&lt;"), "text/html").body.textContent ?? "";
}
