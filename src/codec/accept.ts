/** The Accept header (RFC 9110 section 12.5.1), with the quirks of upstream's parser that clients may rely on. */
import { trimCharacter } from '../base/trim.ts';

export interface AcceptClause {
  /** `application`, `*` */
  readonly type: string;
  /** `json`, `*` */
  readonly subtype: string;
  readonly quality: number;
  /** Without `q`. A parameter without value is dropped. */
  readonly parameters: ReadonlyMap<string, string>;
}

const NONE: ReadonlyMap<string, string> = new Map();

/** Lists up to this length are ordered clause by clause, as upstream's sort does; longer ones by quality alone. */
const SHORT_LIST = 12;

/** In order of preference: by quality, then wildcards last. Malformed clauses are dropped. */
export function parseAccept(header: string): AcceptClause[] {
  const clauses: AcceptClause[] = [];
  for (const part of header.split(',')) {
    const clause = parseClause(trimSpaces(part));
    if (clause !== null) clauses.push(clause);
  }
  if (clauses.length > SHORT_LIST) return clauses.sort((a, b) => b.quality - a.quality || wildcards(a) - wildcards(b));
  for (let i = 1; i < clauses.length; i++) {
    for (let k = i; k > 0 && precedes(clauses[k]!, clauses[k - 1]!); k--) {
      [clauses[k], clauses[k - 1]] = [clauses[k - 1]!, clauses[k]!];
    }
  }
  return clauses;
}

/** Not an order in the mathematical sense: a named type moves before a wildcard of higher quality. */
function precedes(a: AcceptClause, b: AcceptClause): boolean {
  return a.quality > b.quality || (a.type !== '*' && b.type === '*') || (a.subtype !== '*' && b.subtype === '*');
}

function wildcards(clause: AcceptClause): number {
  return (clause.type === '*' ? 1 : 0) + (clause.subtype === '*' ? 1 : 0);
}

function parseClause(text: string): AcceptClause | null {
  const [range = '', ...given] = text.split(';');
  const [type = '', subtype = '', ...more] = range.split('/').map(trimSpaces);
  if (more.length > 0 || (subtype === '' && type !== '*')) return null;
  let quality = 1;
  let parameters: Map<string, string> | null = null;
  for (const parameter of given) {
    const [name = '', value = '', ...rest] = parameter.split('=');
    if (value === '' || rest.length > 0) continue;
    if (trimSpaces(name) === 'q') {
      quality = qualityOf(value);
    } else {
      parameters ??= new Map();
      parameters.set(trimSpaces(name), trimSpaces(value));
    }
  }
  return { type, subtype: subtype === '' ? '*' : subtype, quality, parameters: parameters ?? NONE };
}

/** 0 for what is no number. */
function qualityOf(text: string): number {
  return /^[0-9]*(?:\.[0-9]*)?$/.test(text) && /[0-9]/.test(text) ? Number(text) : 0;
}

function trimSpaces(text: string): string {
  return trimCharacter(text, ' ');
}
