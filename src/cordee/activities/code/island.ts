// Waits for a worker: asks for the activity until its program is judged, then puts it in the place of the old one.
// Without script a link asks once. What is typed meanwhile stays in the editor. While nobody answers, or the session has ended,
// `data-cut` or `data-signed-out` says so, and it goes on asking.

import { drawAgain } from "../../ui/drawn-again";

const FIRST_MS = 150;
const LONGEST_MS = 3000;
const SLOWER = 1.3;
const FAILURES = 4; // in a row, before anything is said: about a second

type State = { html: string; waits: boolean };

function isState(value: unknown): value is State {
  return typeof value === "object" && value !== null && "html" in value && typeof value.html === "string" && "waits" in value;
}

export async function mount(element: HTMLElement): Promise<void> {
  const section = element.closest("section");
  if (!section) return;
  let failed = 0;
  for (let pause = FIRST_MS; section.isConnected; pause = Math.min(pause * SLOWER, LONGEST_MS)) {
    await new Promise((resolve) => setTimeout(resolve, pause));
    const state = await ask(element.dataset["activity"] ?? "");
    if (state === "over") return; // the unit is closed: the link in the page says why
    failed = state === "later" ? failed + 1 : 0;
    tell(element, state === "out" ? "signedOut" : failed >= FAILURES ? "cut" : "");
    if (typeof state === "object" && !state.waits && section.isConnected) {
      show(section, state.html);
      return;
    }
  }
}

/** One line in the status region, with the way to sign in; none once it works again. */
function tell(element: HTMLElement, what: "signedOut" | "cut" | ""): void {
  const there = element.querySelector<HTMLElement>("[data-trouble]");
  if ((there?.dataset["trouble"] ?? "") === what) return;
  there?.remove();
  if (what === "") return;
  const line = document.createElement("p");
  line.dataset["trouble"] = what;
  line.append(element.dataset[what] ?? "");
  if (what === "signedOut") {
    const link = document.createElement("a");
    const back = `${location.pathname}#${element.dataset["activity"] ?? ""}`;
    link.href = `${element.dataset["signIn"] ?? ""}?${new URLSearchParams({ next: back }).toString()}`;
    link.target = "_blank";
    link.rel = "noopener";
    link.textContent = element.dataset["signInWords"] ?? "";
    line.append(" ", link);
  }
  element.lastElementChild?.append(line);
}

async function ask(activity: string): Promise<State | "later" | "out" | "over"> {
  try {
    const url = new URL(location.href);
    url.hash = "";
    url.search = new URLSearchParams({ only: activity }).toString();
    const response = await fetch(url, { headers: { Accept: "application/json" } });
    if (response.status >= 500) return "later";
    if (response.status === 401) return "out";
    if (!response.ok || response.redirected) return "over";
    const state: unknown = await response.json();
    return isState(state) ? state : "over";
  } catch {
    return "later"; // the connection is cut: it comes back, and the program is judged all the same
  }
}

/** The new section with the editors of the old one, so that nobody loses a word, a place or a key pressed meanwhile. */
function show(section: HTMLElement, html: string): void {
  const active = document.activeElement;
  const hadFocus = active instanceof HTMLElement && section.contains(active) && active.closest(".editor, .ide__input") !== null;
  const fresh = drawAgain(section, html, { keep: (drawn) => keepEditors(section, drawn) });
  if (!fresh) return;
  if (hadFocus) {
    active.focus({ preventScroll: true }); // they write on: the new section tells by its live regions
    return;
  }
  const said = fresh.querySelector<HTMLElement>(".ide__ran, .ide__res, .notice") ?? fresh;
  if (!said.hasAttribute("tabindex")) said.tabIndex = -1;
  said.focus({ preventScroll: true });
  said.scrollIntoView({ block: "nearest" });
}

function keepEditors(section: HTMLElement, drawn: HTMLElement): void {
  for (const field of section.querySelectorAll<HTMLTextAreaElement>("textarea[id]")) {
    const twin = drawn.querySelector<HTMLTextAreaElement>(`#${CSS.escape(field.id)}`);
    if (!twin) continue;
    const [mine, theirs] = [field.closest<HTMLElement>(".editor"), twin.closest<HTMLElement>(".editor")];
    const [typed, isOfIt] = [field.value, field.defaultValue === twin.defaultValue];
    field.defaultValue = twin.defaultValue;
    field.value = typed; // a field that nobody wrote into would follow its default
    if (!mine || !theirs) {
      twin.replaceWith(field);
      continue;
    }
    theirs.replaceWith(mine);
    mine.dataset["marks"] = (isOfIt && theirs.dataset["marks"]) || "[]"; // no lines of a program from another tab
  }
}
