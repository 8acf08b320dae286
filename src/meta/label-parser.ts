/**
 * The grammar of label selectors in text form, with upstream's error texts:
 *
 *   selector    = [ requirement { "," requirement } ]
 *   requirement = ["!"] KEY | KEY ("=" | "==" | "!=" | ">" | "<") VALUE | KEY ("in" | "notin") "(" [ VALUE { "," VALUE } ] ")"
 *
 * Values may be empty, white space separates, and `in` and `notin` are words only where an operator can stand.
 */
import { goParseInt64, goQuote } from '../base/go-text.ts';
import type { LabelOperator, LabelRequirement } from './labels.ts';
import { labelValueProblems, qualifiedNameProblems } from './names.ts';

/** The requirements of a text, in its order; a string is the error. */
export function parseLabelRequirements(text: string): LabelRequirement[] | string {
  try {
    return new Parser(tokensOf(text)).selector();
  } catch (error) {
    if (error instanceof Malformed) return error.message;
    throw error;
  }
}

/** What is wrong with a requirement, as upstream prints it; '' for nothing. `path`: '' prints as `<nil>`. */
export function requirementProblems(requirement: LabelRequirement, path: string): string {
  const { key, operator, values } = requirement;
  const child = (name: string): string => (path === '' ? name : `${path}.${name}`);
  const errors: string[] = [];
  const keyProblems = qualifiedNameProblems(key);
  if (keyProblems.length > 0) errors.push(`${child('key')}: Invalid value: ${goQuote(key)}: ${keyProblems.join('; ')}`);
  const countText = valueCountText(operator, values.length);
  if (countText !== '')
    errors.push(
      `${child('values')}: Invalid value: ${values.length === 0 ? 'null' : JSON.stringify(values)}: ${countText}`,
    );
  values.forEach((value, i) => {
    if ((operator === 'gt' || operator === 'lt') && typeof goParseInt64(value) === 'string') {
      errors.push(
        `${child('values')}[${i}]: Invalid value: ${goQuote(value)}: for 'Gt', 'Lt' operators, the value must be an integer`,
      );
    }
    const problems = labelValueProblems(value);
    if (problems.length > 0)
      errors.push(`${child('values')}[${i}][${key}]: Invalid value: ${goQuote(value)}: ${problems.join('; ')}`);
  });
  const unique = [...new Set(errors)];
  return unique.length > 1 ? `[${unique.join(', ')}]` : (unique[0] ?? '');
}

function valueCountText(operator: LabelOperator, count: number): string {
  switch (operator) {
    case 'in':
    case 'notin':
      return count === 0 ? "for 'in', 'notin' operators, values set can't be empty" : '';
    case 'exists':
    case '!':
      return count > 0 ? 'values set must be empty for exists and does not exist' : '';
    case 'gt':
    case 'lt':
      return count === 1 ? '' : "for 'Gt', 'Lt' operators, exactly one value is required";
    default:
      return count === 1 ? '' : 'exact-match compatibility requires one single value';
  }
}

class Malformed extends Error {}

type TokenKind = 'end' | 'word' | '(' | ')' | ',' | '!' | '=' | '==' | '!=' | '>' | '<';

interface Token {
  readonly kind: TokenKind;
  readonly text: string;
}

const END: Token = { kind: 'end', text: '' };
const OPERATORS: Readonly<Record<string, LabelOperator>> = {
  '=': '=',
  '==': '==',
  '!=': '!=',
  '>': 'gt',
  '<': 'lt',
  in: 'in',
  notin: 'notin',
};
const SYMBOLS: readonly string[] = ['(', ')', ',', '!', '=', '==', '!=', '>', '<'];

function isSpace(character: string): boolean {
  return character === ' ' || character === '\t' || character === '\r' || character === '\n';
}

function isSymbol(character: string): boolean {
  return character.length === 1 && '=!(),><'.includes(character);
}

