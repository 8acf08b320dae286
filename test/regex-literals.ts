/** Finds the regular expression literals of a TypeScript source, by a scan that knows comments, strings and templates. */

export interface RegexLiteral {
  readonly source: string;
  readonly flags: string;
  /** Counted from 1. */
  readonly line: number;
}

/** Behind these a slash begins an expression; behind anything else it divides. */
const OPERATORS = '(,=:[!&|?{};+-*%<>~^';
const KEYWORDS: ReadonlySet<string> = new Set(['return', 'typeof', 'case', 'of', 'in', 'throw', 'await', 'yield']);

export function regexLiterals(text: string): RegexLiteral[] {
  const found: RegexLiteral[] = [];
  /** Open braces of each template whose `${` is being read. */
  const templates: number[] = [];
  let braces = 0;
  /** The last token, as far as it matters: an operator's character or a word. */
  let last = ';';
  let i = 0;
  const line = (): number => text.slice(0, i).split('\n').length;
  while (i < text.length) {
    const char = text[i] ?? '';
    if (text.startsWith('//', i)) i = endOf(text, '\n', i);
    else if (text.startsWith('/*', i)) i = endOf(text, '*/', i + 2);
    else if (char === '/' && (OPERATORS.includes(last) || KEYWORDS.has(last))) {
      const end = regexEnd(text, i);
      const flags = wordAt(text, end);
      found.push({ source: text.slice(i + 1, end - 1), flags, line: line() });
      i = end + flags.length;
      last = 'regex';
    } else if (char === "'" || char === '"') {
      i = stringEnd(text, i);
      last = 'string';
    } else if (char === '`' || (char === '}' && templates.at(-1) === braces)) {
      if (char === '}') templates.pop();
      i = templateEnd(text, i + 1);
      if (text[i - 1] === '{') templates.push(braces);
      last = text[i - 1] === '{' ? '{' : 'string';
    } else {
      if (char === '{') braces++;
      if (char === '}') braces--;
      const word = wordAt(text, i);
      if (!/\s/.test(char)) last = word === '' ? char : word;
      i += Math.max(1, word.length);
    }
  }
  return found;
}

function endOf(text: string, mark: string, from: number): number {
  const at = text.indexOf(mark, from);
  return at < 0 ? text.length : at + mark.length;
}

function wordAt(text: string, from: number): string {
  return /^[\w$]*/.exec(text.slice(from, from + 100))?.[0] ?? '';
}

/** Behind the closing slash. */
function regexEnd(text: string, from: number): number {
  let inClass = false;
  for (let i = from + 1; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === '[') inClass = true;
    else if (text[i] === ']') inClass = false;
    else if (text[i] === '/' && !inClass) return i + 1;
  }
  return text.length;
}

function stringEnd(text: string, from: number): number {
  for (let i = from + 1; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === text[from]) return i + 1;
  }
  return text.length;
}

/** Behind the closing backtick, or behind the `${` that comes first. */
function templateEnd(text: string, from: number): number {
  for (let i = from; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === '`') return i + 1;
    else if (text.startsWith('${', i)) return i + 2;
  }
  return text.length;
}
