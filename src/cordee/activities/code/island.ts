// Waits for a worker: asks for the activity until its program is judged, then puts it in the place of the old one.
// Without script a link asks once. What is typed meanwhile stays in the editor.

import { drawAgain } from "../../ui/drawn-again";

const FIRST_MS = 150;
const LONGEST_MS = 3000;
const SLOWER = 1.3;

type State = { html: string; waits: boolean };

function isState(value: unknown): value is State {
  return typeof value === "object" && value !== null && "html" in value && typeof value.html === "string" && "waits" in value;
}

export async function mount(element: HTMLElement): Promise<void> {
  const section = element.closest("section");
  if (!section) return;
  const before = typed(section);
  for (let pause = FIRST_MS; section.isConnected; pause = Math.min(pause * SLOWER, LONGEST_MS)) {
    await new Promise((resolve) => setTimeout(resolve, pause));
    const state = await ask(element.dataset["activity"] ?? "");
    if (state === "over") return; // signed out, or the unit is closed: the link in the page says why
    if (state !== "later" && !state.waits && section.isConnected) {
      show(section, state.html, before);
      return;
    }
  }
}

async function ask(activity: string): Promise<State | "later" | "over"> {
  try {
    const url = new URL(location.href);
    url.hash = "";
    url.search = new URLSearchParams({ only: activity }).toString();
    const response = await fetch(url, { headers: { Accept: "application/json" } });
    if (response.status >= 500) return "later";
    if (!response.ok || response.redirected) return "over";
    const state: unknown = await response.json();
    return isState(state) ? state : "over";
  } catch {
    return "later"; // the connection is cut: it comes back, and the program is judged all the same
  }
}

/** What stands in the fields of a program, by name. */
function typed(section: HTMLElement): Map<string, string> {
  const fields = section.querySelectorAll<HTMLTextAreaElement>("textarea[name]");
  return new Map([...fields].map((field) => [field.name, field.value]));
}

function show(section: HTMLElement, html: string, before: Map<string, string>): void {
  const now = typed(section);
  const hadFocus = section.contains(document.activeElement) && document.activeElement instanceof HTMLTextAreaElement;
  const fresh = drawAgain(section, html);
  if (!fresh) return;
  for (const field of fresh.querySelectorAll<HTMLTextAreaElement>("textarea[name]")) {
    const words = now.get(field.name);
    if (words === undefined || words === before.get(field.name)) continue;
    field.value = words;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  if (hadFocus) return; // they write on: the new section tells by its live regions
  const said = fresh.querySelector<HTMLElement>(".ide__ran, .ide__res, .notice") ?? fresh;
  if (!said.hasAttribute("tabindex")) said.tabIndex = -1;
  said.focus({ preventScroll: true });
  said.scrollIntoView({ block: "nearest" });
}
