// A program is written in an editor instead of a bare field: lines have numbers, words have colours, what is said of a line
// stands under it. Without script the field does the same work.
// <div class="editor" data-island="code-editor" data-island-src="…" data-language="c" data-leave="Esc then Tab leaves the editor"
//   data-marks='[{"line": 10, "column": 9, "level": "error", "text": "…"}]' data-mark-at="Line {line}: {text}">
//   <label for="ID">main.c</label><textarea id="ID" name="program">…</textarea></div>
//
// The field stays what is posted: each change is written to it and told by `input`, and what others write into it (a draft, a
// form that is reset) is taken over when they tell it by `input` or `change`. Marks are of the program that the server drew.

import { closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentLess, indentMore } from "@codemirror/commands";
import { bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { Annotation, type ChangeSpec, Compartment, EditorState, type Extension, Prec, Transaction } from "@codemirror/state";
import { EditorView, type KeyBinding, keymap, lineNumbers } from "@codemirror/view";
import { tagHighlighter, tags } from "@lezer/highlight";
import { StyleModule } from "style-mod";

import { c } from "../c_language";
import { left, type Mark, marks, readMarks, setMarks } from "../marks";

const INDENT = "    ";
const LONGEST_WAIT_MS = 3000;
const LANGUAGES: Readonly<Record<string, Extension>> = { c };
const COLOURS = tagHighlighter([
  { tag: tags.keyword, class: "cm-k" },
  { tag: tags.string, class: "cm-s" },
  { tag: tags.number, class: "cm-n" },
  { tag: tags.comment, class: "cm-c" },
  { tag: tags.function(tags.variableName), class: "cm-f" },
]);
const fromField = Annotation.define<boolean>();

// CodeMirror would write its rules into a <style>, which the site's policy refuses. A sheet made by a script that the policy
// let in is not refused; it stands in a layer below our own rules.
const sheet = new CSSStyleSheet();
const rules = new Set<StyleModule>();
StyleModule.mount = (_root, modules) => {
  for (const one of [modules].flat()) rules.add(one);
  sheet.replaceSync(`@layer layout {${[...rules].map((one) => one.getRules()).join("\n")}}`);
  if (!document.adoptedStyleSheets.includes(sheet)) document.adoptedStyleSheets.push(sheet);
};

export async function mount(element: HTMLElement): Promise<void> {
  const field = element.querySelector("textarea");
  if (!field) return;
  await styled();
  new Editor(element, field);
}

/** Lines are measured when the editor is made: sheets that the section brought must be there by then. */
async function styled(): Promise<void> {
  const late = [...document.querySelectorAll<HTMLLinkElement>("link[rel=stylesheet]")].filter((one) => one.sheet === null);
  const loaded = late.map(
    (one) => new Promise((done) => ["load", "error"].forEach((told) => one.addEventListener(told, done, { once: true }))),
  );
  await Promise.race([Promise.all(loaded), new Promise((done) => setTimeout(done, LONGEST_WAIT_MS))]);
}

class Editor {
  private readonly view: EditorView;
  private readonly access = new Compartment();
  private readonly leave = document.createElement("p"); // how, with the keyboard: a part of the editor's name
  private readonly described = document.createElement("p");
  private writes = false; // we tell the form of a change: nothing to take over

  constructor(
    private readonly element: HTMLElement,
    private readonly field: HTMLTextAreaElement,
  ) {
    element.style.setProperty("--rows", String(field.rows));
    this.described.className = "vh";
    this.described.id = `${field.id}-marks`;
    this.leave.className = "editor__leave tiny soft";
    this.leave.id = `${field.id}-leave`;
    this.leave.textContent = element.dataset["leave"] ?? "";
    this.view = new EditorView({
      doc: field.defaultValue, // what the marks are of
      extensions: [
        this.access.of(this.may()),
        marks((all) => this.describe(all)),
        lineNumbers(),
        history(),
        indentUnit.of(INDENT),
        EditorState.tabSize.of(INDENT.length),
        bracketMatching(),
        closeBrackets(),
        indentOnInput(),
        LANGUAGES[element.dataset["language"] ?? ""] ?? [],
        syntaxHighlighting(COLOURS),
        Prec.high(keymap.of(this.keys())),
        keymap.of([...closeBracketsKeymap, ...historyKeymap, ...defaultKeymap]),
        EditorView.contentAttributes.of({ "aria-describedby": this.described.id, tabindex: "0" }),
        EditorView.domEventHandlers({ keydown: (event) => this.key(event), blur: () => this.stay() }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged && !update.transactions.some((one) => one.annotation(fromField))) this.write();
        }),
      ],
    });
    // Out of sight, yet there: whatever leads to the field (its label, a link of a refusal, the browser) leads to the editor.
    field.classList.add("vh");
    field.setAttribute("aria-hidden", "true");
    field.tabIndex = -1;
    field.addEventListener("focus", () => this.view.focus());
    element.append(this.leave, this.view.dom, this.described);
    this.takeMarks();
    this.takeOver(false);
    this.listen();
  }

  private listen(): void {
    const { field } = this;
    for (const told of ["input", "change"]) field.addEventListener(told, () => this.takeOver(true));
    field.form?.addEventListener("reset", () => {
      setTimeout(() => {
        this.takeOver(true); // once it is done
        this.tell();
      });
    });
    addEventListener("pageshow", () => this.takeOver(false), { once: true }); // a browser may put a form back late
    const watch = new MutationObserver((changes) => {
      if (changes.some((one) => one.target === this.element)) this.takeMarks();
      if (changes.some((one) => one.target !== this.element)) {
        this.view.dispatch({ effects: this.access.reconfigure(this.may()) });
      }
    });
    watch.observe(field, { attributeFilter: ["readonly", "disabled"] });
    watch.observe(this.element, { attributeFilter: ["data-marks"] });
    for (let around = field.closest("fieldset"); around; around = around.parentElement?.closest("fieldset") ?? null) {
      watch.observe(around, { attributeFilter: ["disabled"] });
    }
  }

  /** What is shut can still be read, and scrolled with the keyboard; Tab is its reader's. */
  private may(): Extension {
    const isDisabled = this.field.matches(":disabled");
    const isShut = isDisabled || this.field.readOnly;
    this.leave.hidden = isShut;
    const told: Record<string, string> = {
      "aria-labelledby": [this.labelled(), ...(isShut ? [] : [this.leave.id])].join(" ").trim(),
    };
    if (isDisabled) told["aria-disabled"] = "true";
    return [
      EditorState.readOnly.of(isShut),
      EditorView.editable.of(!isShut),
      EditorView.contentAttributes.of(told),
    ];
  }

  private write(): void {
    this.field.value = this.view.state.doc.toString();
    this.tell();
  }

  private tell(): void {
    this.writes = true;
    this.field.dispatchEvent(new Event("input", { bubbles: true }));
    this.writes = false;
  }

  /** Only what differs is replaced: the caret and the marks elsewhere stay. */
  private takeOver(mayBeUndone: boolean): void {
    if (this.writes) return;
    const changes = difference(this.view.state.doc.toString(), this.field.value);
    if (!changes) return;
    this.view.dispatch({ changes, annotations: [fromField.of(true), Transaction.addToHistory.of(mayBeUndone)] });
  }

  private takeMarks(): void {
    this.view.dispatch({ effects: setMarks.of(readMarks(this.element.dataset["marks"] ?? "")) });
    this.describe(left(this.view.state));
  }

  private describe(all: readonly Mark[]): void {
    const words = this.element.dataset["markAt"] ?? "{line}: {text}";
    this.described.textContent = all
      .map((one) => words.replace("{line}", String(one.line)).replace("{text}", () => one.text))
      .join(" ");
  }

  /** The id of the label, which gets one where it has none. */
  private labelled(): string {
    const label = this.field.labels[0];
    if (!label) return "";
    label.id ||= `${this.field.id}-label`;
    return label.id;
  }

  private keys(): KeyBinding[] {
    const run = () => this.press(this.field.form?.elements.namedItem("run") ?? null);
    const submit = () => this.press([...(this.field.form?.elements ?? [])].find(isSubmit) ?? null);
    return [
      { key: "Mod-Enter", run: submit },
      { key: "Ctrl-Enter", run: submit },
      { key: "Mod-Shift-Enter", run },
      { key: "Ctrl-Shift-Enter", run },
      { key: "Tab", run: indentOrSpaces, shift: indentLess },
    ];
  }

  private press(button: Element | RadioNodeList | null): boolean {
    if (!(button instanceof HTMLButtonElement || button instanceof HTMLInputElement)) return false;
    button.click();
    return true;
  }

  /** After Escape the next Tab leaves, however long one takes; any other key goes back to writing. */
  private key(event: KeyboardEvent): boolean {
    if (event.key === "Escape") {
      this.element.dataset["leaves"] = "";
      this.view.setTabFocusMode(true);
    } else if (!["Tab", "Shift"].includes(event.key)) {
      this.stay();
    }
    return false;
  }

  private stay(): void {
    if (this.element.dataset["leaves"] === undefined) return;
    delete this.element.dataset["leaves"];
    this.view.setTabFocusMode(false);
  }
}

function isSubmit(one: Element): boolean {
  return (one instanceof HTMLButtonElement || one instanceof HTMLInputElement) && ["submit", "image"].includes(one.type);
}

/** Lines that are chosen go further in; else spaces, to the next stop. */
function indentOrSpaces(view: EditorView): boolean {
  const { state } = view;
  if (state.readOnly) return false;
  if (!state.selection.main.empty) return indentMore(view);
  const at = state.selection.main.head;
  const spaces = INDENT.length - ((at - state.doc.lineAt(at).from) % INDENT.length);
  view.dispatch(state.replaceSelection(" ".repeat(spaces)), { userEvent: "input", scrollIntoView: true });
  return true;
}

/** The one stretch that differs; null where nothing does. */
function difference(old: string, fresh: string): ChangeSpec | null {
  if (old === fresh) return null;
  const most = Math.min(old.length, fresh.length);
  let from = 0;
  while (from < most && old[from] === fresh[from]) from++;
  let same = 0;
  while (same < most - from && old[old.length - 1 - same] === fresh[fresh.length - 1 - same]) same++;
  return { from, to: old.length - same, insert: fresh.slice(from, fresh.length - same) };
}
