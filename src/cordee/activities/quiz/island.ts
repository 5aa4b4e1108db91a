// Hands a quiz in without reloading the page. The server draws the activity again and the section is replaced; without
// script, or when anything is unusual, the form posts as it always did; but never while that would lose what was typed.
// The page is the state: nothing is kept here (what is typed and not handed in is kept by learning/islands/drafts.ts).

import { drawAgain } from "../../ui/drawn-again";

type Drawn = { html: string };

function isDrawn(value: unknown): value is Drawn {
  return typeof value === "object" && value !== null && "html" in value && typeof value.html === "string";
}

export function mount(element: HTMLElement): void {
  if (!(element instanceof HTMLFormElement)) return;
  element.addEventListener("submit", (event) => {
    event.preventDefault();
    void handIn(element, event.submitter);
  });
  element.addEventListener("input", () => element.closest("section")?.querySelector(EMPTY)?.remove());
  for (const spot of element.querySelectorAll<HTMLElement>("[data-spot]")) mountSpot(spot);
  for (const choice of element.querySelectorAll<HTMLElement>("[data-blanks] .choice")) mountBlanks(choice);
}

const EMPTY = "[data-nothing-answered]"; // the notice that nothing was answered: over once something is

const SIGNED_OUT = new Set([401, 403]); // no session, or a token of an earlier one

async function handIn(form: HTMLFormElement, submitter: HTMLElement | null, renewed = false): Promise<void> {
  if (form.getAttribute("aria-busy") === "true") return;
  const idle = busy(form, submitter);
  form.querySelector("[data-quiz-unsent]")?.remove();
  try {
    const response = await fetch(form.action, {
      method: "POST",
      body: new FormData(form, submitter), // the button of hints is part of what is asked
      headers: { Accept: "application/json" },
    });
    if (response.status >= 500) {
      mayHaveArrived(form);
      keep(form, submitter);
      return;
    }
    if (SIGNED_OUT.has(response.status) && !renewed) {
      keepForSignIn(form, submitter);
      return;
    }
    if (response.redirected || !(response.headers.get("Content-Type") ?? "").startsWith("application/json")) {
      form.submit(); // refused: the server explains on a page of its own; the form id counts once
      return;
    }
    const drawn: unknown = await response.json();
    if (isDrawn(drawn)) show(form, drawn.html, answerTo(submitter));
    else form.submit();
  } catch {
    mayHaveArrived(form);
    keep(form, submitter);
  } finally {
    idle();
  }
}

/** Marks the form and its button as busy; the size of the button stays. Gives back what undoes it. */
function busy(form: HTMLFormElement, submitter: HTMLElement | null): () => void {
  const isSeen = submitter !== null && !submitter.matches("[data-quiz-enter]");
  const button = isSeen ? submitter : form.querySelector<HTMLElement>(".quiz__actions button[type=submit], .btn[type=submit]:not([name])");
  const words = button?.textContent ?? "";
  const width = button?.getBoundingClientRect().width ?? 0;
  form.setAttribute("aria-busy", "true");
  if (button) {
    button.setAttribute("aria-busy", "true");
    button.style.minWidth = `${width}px`;
    button.textContent = form.dataset["sending"] ?? words;
  }
  return () => {
    form.removeAttribute("aria-busy");
    if (!button) return;
    button.removeAttribute("aria-busy");
    button.style.minWidth = "";
    button.textContent = words;
  };
}

/** Where the answer to another button than the one that hands in stands: the newest hint, the thanks; "" for that one. */
function answerTo(submitter: HTMLElement | null): string {
  if (!(submitter instanceof HTMLButtonElement)) return "";
  if (submitter.name === "hint") return "[data-newest]";
  return submitter.name === "unhelped" ? `[data-thanked="${CSS.escape(submitter.value)}"]` : "";
}

/** Puts the activity as the server drew it in the place of the old one, and moves to what it says. */
function show(form: HTMLFormElement, html: string, asked: string): void {
  const old = form.closest("section");
  const section = old && drawAgain(old, html, { own: { quiz: mount } });
  if (!section) {
    form.submit();
    return;
  }
  if (!section.querySelector('[role="alert"]')) for (const stale of document.querySelectorAll(EMPTY)) stale.remove();
  const outcomes = section.querySelectorAll<HTMLElement>('[role="status"]:not([data-island])'); // not the line of the draft
  const said =
    section.querySelector<HTMLElement>('[role="alert"]') ??
    (asked === "" ? null : section.querySelector<HTMLElement>(asked)) ??
    outcomes[outcomes.length - 1] ?? section;
  if (!said.hasAttribute("tabindex")) said.tabIndex = -1;
  said.focus();
}

/** The answer to this sending was lost, not always the sending: whatever comes next, its form id must stay. */
function mayHaveArrived(form: HTMLFormElement): void {
  form.dataset["quizSent"] = "";
}

/** Says that nothing was sent; the answer stays in the form, and one button sends it again. */
function keep(form: HTMLFormElement, submitter: HTMLElement | null): void {
  tell(form, form.dataset["offline"] ?? "", () => void handIn(form, submitter));
}

/** The same once the session has ended: signing in happens in another tab, and this form then takes the new token. */
function keepForSignIn(form: HTMLFormElement, submitter: HTMLElement | null): void {
  const signIn = document.createElement("a");
  signIn.href = form.dataset["signIn"] ?? "";
  signIn.target = "_blank";
  signIn.rel = "noopener";
  signIn.textContent = form.dataset["signInWords"] ?? "";
  tell(form, form.dataset["signedOut"] ?? "", () => void renewAndHandIn(form, submitter), signIn);
}

