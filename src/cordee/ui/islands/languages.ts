// Changing the language leads back to the same place of the page (`#q1-time`), which only the browser knows.
// Without script the switch leads to the top of the same page.

export function mount(element: HTMLElement): void {
  const next = element.querySelector<HTMLInputElement>("input[name=next]");
  const before = next?.value ?? "";
  element.addEventListener("click", () => {
    if (next !== null) next.value = before + location.hash;
    for (const link of element.querySelectorAll("a")) link.hash = location.hash;
  });
}
