// What is said of lines: each is tinted, what is said stands under it, and a line that is edited is spoken of no more.

import { EditorState, type Extension, RangeSet, StateEffect, StateField, type Text } from "@codemirror/state";
import {
  Decoration,
  type DecorationSet,
  EditorView,
  GutterMarker,
  gutterLineClass,
  lineNumberWidgetMarker,
  WidgetType,
} from "@codemirror/view";

export type Level = "error" | "warning" | "note";

/** Of `data-marks`. Lines and columns count from 1, columns in characters of Unicode; 0 is unknown. */
export interface Mark {
  readonly line: number;
  readonly column: number;
  readonly level: Level;
  readonly text: string;
}

/** The marks of one line that nobody has edited. */
interface Told {
  readonly from: number;
  readonly line: string;
  readonly marks: readonly Mark[];
}

interface Shown {
  readonly told: readonly Told[];
  readonly drawn: DecorationSet;
  readonly gutter: RangeSet<GutterMarker>;
}

export const setMarks = StateEffect.define<readonly Mark[]>();

const BUBBLE = ["M22 17a2 2 0 0 1-2 2H6.828a2 2 0 0 0-1.414.586l-2.202 2.202A.71.71 0 0 1 2 21.286V5a2 2 0 0 1 2-2h16a2 2 0 0 1 2 2z", "M12 15h.01", "M12 7v4"];
const SVG = "http://www.w3.org/2000/svg";

/** What is written under a line. */
class Under extends WidgetType {
  constructor(readonly marks: readonly Mark[]) {
    super();
  }

  override eq(other: Under): boolean {
    return JSON.stringify(other.marks) === JSON.stringify(this.marks);
  }

  override toDOM(): HTMLElement {
    const under = document.createElement("div");
    under.className = `cm-said cm-said--${worst(this.marks)}`;
    for (const mark of this.marks) {
      const said = document.createElement("p");
      said.dataset["level"] = mark.level;
      const words = document.createElement("span");
      words.textContent = mark.text;
      said.append(icon(), words);
      under.append(said);
    }
    return under;
  }
}

class BesideMarked extends GutterMarker {
  constructor(override readonly elementClass: string) {
    super();
  }
}

const LEVELS: readonly Level[] = ["error", "warning", "note"];
const BESIDE: Readonly<Record<Level, BesideMarked>> = {
  error: new BesideMarked("cm-marked cm-marked--error"),
  warning: new BesideMarked("cm-marked cm-marked--warning"),
  note: new BesideMarked("cm-marked cm-marked--note"),
};

const shown = StateField.define<Shown>({
  create: () => draw([]),
  update(before, transaction) {
    let told = before.told;
    if (transaction.docChanged) {
      const doc = transaction.newDoc;
      told = told
        .map((one) => ({ ...one, from: transaction.changes.mapPos(one.from, 1) }))
        .filter((one) => isUntouched(one, doc));
    }
    for (const effect of transaction.effects) if (effect.is(setMarks)) told = placed(effect.value, transaction.newDoc);
    return told === before.told ? before : draw(told);
  },
  provide: (field) => [
    EditorView.decorations.from(field, (value) => value.drawn),
    gutterLineClass.from(field, (value) => value.gutter),
  ],
});

/** `describe` is called with every mark that is left, whenever that changes. */
export function marks(describe: (left: readonly Mark[]) => void): Extension {
  return [
    shown,
    lineNumberWidgetMarker.of((_view, widget) => (widget instanceof Under ? BESIDE[worst(widget.marks)] : null)),
    EditorView.updateListener.of((update) => {
      if (update.startState.field(shown).told !== update.state.field(shown).told) describe(left(update.state));
    }),
    EditorState.transactionExtender.of((transaction) => {
      // A caret that comes to a marked line is told what is said of it.
      if (!transaction.selection || transaction.docChanged) return null;
      const said = saidAt(transaction.startState, transaction.newSelection.main.head);
      if (said === "" || said === saidAt(transaction.startState, transaction.startState.selection.main.head)) return null;
      return { effects: EditorView.announce.of(said) };
    }),
  ];
}

/** Each with the line where it stands now. */
export function left(state: EditorState): Mark[] {
  return state
    .field(shown)
    .told.flatMap((one) => one.marks.map((mark) => ({ ...mark, line: state.doc.lineAt(one.from).number })));
}

/** What `data-marks` holds; what is no mark is left out. */
export function readMarks(written: string): Mark[] {
  let found: unknown;
  try {
    found = JSON.parse(written || "[]");
  } catch (error) {
    console.error(error);
  }
  return Array.isArray(found) ? found.flatMap(asMark) : [];
}

function asMark(value: unknown): Mark[] {
  if (typeof value !== "object" || value === null || !("line" in value) || !("text" in value)) return [];
  const { line, text } = value;
  if (typeof line !== "number" || typeof text !== "string" || text === "") return [];
  const column = "column" in value && typeof value.column === "number" ? value.column : 0;
  const level = LEVELS.find((one) => "level" in value && one === value.level) ?? "error";
  return [{ line, column, level, text }];
}

function placed(all: readonly Mark[], doc: Text): Told[] {
  const byLine = new Map<number, Mark[]>();
  for (const mark of all) {
    if (mark.line < 1) continue;
    const number = Math.min(mark.line, doc.lines); // what is wrong may be that the program ends
    byLine.set(number, [...(byLine.get(number) ?? []), mark]);
  }
  return [...byLine]
    .sort(([one], [other]) => one - other)
    .map(([number, ofLine]) => ({ from: doc.line(number).from, line: doc.line(number).text, marks: ofLine }));
}

function isUntouched(one: Told, doc: Text): boolean {
  const line = doc.lineAt(one.from);
  return line.from === one.from && line.text === one.line;
}

function draw(told: readonly Told[]): Shown {
  const drawn = told.flatMap((one) => {
    const level = worst(one.marks);
    const line = Decoration.line({ class: `cm-marked cm-marked--${level}` }).range(one.from);
    const under = Decoration.widget({ widget: new Under(one.marks), block: true, side: 1 }).range(one.from + one.line.length);
    return [line, ...one.marks.flatMap((mark) => underlined(one, mark)), under];
  });
  return {
    told,
    drawn: Decoration.set(drawn, true),
    gutter: RangeSet.of(told.map((one) => BESIDE[worst(one.marks)].range(one.from))),
  };
}

/** The word, the number or the sign at the column. */
function underlined(one: Told, mark: Mark) {
  if (mark.column < 1) return [];
  const before = [...one.line].slice(0, mark.column - 1).join("").length;
  const word = /^(?:\w+|[-+*\/%&|^<>=!]+|\S)/u.exec(one.line.slice(before))?.[0] ?? "";
  const from = one.from + before;
  return word === "" ? [] : [Decoration.mark({ class: "cm-here" }).range(from, from + word.length)];
}

function worst(all: readonly Mark[]): Level {
  return LEVELS.find((level) => all.some((mark) => mark.level === level)) ?? "note";
}

function saidAt(state: EditorState, at: number): string {
  const line = state.doc.lineAt(Math.min(at, state.doc.length)).from;
  const one = state.field(shown).told.find(({ from }) => from === line);
  return one?.marks.map((mark) => mark.text).join(" ") ?? "";
}

function icon(): SVGSVGElement {
  const drawn = document.createElementNS(SVG, "svg");
  drawn.setAttribute("class", "icon");
  drawn.setAttribute("viewBox", "0 0 24 24");
  drawn.setAttribute("aria-hidden", "true");
  for (const line of BUBBLE) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", line);
    drawn.append(path);
  }
  return drawn;
}
