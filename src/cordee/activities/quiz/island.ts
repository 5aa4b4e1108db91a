// Hands a quiz in without reloading the page. The server draws the activity again and the section is replaced; without
// script, or when anything is unusual, the form posts as it always did. The page is the state: nothing is kept here.

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

async function handIn(form: HTMLFormElement, submitter: HTMLElement | null): Promise<void> {
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
      keep(form, submitter);
      return;
    }
    if (response.redirected || !(response.headers.get("Content-Type") ?? "").startsWith("application/json")) {
      form.submit(); // signed out, or refused: the server explains on a page of its own; the form id counts once
      return;
    }
    const drawn: unknown = await response.json();
    if (isDrawn(drawn)) show(form, drawn.html);
    else form.submit();
  } catch {
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

/** Says that nothing was sent; the answer stays in the form, and one button sends it again. */
function keep(form: HTMLFormElement, submitter: HTMLElement | null): void {
  const notice = document.createElement("div");
  notice.className = "notice notice--bad";
  notice.setAttribute("role", "alert");
  notice.dataset["quizUnsent"] = "";
  notice.tabIndex = -1;
  const inside = document.createElement("div");
  const words = document.createElement("p");
  words.textContent = form.dataset["offline"] ?? "";
  const again = document.createElement("button");
  again.type = "button";
  again.className = "btn btn--secondary";
  again.textContent = form.dataset["retry"] ?? "";
  again.addEventListener("click", () => void handIn(form, submitter));
  inside.append(words, again);
  notice.append(inside);
  form.append(notice);
  notice.focus();
}
