// Hands a quiz in without reloading the page. The server draws the activity again and the section is replaced; without
// script, or when anything is unusual, the form posts as it always did; but never while that would lose what was typed.
// The page is the state: nothing is kept here.

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
}

const SIGNED_OUT = new Set([401, 403]); // no session, or a token of an earlier one

async function handIn(form: HTMLFormElement, submitter: HTMLElement | null, renewed = false): Promise<void> {
  if (form.getAttribute("aria-busy") === "true") return;
  const idle = busy(form, submitter);
  form.querySelector("[data-quiz-unsent]")?.remove();
  try {
    const response = await fetch(form.action, {
      method: "POST",
      body: new FormData(form),
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
    if (isDrawn(drawn)) show(form, drawn.html);
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
  const button = submitter ?? form.querySelector<HTMLElement>("button[type=submit]");
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

/** Puts the activity as the server drew it in the place of the old one, and moves to what it says. */
function show(form: HTMLFormElement, html: string): void {
  const old = form.closest("section");
  const fresh = new DOMParser().parseFromString(html, "text/html").querySelector("section");
  if (!old || !fresh) {
    form.submit();
    return;
  }
  const section = document.importNode(fresh, true);
  old.replaceWith(section);
  for (const inner of section.querySelectorAll<HTMLElement>('[data-island="quiz"]')) {
    inner.dataset["islandState"] = "ready";
    mount(inner);
  }
  const outcomes = section.querySelectorAll<HTMLElement>('[role="status"]');
  const said = section.querySelector<HTMLElement>('[role="alert"]') ?? outcomes[outcomes.length - 1] ?? section;
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
  form.append(notice);
  notice.focus();
}
