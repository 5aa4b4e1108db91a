// What is typed and not handed in stays in this tab: it outlives a reload, Back and another language of the page.
// <form …><input type="hidden" name="form_id" value="…">…<p data-island="drafts" data-kept="…" data-restored="…" role="status" hidden></p></form>
//
// `data-changed="…"`: what the server drew is handed in, and waits for its verdict. `data-unsent`: it was sent from here and
// not taken. A field with `data-aside` is kept and is no part of the answer. What has `data-of-another` is shown when the form
// is not as the server drew it: what is said below is of that other answer.
//
// A form's id is that of one attempt of one learner at one activity. It is the key, so that nobody else who signs in in
// this tab finds the draft, and a draft is gone once its attempt is handed in: the next form has another id.

type Field = { name: string; value: string; on?: boolean; index?: number };
type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

const PREFIX = "cordee-draft ";
const NOT_TYPED = new Set(["hidden", "submit", "button", "reset", "image", "file", "password"]);

export function mount(element: HTMLElement): void {
  const form = element.closest("form");
  const id = form?.querySelector<HTMLInputElement>("input[name=form_id]")?.value ?? "";
  if (!form || id === "") return;
  const variant = form.querySelector<HTMLInputElement>("input[name=variant]")?.value ?? "";
  const place = `${PREFIX}${new URL(form.action).pathname} `;
  const key = `${place}${id} ${variant}`;
  const store = storage();
  if (!store) return;
  // Handed in meanwhile, or of somebody who signed in before.
  for (const old of Object.keys(store)) if (old.startsWith(place) && !old.startsWith(`${place}${id} `)) store.removeItem(old);

  const asides = new Set(controlsOf(form).flatMap((one) => (one.dataset["aside"] === undefined ? [] : [one.name])));
  const isSame = (one: string, other: string): boolean => answered(one, asides) === answered(other, asides);
  const say = (words: string | undefined): void => {
    if (!element.hidden && element.textContent === words) return; // said once
    element.hidden = words === undefined;
    element.textContent = words ?? "";
  };
  const { kept: words, changed, restored } = element.dataset;
  const drawn = JSON.stringify(fieldsOf(form, true));
  const kept = store.getItem(key);
  const isUnsent = element.dataset["unsent"] !== undefined || (kept === drawn && changed === undefined); // drawn from here
  const put = (now: string): void => {
    try {
      if (now === drawn && !isUnsent) store.removeItem(key);
      else store.setItem(key, now);
    } catch {
      say(undefined); // the tab is full: nothing is promised
      return;
    }
    say(isSame(now, drawn) && !isUnsent ? undefined : (changed ?? words));
  };
  if (kept !== null && controlsOf(form).length > 0) {
    if (kept !== JSON.stringify(fieldsOf(form))) putBack(form, kept);
    if (!isSame(kept, drawn)) say(changed ?? restored);
    else if (isUnsent) say(words);
  }
  let last = JSON.stringify(fieldsOf(form));
  if (kept === null && (isUnsent || last !== drawn)) put(last); // not taken, or typed while the section was drawn anew
  if (!isSame(last, drawn)) for (const one of form.querySelectorAll<HTMLElement>("[data-of-another]")) one.hidden = false;
  const keep = (): void => {
    const now = JSON.stringify(fieldsOf(form));
    if (now === last) return;
    last = now;
    put(now);
  };
  form.addEventListener("input", keep);
  form.addEventListener("change", keep);
  form.addEventListener("click", keep); // a press on an image writes its fields
}

/** None where the browser refuses it. */
function storage(): Storage | null {
  try {
    return window.sessionStorage;
  } catch {
    return null;
  }
}

function controlsOf(form: HTMLFormElement): Control[] {
  return [...form.querySelectorAll<Control>("input, select, textarea")].filter(
    (one) => one.name !== "" && !one.disabled && !NOT_TYPED.has(one.type) && !("readOnly" in one && one.readOnly),
  );
}

/** `asDrawn`: a text as the server wrote it, also where something else stands in its field already. */
function fieldsOf(form: HTMLFormElement, asDrawn = false): Field[] {
  return controlsOf(form).map((one) => {
    const field: Field = { name: one.name, value: asDrawn && one instanceof HTMLTextAreaElement ? one.defaultValue : one.value };
    if (isTicked(one)) field.on = one.checked;
    if (one instanceof HTMLSelectElement) field.index = one.selectedIndex;
    return field;
  });
}

function isTicked(control: Control): control is HTMLInputElement {
  return control.type === "radio" || control.type === "checkbox";
}

/** Into the same fields, whatever their order is now; a line of a menu by its words, else by its place. */
function putBack(form: HTMLFormElement, kept: string): void {
  const fields = read(kept);
  for (const control of controlsOf(form)) {
    const field = fields.find((one) => one.name === control.name && (!isTicked(control) || one.value === control.value));
    if (!field) continue;
    if (isTicked(control)) control.checked = field.on ?? false;
    else control.value = field.value;
    if (control instanceof HTMLSelectElement && control.selectedIndex < 0) control.selectedIndex = field.index ?? 0;
    if (!isTicked(control)) control.dispatchEvent(new Event("change"));
  }
}

function answered(kept: string, asides: ReadonlySet<string>): string {
  return JSON.stringify(read(kept).filter((one) => !asides.has(one.name)));
}

function read(kept: string): Field[] {
  try {
    const found: unknown = JSON.parse(kept);
    return Array.isArray(found) ? found.filter(isField) : [];
  } catch {
    return [];
  }
}

function isField(value: unknown): value is Field {
  return (
    typeof value === "object" && value !== null &&
    "name" in value && typeof value.name === "string" && "value" in value && typeof value.value === "string"
  );
}
