// The time left in a section, second by second. Without script the page says until when, and how much was left as it was opened.
// <div data-island="time-left" data-seconds="1380" data-ends="1790000000" data-words="{left} left" data-soon="5 minutes left."
//   data-last="1 minute left." data-over="Your time is over. …">…<span data-left>(23 minutes left when this page was opened)</span>…
//   <p class="vh" role="status" data-said></p></div>
//
// The device is never asked what time it is: what counts is how long ago the server answered. One that slept may not have
// counted that, so when the page is looked at again the server is asked: each of its answers bears its date.

const SOON_S = 300;
const LAST_S = 60;
const MINUTE_S = 60;
const TICK_MS = 500;

export function mount(element: HTMLElement): void {
  const shown = element.querySelector<HTMLElement>("[data-left]");
  const said = element.querySelector<HTMLElement>("[data-said]");
  const { seconds = "", ends = "", words = "", soon = "", last = "", over = "" } = element.dataset;
  let whole = Number(seconds); // left at `since`
  let since = answeredAt();
  if (!shown || !said || !(whole > 0)) return;
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  let before = whole;

  const tick = (): void => {
    const left = Math.max(0, Math.ceil(whole - (performance.now() - since) / 1000));
    const text = left === 0 ? "" : words.replace("{left}", written(left, calm.matches));
    if (shown.textContent !== text) shown.textContent = text;
    if (left === 0) {
      if (before === 0) return;
      element.classList.replace("notice--plain", "notice--warn");
      said.classList.remove("vh");
      said.textContent = over;
    } else if (before > LAST_S && left <= LAST_S) said.textContent = last;
    else if (before > SOON_S && left <= SOON_S) said.textContent = soon;
    before = left;
  };
  tick();
  setInterval(tick, TICK_MS);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "visible") return;
    fetch(location.href, { method: "HEAD", cache: "no-store" }).then(
      (answer) => {
        const date = Date.parse(answer.headers.get("date") ?? "");
        if (Number.isNaN(date)) return;
        [whole, since] = [Number(ends) - date / 1000, performance.now()];
        tick();
      },
      () => undefined, // no connection: the page says until when
    );
  });
}

/** When the server's answer began to arrive, on the clock of `performance.now()`. */
function answeredAt(): number {
  const [page] = performance.getEntriesByType("navigation");
  return page instanceof PerformanceNavigationTiming ? page.responseStart : performance.now();
}

/** `23:05`; `calm`: whole minutes, as nothing on the page should move that need not. */
function written(left: number, calm: boolean): string {
  if (calm && left > MINUTE_S) return `${Math.ceil(left / MINUTE_S)}\u00a0min`;
  const [minutes, rest] = [Math.floor(left / MINUTE_S), left % MINUTE_S];
  return calm ? `${left}\u00a0s` : `${minutes}:${String(rest).padStart(2, "0")}`;
}
