// C for the editor: which colour has a word, and how far in does the next line begin? A hundred lines in place of a parser of
// C++ that weighs 40 kB, and steadier while a program is half written.

import { StreamLanguage, type StringStream } from "@codemirror/language";

/** A bracket that waits for its other half. */
interface Open {
  readonly sign: string;
  readonly lineIndent: number;
  readonly column: number | null; // of what follows it on its line; null where nothing does
  inCase: boolean;
}

interface State {
  open: Open[];
  inComment: boolean;
  inDirective: boolean; // its brackets need not match
  isInclude: boolean;
  control: number | null; // how many brackets were open where `if` or `for` was read
  hangs: number | null; // after `if (…)` or `else`, how far in that line begins: one statement follows, further in
}

const KEYWORDS = new Set(
  (
    "auto break case char const continue default do double else enum extern float for goto if inline int long register " +
    "restrict return short signed sizeof static struct switch typedef union unsigned void volatile while " +
    "_Alignas _Alignof _Atomic _Bool _Complex _Generic _Imaginary _Noreturn _Static_assert _Thread_local bool FILE va_list"
  ).split(" "),
);
const VALUES = new Set(["NULL", "true", "false", "EOF"]);
const CONTROLS = new Set(["if", "for", "while", "switch"]);
const CLOSES: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };

export const c = StreamLanguage.define<State>({
  name: "c",
  startState: () => ({ open: [], inComment: false, inDirective: false, isInclude: false, control: null, hangs: null }),
  copyState: (state) => ({ ...state, open: state.open.map((one) => ({ ...one })) }),
  token: (stream, state) => token(stream, state),
  indent: (state, after, context) => indent(state, after, context.unit),
  languageData: {
    commentTokens: { line: "//", block: { open: "/*", close: "*/" } },
    indentOnInput: /^\s*(?:case\b.*:|default:|[{}#])$/,
  },
});

function token(stream: StringStream, state: State): string | null {
  if (stream.sol()) state.inDirective = stream.match(/\s*#/, false) !== null;
  if (state.inComment) return comment(stream, state);
  if (stream.eatSpace()) return null;
  if (stream.match("//")) {
    stream.skipToEnd();
    return "comment";
  }
  if (stream.match("/*")) {
    state.inComment = true;
    return comment(stream, state);
  }
  if (state.inDirective && stream.match(/#\s*\w*/)) {
    state.isInclude = stream.current().endsWith("include");
    return "keyword";
  }
  if (state.inDirective && state.isInclude && stream.match(/<[^>]*>?/)) return "string";
  if (stream.match(/(?:u8|[LuU])?"(?:[^"\\]|\\.)*"?/) || stream.match(/[LuU]?'(?:[^'\\]|\\.)*'?/)) return plain(state, "string");
  if (stream.match(/0[xX][\da-fA-F]+[uUlL]*|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[uUlLfF]*/)) return plain(state, "number");
  const word = stream.match(/[A-Za-z_]\w*/) ? stream.current() : "";
  if (word !== "") return named(word, stream, state);
  sign(stream, state);
  return null;
}

function comment(stream: StringStream, state: State): string {
  state.inComment = !stream.match(/.*?\*\//);
  if (state.inComment) stream.skipToEnd();
  return "comment";
}

/** Anything that is a statement, or part of one. */
function plain<Name extends string | null>(state: State, name: Name): Name {
  state.hangs = null;
  return name;
}

function named(word: string, stream: StringStream, state: State): string | null {
  const innermost = state.open.at(-1);
  if ((word === "case" || word === "default") && innermost?.sign === "{") innermost.inCase = true;
  state.hangs = word === "else" || word === "do" ? stream.indentation() : null;
  if (CONTROLS.has(word)) state.control = state.open.length;
  if (KEYWORDS.has(word) || /^\w+_t$/.test(word)) return "keyword";
  if (VALUES.has(word)) return "number";
  return stream.match(/\s*\(/, false) ? "variableName.function" : null;
}

function sign(stream: StringStream, state: State): void {
  const read = stream.next() ?? "";
  if (state.inDirective) return;
  state.hangs = null;
  if (read in CLOSES) {
    const column = stream.match(/\s*(?:\/[/*].*)?$/, false) ? null : stream.column() + 1;
    state.open.push({ sign: read, lineIndent: stream.indentation(), column, inCase: false });
  } else if (read === ")" || read === "]" || read === "}") {
    const at = state.open.map((one) => CLOSES[one.sign]).lastIndexOf(read);
    if (at >= 0) state.open.length = at; // what was left open inside it is forgotten
    if (read === ")" && state.control === state.open.length) {
      state.hangs = stream.indentation();
      state.control = null;
    }
  }
}

/** In columns, of a line that begins with `after`; null keeps what is there. */
function indent(state: State, after: string, unit: number): number | null {
  if (state.inComment) return null;
  if (after.startsWith("#")) return 0;
  if (state.hangs !== null) return after.startsWith("{") ? state.hangs : state.hangs + unit;
  const innermost = state.open.at(-1);
  if (!innermost) return 0;
  const closes = after.startsWith(CLOSES[innermost.sign] ?? " ");
  if (innermost.sign !== "{") return innermost.column ?? innermost.lineIndent + (closes ? 0 : unit);
  if (closes) return innermost.lineIndent;
  const inCase = innermost.inCase && !/^(?:case\b|default\b)/.test(after) ? unit : 0;
  return innermost.lineIndent + unit + inCase;
}
