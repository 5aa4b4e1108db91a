// The time left in a section, second by second. Without script the page says until when, and how much was left as it was opened.
// <div data-island="time-left" data-seconds="1380" data-at="/runs/…/units/…?time=left" data-words="{left} left" data-soon="5 minutes left."
//   data-last="1 minute left." data-over="Your time is over." data-unsure="The time that this page knows of is over, and …">
//   <p data-running><span data-until>Until 2:32 pm</span> <span data-left>(23 minutes left when this page was opened)</span></p>
//   <p data-running>…</p><p class="vh" role="status" data-said></p></div>
//
// The device is never asked what time it is: what counts is how long ago the server answered. The end may move, and a device
// that slept may not have counted: the server is asked when the page is looked at again, when the connection is back, and
// before the page says that the time is over. It answers with <p data-time="93">Until 2:32 pm</p>, as beside an activity that
// it draws again. Once it has said that the time is over, nothing is left that hands in.

const SOON_S = 300;
const LAST_S = 60;
const MINUTE_S = 60;
const HOUR_S = 3600;
const MORE_S = 5; // by which the time grew: not only rounded
const TICK_MS = 500;

export function mount(element: HTMLElement): void {
  const until = element.querySelector<HTMLElement>("[data-until]");
  const shown = element.querySelector<HTMLElement>("[data-left]");
  const said = element.querySelector<HTMLElement>("[data-said]");
  const { seconds = "", at = "", words = "", soon = "", last = "", over = "", unsure = "" } = element.dataset;
  let whole = Number(seconds); // left at `since`
  let since = answeredAt();
  if (!until || !shown || !said || !(whole > 0)) return;
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  let before = whole;
  let isOver = false; // the server said so
  let isAsked = false; // whether the time shown is over

  const tick = (): void => {
    if (isOver) return;
    const left = Math.max(0, Math.ceil(whole - (performance.now() - since) / 1000));
    const text = words.replace("{left}", written(left, calm.matches));
    if (shown.textContent !== text) shown.textContent = text;
    if (left === 0 && !isAsked) {
      isAsked = true;
      void ask();
    } else if (left > 0 && before > LAST_S && left <= LAST_S) said.textContent = last;
    else if (left > LAST_S && before > SOON_S && left <= SOON_S) said.textContent = soon;
    before = left;
  };

  /** Takes what the server says of the time. False: it says nothing of it. */
  const take = (answer: ParentNode): boolean => {
    const time = answer.querySelector<HTMLElement>("[data-time]");
    const left = Number(time?.dataset["time"] || "?");
    if (!time || !(left >= 0)) return false;
    const isMore = left > Math.max(0, whole - (performance.now() - since) / 1000) + MORE_S;
    [whole, since, isOver, isAsked] = [left, performance.now(), left === 0, left === 0];
    const told = time.textContent ?? "";
    show(isOver);
    for (const one of element.querySelectorAll<HTMLElement>("[data-running]")) one.hidden = isOver;
    close(isOver, over);
    if (isOver) [shown.textContent, said.textContent] = ["", told];
    else until.textContent = told;
    if (isMore) [said.textContent, before] = [told, left];
    tick();
    return true;
  };

  /** Whether the time is over, for what is seen. */
  const show = (is: boolean): void => {
    element.classList.toggle("notice--warn", is);
    element.classList.toggle("notice--plain", !is);
    said.classList.toggle("vh", !is);
  };

  const ask = async (): Promise<void> => {
    try {
      const answer = await fetch(at, { headers: { Accept: "application/json" }, cache: "no-store" });
      const told: unknown = answer.ok && !answer.redirected ? await answer.json() : null;
      if (isTold(told) && take(new DOMParser().parseFromString(told.html, "text/html"))) return;
    } catch {
      // No connection: the page says until when.
    }
    if (!isAsked) return;
    show(true);
    said.textContent = unsure;
  };

  tick();
  setInterval(tick, TICK_MS);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") void ask();
  });
  addEventListener("online", () => void ask());
  document.addEventListener("drawn-again", (event) => {
    if (event instanceof CustomEvent && event.detail instanceof Document) take(event.detail);
  });
}

/** Takes away what hands in, and says why where the attempts that are left were told; or puts it back. */
function close(isOver: boolean, words: string): void {
  for (const said of document.querySelectorAll("[data-time-over]")) said.remove();
  for (const form of document.querySelectorAll<HTMLElement>('form[action*="/submissions"]')) {
    const buttons = form.querySelectorAll<HTMLElement>("[type=submit]");
    for (const button of buttons) button.hidden = isOver;
    const attempts = form.querySelector<HTMLElement>(".quiz__actions > .right");
    if (!attempts || buttons.length === 0) continue;
    attempts.hidden = isOver;
    if (!isOver) continue;
    const said = document.createElement("p");
    [said.className, said.textContent, said.dataset["timeOver"]] = [attempts.className, words, ""];
    attempts.after(said);
  }
}

type Told = { html: string };

function isTold(value: unknown): value is Told {
  return typeof value === "object" && value !== null && "html" in value && typeof value.html === "string";
}

/** When the server's answer began to arrive, on the clock of `performance.now()`. */
function answeredAt(): number {
  const [page] = performance.getEntriesByType("navigation");
  return page instanceof PerformanceNavigationTiming ? page.responseStart : performance.now();
}

/** `23:05`, `1:59:58`; `calm`: whole minutes, as nothing on the page should move that need not. */
function written(left: number, calm: boolean): string {
  if (calm) return left > MINUTE_S ? `${Math.ceil(left / MINUTE_S)}\u00a0min` : `${left}\u00a0s`;
  const two = (value: number): string => String(value).padStart(2, "0");
  const [hours, minutes, rest] = [Math.floor(left / HOUR_S), Math.floor((left % HOUR_S) / MINUTE_S), two(left % MINUTE_S)];
  return hours > 0 ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`;
}
