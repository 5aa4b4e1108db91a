// Which seconds were watched? Told to the server in batches; what could not be sent is sent with the next one. Each event
// has an id of its own, so that a batch that arrives twice counts once. Fetched when the film is first played.

const EVERY_MS = 30_000;
const MOST_WAITING = 200;
const BATCH = 50;
const GAP_S = 1.5; // more between two ticks than playing explains is a jump
const STILL_MS = 1000; // a person who drags about has one place in the end

interface Told {
  id: string;
  verb: string;
  moment: number;
  data: Record<string, number>;
}

/** Begin to report on a film that may be playing already. */
export function report(film: HTMLVideoElement, address: string, section: HTMLElement): void {
  new Reporter(film, address, section).join();
}

class Reporter {
  private waiting: Told[] = [];
  private from: number | undefined; // where the stretch began that is being played
  private last = 0;
  private lastTick = 0;
  private seekFrom: number | undefined;
  private seekTimer: number | undefined;
  private sending = false;
  private again = false; // something was to be sent while a batch was under way
  private notBefore = 0;

  constructor(
    private readonly film: HTMLVideoElement,
    private readonly address: string,
    private readonly section: HTMLElement,
  ) {
    film.addEventListener("playing", () => this.played());
    film.addEventListener("timeupdate", () => this.tick());
    film.addEventListener("pause", () => this.paused());
    film.addEventListener("seeking", () => this.seeking());
    film.addEventListener("ended", () => this.ended());
    window.setInterval(() => this.beat(), EVERY_MS);
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") this.leave();
    });
    window.addEventListener("pagehide", () => this.leave());
  }

  /** What was played before this came is not lost. */
  join(): void {
    if (!this.film.paused && this.film.currentTime > 0) this.played(this.film.played);
  }

  private played(before?: TimeRanges): void {
    if (this.from !== undefined) return;
    this.begin();
    if (before?.length) this.from = before.start(before.length - 1);
    const data: Record<string, number> = { at_s: this.last, speed: this.film.playbackRate };
    if (Number.isFinite(this.film.duration)) data["length_s"] = this.film.duration;
    this.tell("played", data);
    void this.send();
  }

  private begin(): void {
    this.from = this.last = this.film.currentTime;
    this.lastTick = performance.now();
  }

  private tick(): void {
    if (this.from === undefined || this.film.seeking) return;
    const at = this.film.currentTime;
    const passed = ((performance.now() - this.lastTick) / 1000) * this.film.playbackRate;
    if (at < this.last || at - this.last > passed + GAP_S) this.close(); // a jump that no event told of
    if (this.from === undefined) this.begin();
    this.last = at;
    this.lastTick = performance.now();
  }

  /** The stretch that was played without a gap ends here. */
  private close(): void {
    if (this.from !== undefined && this.last > this.from) {
      this.tell("progressed", { from_s: this.from, to_s: this.last });
    }
    this.from = undefined;
  }

  private paused(): void {
    if (this.film.seeking) return;
    this.tick();
    this.close();
    if (this.film.ended) return;
    this.tell("paused", { at_s: this.film.currentTime });
    void this.send();
  }

  private seeking(): void {
    if (this.from === undefined && this.waiting.length === 0 && this.film.paused && this.last === 0) {
      this.last = this.film.currentTime; // the browser goes to where the address says
      return;
    }
    this.seekFrom ??= this.last;
    this.close();
    window.clearTimeout(this.seekTimer);
    this.seekTimer = window.setTimeout(() => this.landed(), STILL_MS);
  }

  private landed(): void {
    window.clearTimeout(this.seekTimer);
    if (this.seekFrom === undefined) return;
    this.tell("seeked", { from_s: this.seekFrom, to_s: this.film.currentTime });
    this.seekFrom = undefined;
    if (!this.film.paused && this.from === undefined) this.begin();
    void this.send();
  }

  private ended(): void {
    this.last = Math.max(this.last, this.film.currentTime);
    this.close();
    this.tell("ended", { at_s: this.film.currentTime });
    void this.send();
  }

  private beat(): void {
    if (this.from === undefined) {
      if (this.waiting.length) void this.send();
      return;
    }
    this.tick();
    this.close();
    this.begin();
    void this.send();
  }

  private tell(verb: string, data: Record<string, number>): void {
    const rounded = Object.fromEntries(Object.entries(data).map(([name, n]) => [name, Math.round(n * 100) / 100]));
    this.waiting.push({ id: uuid(), verb, moment: performance.now(), data: rounded });
    if (this.waiting.length > MOST_WAITING) this.waiting.splice(0, this.waiting.length - MOST_WAITING);
  }

  private form(events: Told[]): FormData {
    const body = new FormData();
    // The newest token of the page: another form may have got one since.
    const token = this.section.querySelector<HTMLInputElement>("[name=csrfmiddlewaretoken]")?.value ?? "";
    body.set("csrfmiddlewaretoken", token);
    const now = performance.now();
    const told = events.map(({ id, verb, moment, data }) => ({ id, verb, ago_ms: Math.round(now - moment), data }));
    body.set("events", JSON.stringify(told));
    return body;
  }

  private async send(): Promise<void> {
    if (this.sending) {
      this.again = true;
      return;
    }
    if (performance.now() < this.notBefore) return;
    const events = this.waiting.slice(0, BATCH);
    if (!events.length) return;
    this.sending = true;
    this.again = false;
    try {
      const answer = await fetch(this.address, {
        method: "POST",
        body: this.form(events),
        headers: { Accept: "application/json" },
        keepalive: true,
      });
      if (answer.ok && !answer.redirected) {
        this.sent(events);
        this.show(await answer.json());
      } else if (answer.status === 429 || answer.status >= 500 || answer.redirected) {
        this.notBefore = performance.now() + 1000 * (Number(answer.headers.get("Retry-After")) || 30);
      } else if (answer.status === 401 || answer.status === 403) {
        this.notBefore = performance.now() + EVERY_MS; // signed out: perhaps in again by then
      } else this.sent(events); // refused for good: sending it again would change nothing
    } catch {
      this.notBefore = performance.now() + 5000; // no connection: kept for later
    } finally {
      this.sending = false;
    }
    if (this.again || this.waiting.length >= BATCH) void this.send();
  }

  private sent(events: Told[]): void {
    this.waiting = this.waiting.filter((one) => !events.includes(one));
  }

  /** The page goes away: what is left is handed to the browser, which sends it by itself. */
  private leave(): void {
    if (this.seekFrom !== undefined) this.landed();
    if (this.from !== undefined) {
      this.tick();
      this.close();
      if (!this.film.paused) this.begin(); // hidden is not gone: the sound may go on
    }
    const events = this.waiting.slice(0, BATCH);
    if (events.length && navigator.sendBeacon(this.address, this.form(events))) this.sent(events);
  }

  private show(answer: unknown): void {
    if (typeof answer !== "object" || answer === null || !("done" in answer) || answer.done !== true) return;
    const form = this.section.querySelector<HTMLElement>("[data-done]");
    const said = form?.querySelector<HTMLElement>("[role=status]");
    const button = form?.querySelector<HTMLElement>("button");
    if (said) said.hidden = false;
    if (!button) return;
    if (document.activeElement === button && said) {
      said.tabIndex = -1;
      said.focus();
    }
    button.remove();
  }
}

function uuid(): string {
  if (window.isSecureContext) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16)); // over http randomUUID is not given
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
