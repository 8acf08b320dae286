/** Label selectors: requirements compiled to a matcher. The text form is parsed by `label-parser.ts`. */
import { goParseInt64 } from '../base/go-text.ts';
import { parseLabelRequirements } from './label-parser.ts';
import { badRequest } from './status.ts';

/** Operators by upstream's names: `gt` and `lt` are written `>` and `<` in text. */
export type LabelOperator = '=' | '==' | '!=' | 'in' | 'notin' | 'exists' | '!' | 'gt' | 'lt';

export interface LabelRequirement {
  readonly key: string;
  readonly operator: LabelOperator;
  /** One for `=`, `==`, `!=`, `gt`, `lt`; none for `exists` and `!`. */
  readonly values: readonly string[];
}

export interface LabelSelector {
  /** All of them must hold. Sorted by key. */
  readonly requirements: readonly LabelRequirement[];
  /** Matches no object at all: what the absence of a metav1.LabelSelector means. */
  readonly nothing: boolean;
  matches(labels: Readonly<Record<string, string>> | undefined): boolean;
}

export type Labels = Readonly<Record<string, string>>;

const EVERYTHING: LabelSelector = Object.freeze({ requirements: [], nothing: false, matches: () => true });
const NOTHING: LabelSelector = Object.freeze({ requirements: [], nothing: true, matches: () => false });

export function everything(): LabelSelector {
  return EVERYTHING;
}

export function nothing(): LabelSelector {
  return NOTHING;
}

/** A selector's text (`a=b,c!=d,e in (x,y),!f,g>1,h`), compiled. Throws 400 with upstream's text. */
export function compileLabelSelector(text: string): LabelSelector {
  if (text === '') return EVERYTHING;
  const parsed = parseLabelRequirements(text);
  if (typeof parsed === 'string') throw badRequest(parsed);
  return selectorOf(parsed);
}

/** A selector of valid requirements. */
export function selectorOf(requirements: readonly LabelRequirement[]): LabelSelector {
  if (requirements.length === 0) return EVERYTHING;
  const sorted = [...requirements].sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  const only = sorted[0]!;
  if (sorted.length > 1)
    return { requirements: sorted, nothing: false, matches: (labels) => matchesAll(sorted, labels) };
  if ((only.operator === '=' || only.operator === '==') && only.values.length === 1) {
    const { key } = only;
    const wanted = only.values[0];
    // A label's value is a string, so that an inherited property (`constructor`) never equals it.
    return {
      requirements: sorted,
      nothing: false,
      matches: (labels) => labels !== undefined && labels[key] === wanted,
    };
  }
  return { requirements: sorted, nothing: false, matches: (labels) => matchesOne(only, labels) };
}

/** Exactly these labels; `undefined` and `{}` select everything. Nothing is validated. */
export function selectorOfLabels(labels: Labels | undefined): LabelSelector {
  const requirements: LabelRequirement[] = [];
  for (const key of Object.keys(labels ?? {})) requirements.push({ key, operator: '=', values: [labels![key]!] });
  return selectorOf(requirements);
}

/** The one value that the selector demands of `key`; undefined when it does not demand exactly one. */
export function requiredLabelValue(selector: LabelSelector, key: string): string | undefined {
  const requirement = selector.requirements.find((candidate) => candidate.key === key);
  if (requirement === undefined || requirement.values.length !== 1) return undefined;
  return requirement.operator === '=' || requirement.operator === '==' || requirement.operator === 'in'
    ? requirement.values[0]
    : undefined;
}

/** The selector in text form, normalized. */
export function labelSelectorText(selector: LabelSelector): string {
  return selector.requirements.map(requirementText).join(',');
}

/** `a=b,c=d`, sorted; `<none>` for no labels. */
export function formatLabels(labels: Labels | undefined): string {
  const pairs = Object.keys(labels ?? {}).map((key) => `${key}=${labels![key]}`);
  return pairs.length === 0 ? '<none>' : pairs.sort().join(',');
}

function requirementText(requirement: LabelRequirement): string {
  const { key, operator } = requirement;
  const values = [...requirement.values].sort().join(',');
  switch (operator) {
    case 'exists':
      return key;
    case '!':
      return `!${key}`;
    case 'in':
    case 'notin':
      return `${key} ${operator} (${values})`;
    case 'gt':
      return `${key}>${values}`;
    case 'lt':
      return `${key}<${values}`;
    default:
      return `${key}${operator}${values}`;
  }
}

function matchesAll(requirements: readonly LabelRequirement[], labels: Labels | undefined): boolean {
  for (let i = 0; i < requirements.length; i++) if (!matchesOne(requirements[i]!, labels)) return false;
  return true;
}

function matchesOne(requirement: LabelRequirement, labels: Labels | undefined): boolean {
  const found = labels === undefined ? undefined : labels[requirement.key];
  // What is inherited by name (`constructor`) is no string.
  const value = typeof found === 'string' ? found : undefined;
  switch (requirement.operator) {
    case '=':
    case '==':
    case 'in':
      return value !== undefined && requirement.values.includes(value);
    case '!=':
    case 'notin':
      return value === undefined || !requirement.values.includes(value);
    case 'exists':
      return value !== undefined;
    case '!':
      return value === undefined;
    case 'gt':
    case 'lt':
      return value !== undefined && compares(requirement, value);
  }
}

/** Both sides are 64-bit integers, which a JavaScript number does not hold. */
function compares(requirement: LabelRequirement, value: string): boolean {
  const wanted = requirement.values[0]!;
  if (typeof goParseInt64(value) === 'string' || typeof goParseInt64(wanted) === 'string') return false;
  const [left, right] = [bigInt(value), bigInt(wanted)];
  return requirement.operator === 'gt' ? left > right : left < right;
}

function bigInt(text: string): bigint {
  return BigInt(text.startsWith('+') ? text.slice(1) : text);
}
