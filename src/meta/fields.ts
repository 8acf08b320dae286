/** Field selectors: `metadata.name=a,status.phase!=Running`. Which fields there are is known to each resource. */
import { badRequest } from './status.ts';

export interface FieldRequirement {
  readonly field: string;
  /** `==` is read as `=`. */
  readonly operator: '=' | '!=';
  /** Unescaped. */
  readonly value: string;
}

/** All requirements of a text, which must all hold. Throws 400 with upstream's text. */
export function parseFieldSelector(text: string): FieldRequirement[] {
  const requirements: FieldRequirement[] = [];
  for (const term of splitTerms(text).sort()) {
    if (term === '') continue;
    const at = operatorIndex(term);
    if (at < 0) throw badRequest(`invalid selector: '${text}'; can't understand '${term}'`);
    const negated = term[at] === '!';
    const operatorLength = negated || term[at + 1] === '=' ? 2 : 1;
    const field = term.slice(0, at);
    const value = unescapeValue(term.slice(at + operatorLength));
    // Upstream takes a term without field and value for no requirement at all.
    if (field !== '' || value !== '') requirements.push({ field, operator: negated ? '!=' : '=', value });
  }
  return requirements;
}

/** `get` answers '' for a field without a value. */
export function matchesFields(requirements: readonly FieldRequirement[], get: (field: string) => string): boolean {
  for (const requirement of requirements) {
    if ((get(requirement.field) === requirement.value) !== (requirement.operator === '=')) return false;
  }
  return true;
}

/** The value that the selector demands of `field`; undefined when it demands none. */
export function requiredFieldValue(requirements: readonly FieldRequirement[], field: string): string | undefined {
  return requirements.find((requirement) => requirement.field === field && requirement.operator === '=')?.value;
}

export function fieldSelectorText(requirements: readonly FieldRequirement[]): string {
  return requirements.map(({ field, operator, value }) => field + operator + escapeFieldValue(value)).join(',');
}

/** Any text as a value of a field selector. */
export function escapeFieldValue(value: string): string {
  return value.replaceAll(/[\\,=]/g, '\\$&');
}

/** Parts between commas that are not escaped; escapes stay. */
function splitTerms(text: string): string[] {
  const terms: string[] = [];
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '\\') {
      i++;
    } else if (text[i] === ',') {
      terms.push(text.slice(start, i));
      start = i + 1;
    }
  }
  terms.push(text.slice(start));
  return terms;
}

/** Where the first operator begins; -1: there is none. */
function operatorIndex(term: string): number {
  const equals = term.indexOf('=');
  return equals > 0 && term[equals - 1] === '!' ? equals - 1 : equals;
}

function unescapeValue(text: string): string {
  if (!/[\\,=]/.test(text)) return text;
  let value = '';
  for (let i = 0; i < text.length; i++) {
    const character = text[i]!;
    if (character === '\\') {
      const code = text.codePointAt(++i);
      const escaped = code === undefined ? '' : String.fromCodePoint(code);
      if (escaped !== '\\' && escaped !== ',' && escaped !== '=') {
        throw badRequest(`invalid field selector: invalid escape sequence: \\${escaped}`);
      }
      value += escaped;
    } else if (character === ',' || character === '=') {
      // The number of the character is what upstream prints.
      throw badRequest(`invalid field selector: unescaped character in value: ${character.charCodeAt(0)}`);
    } else {
      value += character;
    }
  }
  return value;
}
