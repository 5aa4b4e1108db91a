// How does a page of the preview follow the text that it is made of? It waits for another state, asks for itself anew
// and takes over what the server draws otherwise now. All else stays: scroll, a film that plays, an answer half typed.

const RETRY_MS = 400;
const PARTS = ["#preview", "main", ".unit__plan-in", ".unitbar"];

/** Of each part of the page, what its children say. */
type Known = ReadonlyMap<string, readonly string[]>;

/** What an element says, without what is drawn for each reader anew and says nothing. */
function meaning(element: Element): string {
  if (element.querySelector("input[name=csrfmiddlewaretoken]") === null) return element.outerHTML;
  const copy = element.cloneNode(true);
  if (!(copy instanceof Element)) return "";
  for (const field of copy.querySelectorAll("input[name=csrfmiddlewaretoken]")) field.removeAttribute("value");
  return copy.outerHTML;
}

function meanings(page: Document): Known {
  return new Map(
    PARTS.map((selector) => [selector, [...(page.querySelector(selector)?.children ?? [])].map(meaning)] as const),
  );
}

function pause(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}

/** A hidden page holds no connection: browsers have few for one site. */
function visible(): Promise<void> {
  if (!document.hidden) return Promise.resolve();
  return new Promise((done) => {
    const look = (): void => {
      if (document.hidden) return;
      document.removeEventListener("visibilitychange", look);
      done();
    };
    document.addEventListener("visibilitychange", look);
  });
}

interface Drawn {
  page: Document;
  edition: string;
  address: string;
  isThere: boolean;
  isElsewhere: boolean;
}

async function drawn(): Promise<Drawn> {
  const answer = await fetch(location.pathname + location.search, { cache: "no-store" });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const edition = page.querySelector<HTMLElement>("#preview")?.dataset["edition"] ?? "";
  return { page, edition, address: answer.url, isThere: answer.ok, isElsewhere: answer.redirected };
}

/** The children that are drawn otherwise, and the islands in them begun; the same children stay as they are. */
function renew(live: Element, known: readonly string[], after: Element, wanted: readonly string[]): void {
  const next = [...after.children];
  const present = [...live.children];
  if (known.length !== present.length) {
    live.replaceChildren(...next);
    return;
  }
  let first = 0;
  while (first < known.length && first < wanted.length && known[first] === wanted[first]) first += 1;
  let last = 0;
  while (
    last < known.length - first &&
    last < wanted.length - first &&
    known[known.length - 1 - last] === wanted[wanted.length - 1 - last]
  ) {
    last += 1;
  }
  const anchor = present[present.length - last] ?? null;
  for (const gone of present.slice(first, present.length - last)) gone.remove();
  for (const one of next.slice(first, next.length - last)) live.insertBefore(one, anchor);
}

/** What the reader sees first stays where it is, whatever grew or shrank above it. */
function keepingPlace(change: () => void): void {
  const top = (one: Element): number => one.getBoundingClientRect().top;
  const seen = [...document.querySelectorAll("main > *, main section > *")].filter((one) => {
    const box = one.getBoundingClientRect();
    return box.bottom > 0 && box.top < innerHeight;
  });
  const places = seen.map((one) => [one, top(one)] as const);
  const at = scrollY;
  change();
  const kept = places.find(([one]) => one.isConnected);
  if (at === 0) return;
  if (kept === undefined) scrollTo({ top: at, behavior: "instant" });
  else scrollBy({ top: top(kept[0]) - kept[1], behavior: "instant" });
}

async function begin(islands: Iterable<HTMLElement>): Promise<void> {
  for (const element of islands) {
    const source = element.dataset["islandSrc"];
    if (source === undefined || element.dataset["islandState"] !== undefined || element.id === "preview") continue;
    element.dataset["islandState"] = "loading";
    const module: unknown = await import(source);
    if (typeof module === "object" && module !== null && "mount" in module && typeof module.mount === "function") {
      await module.mount(element);
      element.dataset["islandState"] = "ready";
    }
  }
}

function takeOver(known: Known | null, after: Document): Known {
  const wanted = meanings(after);
  keepingPlace(() => {
    for (const selector of PARTS) {
      const live = document.querySelector(selector);
      const now = after.querySelector(selector);
      if (live === null || now === null) {
        if (live !== now) location.reload();
        continue;
      }
      renew(live, known?.get(selector) ?? [], now, wanted.get(selector) ?? []);
    }
    document.title = after.title;
  });
  return wanted;
}

export async function mount(bar: HTMLElement): Promise<void> {
  const words = bar.dataset["stopped"] ?? "";
  const say = (text: string): void => {
    const place = document.querySelector("#preview-said");
    if (place !== null && place.textContent !== text) place.textContent = text;
  };
  const hideButtons = (): void => {
    for (const button of bar.querySelectorAll<HTMLElement>("[data-without-script]")) button.hidden = true;
  };
  hideButtons();
  bar.addEventListener("change", (event) => {
    if (event.target instanceof HTMLSelectElement) event.target.form?.requestSubmit();
  });
  let edition = bar.dataset["edition"] ?? "";
  let known: Known | null = null;
  let wasStopped = false;
  const first = await drawn().catch(() => null);
  if (first !== null && first.isThere && !first.isElsewhere && first.edition === edition) known = meanings(first.page);
  void follow();

  async function follow(): Promise<void> {
    for (;;) {
      await visible();
      try {
        const answer = await fetch(`/preview/wait?edition=${encodeURIComponent(edition)}`, { cache: "no-store" });
        const news: unknown = await answer.json();
        if (typeof news !== "object" || news === null || !("edition" in news) || !("stopping" in news)) continue;
        if (news.stopping === true) throw new Error("the preview stops");
        if (typeof news.edition !== "string") continue;
        if (wasStopped || news.edition !== edition) say("");
        wasStopped = false;
        if (news.edition === edition) continue;
        const next = await drawn();
        if (next.isElsewhere) {
          location.assign(next.address);
          return;
        }
        if (!next.isThere) {
          // Its file is being renamed, or taken out of the list: the page waits for it to come back.
          say(bar.dataset["gone"] ?? "");
          edition = news.edition;
          known = null;
          continue;
        }
        known = takeOver(known, next.page);
        edition = next.edition;
        bar.dataset["edition"] = edition;
        hideButtons();
        await begin(document.querySelectorAll<HTMLElement>("[data-island]"));
      } catch {
        say(words);
        wasStopped = true;
        await pause(RETRY_MS);
      }
    }
  }
}