/** Ends with END. A NUL ends the text, as it does upstream. */
function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  const nul = text.indexOf('\0');
  const end = nul < 0 ? text.length : nul;
  let at = 0;
  while (at < end) {
    const character = text[at]!;
    if (isSpace(character)) {
      at++;
    } else if (isSymbol(character)) {
      // The longest symbol wins: `==` is one, `=!` are two.
      const pair = text.slice(at, Math.min(at + 2, end));
      const symbol = SYMBOLS.includes(pair) ? pair : character;
      tokens.push({ kind: symbol as TokenKind, text: symbol });
      at += symbol.length;
    } else {
      let to = at;
      while (to < end && !isSpace(text[to]!) && !isSymbol(text[to]!)) to++;
      tokens.push({ kind: 'word', text: text.slice(at, to) });
      at = to;
    }
  }
  tokens.push(END);
  return tokens;
}

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  selector(): LabelRequirement[] {
    const requirements: LabelRequirement[] = [];
    if (this.#peek().kind === 'end') return requirements;
    if (!this.#startsRequirement()) throw this.#found(this.#peek(), "!, identifier, or 'end of string'");
    for (;;) {
      requirements.push(this.#requirement());
      const next = this.#next();
      if (next.kind === 'end') return requirements;
      if (next.kind !== ',') throw this.#found(next, "',' or 'end of string'");
      if (!this.#startsRequirement()) throw this.#found(this.#peek(), "identifier after ','");
    }
  }

  #requirement(): LabelRequirement {
    try {
      const requirement = this.#unchecked();
      const problems = requirementProblems(requirement, '');
      if (problems !== '') throw new Malformed(problems);
      return requirement;
    } catch (error) {
      if (error instanceof Malformed) throw new Malformed(`unable to parse requirement: ${error.message}`);
      throw error;
    }
  }

  #unchecked(): LabelRequirement {
    const negated = this.#peek().kind === '!';
    if (negated) this.#next();
    const token = this.#next();
    if (token.kind !== 'word') throw this.#found(token, 'identifier');
    const key = token.text;
    const problems = qualifiedNameProblems(key);
    if (problems.length > 0) throw new Malformed(`<nil>: Invalid value: ${goQuote(key)}: ${problems.join('; ')}`);
    if (negated) return { key, operator: '!', values: [] };
    const after = this.#peek().kind;
    if (after === 'end' || after === ',') return { key, operator: 'exists', values: [] };
    const operatorToken = this.#next();
    const operator = Object.hasOwn(OPERATORS, operatorToken.text) ? OPERATORS[operatorToken.text] : undefined;
    if (operator === undefined) throw this.#found(operatorToken, 'in, notin, =, ==, !=, gt, lt');
    return { key, operator, values: operator === 'in' || operator === 'notin' ? this.#valueSet() : [this.#value()] };
  }

  #value(): string {
    const kind = this.#peek().kind;
    if (kind === 'end' || kind === ',') return '';
    const token = this.#next();
    if (token.kind !== 'word') throw this.#found(token, 'identifier');
    return token.text;
  }

  /** Sorted and without repetition, as the set that upstream keeps. */
  #valueSet(): string[] {
    const open = this.#next();
    if (open.kind !== '(') throw new Malformed(`found '${open.text}' expected: '('`);
    const values = new Set<string>();
    const first = this.#peek();
    if (first.kind === ')') values.add('');
    else if (first.kind === 'word' || first.kind === ',') this.#listedValues(values);
    else throw this.#found(first, "',', ')' or identifier");
    this.#next();
    return [...values].sort();
  }

  /** Up to, and without, the closing parenthesis. `(,a)` and `(a,)` hold an empty value. */
  #listedValues(values: Set<string>): void {
    for (;;) {
      const token = this.#next();
      if (token.kind === 'word') {
        values.add(token.text);
        const after = this.#peek();
        if (after.kind === ')') return;
        if (after.kind !== ',') throw this.#found(after, "',' or ')'");
      } else if (token.kind === ',') {
        if (values.size === 0) values.add('');
        const after = this.#peek();
        if (after.kind === ',' || after.kind === ')') values.add('');
        if (after.kind === ')') return;
      } else {
        throw this.#found(token, "',', or identifier");
      }
    }
  }

  #startsRequirement(): boolean {
    const kind = this.#peek().kind;
    return kind === 'word' || kind === '!';
  }

  #peek(): Token {
    return this.#tokens[this.#at] ?? END;
  }

  #next(): Token {
    const token = this.#peek();
    this.#at++;
    return token;
  }

  #found(token: Token, expected: string): Malformed {
    return new Malformed(`found '${token.text}', expected: ${expected}`);
  }
}
