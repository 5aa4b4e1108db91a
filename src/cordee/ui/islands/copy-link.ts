// A button that copies an address. It is hidden in the page of the server: without script the address itself is there to read.
// <button type="button" data-island="copy-link" data-copy="https://…" data-done="Link copied" data-failed="…" hidden>…</button>

export function mount(element: HTMLElement): void {
  const address = element.dataset["copy"];
  if (address === undefined || !("clipboard" in navigator)) return;
  const status = document.createElement("span");
  status.setAttribute("role", "status");
  status.className = "vh";
  element.after(status);
  element.hidden = false;
  element.addEventListener("click", () => {
    const tell = (words: string | undefined): void => {
      status.className = "small soft";
      status.textContent = words ?? "";
    };
    navigator.clipboard.writeText(address).then(
      () => tell(element.dataset["done"]),
      () => tell(element.dataset["failed"]),
    );
  });
}