async function renewAndHandIn(form: HTMLFormElement, submitter: HTMLElement | null): Promise<void> {
  if (form.getAttribute("aria-busy") === "true") return;
  const idle = busy(form, submitter);
  let then = keep;
  try {
    const page = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (page.status >= 500) return;
    const html = page.ok && !page.redirected ? await page.text() : "";
    const renewed = renew(form, new DOMParser().parseFromString(html, "text/html"));
    then = renewed ? (...known) => void handIn(...known, true) : keepForSignIn;
  } catch {
    // The connection is gone: `keep` says so.
  } finally {
    idle();
    form.querySelector("[data-quiz-unsent]")?.remove();
    then(form, submitter);
  }
}

/** Takes what the session gives out anew from this page as it would be opened now: its token, and the id of this form. */
function renew(form: HTMLFormElement, page: Document): boolean {
  const twin = [...page.forms].find((one) => one.getAttribute("action") === form.getAttribute("action"));
  const token = twin?.querySelector<HTMLInputElement>("[name=csrfmiddlewaretoken]");
  const id = twin?.querySelector<HTMLInputElement>("[name=form_id]");
  if (!token || !id) return false;
  // Every form of this page holds the old token.
  for (const old of document.querySelectorAll<HTMLInputElement>("[name=csrfmiddlewaretoken]")) old.value = token.value;
  const known = form.querySelector<HTMLInputElement>("[name=form_id]");
  if (known && form.dataset["quizSent"] === undefined) known.value = id.value;
  return true;
}

function tell(form: HTMLFormElement, said: string, retry: () => void, link?: HTMLAnchorElement): void {
  const notice = document.createElement("div");
  notice.className = "notice notice--bad";
  notice.setAttribute("role", "alert");
  notice.dataset["quizUnsent"] = "";
  notice.tabIndex = -1;
  const inside = document.createElement("div");
  const words = document.createElement("p");
  words.append(said);
  if (link) words.append(" ", link);
  const again = document.createElement("button");
  again.type = "button";
  again.className = "btn btn--secondary";
  again.textContent = form.dataset["retry"] ?? "";
  again.addEventListener("click", retry);
  inside.append(words, again);
  notice.append(inside);
  const buttons = form.querySelector("[data-quiz-buttons]"); // of a kind whose buttons do not end the form
  if (buttons) buttons.after(notice);
  else form.append(notice);
  notice.focus();
}

const LARGE_STEPS = 10;
const STEPS_ACROSS = 100;

/** A press on the image, or the arrow keys on it, moves the cross; the two fields say and take its place. */
function mountSpot(spot: HTMLElement): void {
  const image = spot.querySelector<HTMLInputElement>("input[type=image]");
  const marks = spot.querySelector<SVGSVGElement>(".spot__marks");
  const cross = spot.querySelector<SVGGElement>(".spot__cross");
  const [across, down] = spot.querySelectorAll<HTMLInputElement>(".spot__fields input");
  if (!image || !marks || !cross || !across || !down) return;
  const size = (): { width: number; height: number } => {
    const shown = image.getBoundingClientRect();
    return {
      width: Number(image.getAttribute("width")) || shown.width,
      height: Number(image.getAttribute("height")) || shown.height,
    };
  };
  if (image.hasAttribute("width") && image.hasAttribute("height")) {
    marks.setAttribute("viewBox", `0 0 ${size().width} ${size().height}`);
    spot.classList.add("spot--fits");
  }
  spot.querySelector<HTMLElement>("[data-spot-keys]")?.removeAttribute("hidden");
  const place = (): [number, number] | null => {
    const typed = [across.value, down.value].map((text) => (/^\d{1,6}$/.test(text.trim()) ? Number(text) : -1));
    const [x, y] = [typed[0] ?? -1, typed[1] ?? -1];
    return x < 0 || y < 0 ? null : [x, y];
  };
  const draw = (): void => {
    const at = place();
    if (at) cross.setAttribute("transform", `translate(${at[0]} ${at[1]})`);
    if (at) cross.removeAttribute("visibility");
    else cross.setAttribute("visibility", "hidden");
  };
  const move = (x: number, y: number): void => {
    const { width, height } = size();
    across.value = String(Math.round(Math.min(Math.max(x, 0), width)));
    down.value = String(Math.round(Math.min(Math.max(y, 0), height)));
    draw();
    const said = spot.querySelector<HTMLElement>("[data-spot-said]");
    if (said) said.textContent = (said.dataset["spotSaid"] ?? "").replace("{x}", across.value).replace("{y}", down.value);
  };
  image.addEventListener("click", (event) => {
    event.preventDefault();
    const shown = image.getBoundingClientRect();
    const { width, height } = size();
    if (event.detail > 0) {
      move(((event.clientX - shown.left) / shown.width) * width, ((event.clientY - shown.top) / shown.height) * height);
    } else if (!place()) {
      move(width / 2, height / 2); // pressed by a key
    }
  });
  image.addEventListener("keydown", (event) => {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!way || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const { width, height } = size();
    const step = Math.max(1, Math.round(width / STEPS_ACROSS)) * (event.shiftKey ? LARGE_STEPS : 1);
    const [x, y] = place() ?? [width / 2, height / 2];
    move(x + step * (way[0] ?? 0), y + step * (way[1] ?? 0));
  });
  for (const field of [across, down]) {
    field.addEventListener("input", draw);
    field.addEventListener("change", draw); // what was kept in the tab is put back
  }
  draw();
}

/** Writing a number in a choice makes that choice. */
function mountBlanks(choice: HTMLElement): void {
  const button = choice.querySelector<HTMLInputElement>("input[type=radio], input[type=checkbox]");
  for (const field of choice.querySelectorAll<HTMLInputElement>("input[type=text]")) {
    field.addEventListener("input", () => {
      if (button && field.value.trim() !== "") button.checked = true;
    });
  }
}
