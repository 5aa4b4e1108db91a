// A menu is a <details> that opens without script; this closes it as people expect: Escape, a click elsewhere, leaving it.

export function mount(element: HTMLElement): void {
  if (!(element instanceof HTMLDetailsElement)) return;
  const button = element.querySelector("summary");

  element.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !element.open) return;
    element.open = false;
    button?.focus();
  });
  element.addEventListener("focusout", (event) => {
    const next = event.relatedTarget;
    if (next instanceof Node && !element.contains(next)) element.open = false;
  });
  document.addEventListener("pointerdown", (event) => {
    if (event.target instanceof Node && !element.contains(event.target)) element.open = false;
  });
}
