// Choosing the appearance without leaving the page: whatever is being typed stays. Without script the form posts.

export function mount(element: HTMLElement): void {
  if (!(element instanceof HTMLFormElement)) return;
  element.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (!(button instanceof HTMLButtonElement)) return;
    event.preventDefault();
    void choose(element, button);
  });
}

async function choose(form: HTMLFormElement, button: HTMLButtonElement): Promise<void> {
  try {
    const response = await fetch(form.action, {
      method: "POST",
      body: new FormData(form, button),
      redirect: "manual", // the answer leads back to this page, which is here already
      keepalive: true, // the choice is kept even when the reader goes on at once
    });
    if (response.type !== "opaqueredirect") throw new TypeError(`the theme was not kept: ${response.status}`);
  } catch {
    const chosen = document.createElement("input");
    chosen.type = "hidden";
    chosen.name = button.name;
    chosen.value = button.value;
    form.append(chosen);
    form.submit();
    return;
  }
  if (button.value === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = button.value;
  for (const one of form.querySelectorAll<HTMLButtonElement>("button[name=theme]")) {
    one.setAttribute("aria-pressed", String(one === button));
  }
}
