// A section that the server drew again takes the place of the one in the page, and its islands start. What the server sent
// beside it is told to the page: `drawn-again`, with the whole answer as a document in `detail`.

type Island = { mount(element: HTMLElement): void | Promise<void> };

function isIsland(value: unknown): value is Island {
  return typeof value === "object" && value !== null && "mount" in value && typeof value.mount === "function";
}

/** How the new section is made: `keep` may put what is to stay of the old one into it, before anything starts; `own` are
 * islands of who asks, by name, which start at once: others bring their own module, a moment later. */
type How = { keep?: (section: HTMLElement) => void; own?: Readonly<Record<string, (element: HTMLElement) => void>> };

/** The new section, in its place; null when the server sent something else, and nothing changed. */
export function drawAgain(old: HTMLElement, html: string, { keep, own = {} }: How = {}): HTMLElement | null {
  const answer = new DOMParser().parseFromString(html, "text/html");
  const fresh = answer.querySelector("section");
  if (!fresh) return null;
  const section = document.importNode(fresh, true);
  keep?.(section);
  old.replaceWith(section);
  for (const inner of section.querySelectorAll<HTMLElement>("[data-island]:not([data-island-state])")) void start(inner, own);
  document.dispatchEvent(new CustomEvent("drawn-again", { detail: answer }));
  return section;
}

async function start(inner: HTMLElement, own: Required<How>["own"]): Promise<void> {
  inner.dataset["islandState"] = "ready"; // the loader passes it over
  const mount = own[inner.dataset["island"] ?? ""];
  if (mount) {
    mount(inner);
    return;
  }
  const module: unknown = await import(inner.dataset["islandSrc"] ?? "");
  if (isIsland(module)) await module.mount(inner);
}
