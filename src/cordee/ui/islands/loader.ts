// Which parts of this page want a script? Each element with `data-island` names its module in `data-island-src`;
// the page works without any of them.

/** What every island's module exports. */
interface Island {
  mount(element: HTMLElement): void | Promise<void>;
}

function isIsland(value: unknown): value is Island {
  return typeof value === "object" && value !== null && "mount" in value && typeof value.mount === "function";
}

async function start(element: HTMLElement): Promise<void> {
  const source = element.dataset["islandSrc"];
  if (source === undefined || element.dataset["islandState"] !== undefined) return;
  element.dataset["islandState"] = "loading";
  try {
    const module: unknown = await import(source);
    if (!isIsland(module)) throw new TypeError(`${source} exports no mount()`);
    await module.mount(element);
    element.dataset["islandState"] = "ready";
  } catch (error) {
    // The page stays as the server made it: whole and usable.
    element.dataset["islandState"] = "failed";
    console.error(error);
  }
}

for (const element of document.querySelectorAll<HTMLElement>("[data-island]")) void start(element);
