/**
 * Does what somebody may already do cover what rules would grant? Rules are taken apart into atoms of one group, one
 * resource, one verb and one name; an atom is covered when one rule covers all of it. Which rules cover a value is a set
 * of bits, so that an atom costs a few operations however many rules there are.
 */
import type { PolicyRule } from '../../meta/rbac-types.ts';
import { trimStars } from './rules.ts';

/** Rules come from requests and their atoms are a product: three lists of a thousand are a billion. */
export const COVER_LIMITS = { atomsMax: 1_000_000, missingMax: 10_000 };

export interface CoverResult {
  /** Every atom was looked at and is covered. */
  readonly covered: boolean;
  /** The atoms that are not, in the order of the rules; not all of them when there are very many. */
  readonly missing: readonly PolicyRule[];
  /** Too many atoms to look at all of them. */
  readonly exhausted: boolean;
}

export function covers(owned: readonly PolicyRule[], wanted: readonly PolicyRule[]): CoverResult {
  const search: Search = { index: indexOf(owned), missing: [], atoms: 0 };
  let done = true;
  for (const rule of wanted) {
    done = coverResources(search, rule) && coverPaths(search, rule);
    if (!done) break;
  }
  return {
    covered: done && search.missing.length === 0,
    missing: search.missing,
    exhausted: search.atoms > COVER_LIMITS.atomsMax,
  };
}

/** Which rules: bit i of word i / 32. */
type RuleSet = Uint32Array;

interface RuleIndex {
  readonly words: number;
  readonly verbs: Dimension;
  readonly apiGroups: Dimension;
  readonly resources: Dimension;
  /** `any`: rules for all names. */
  readonly resourceNames: Dimension;
  readonly paths: Map<string, RuleSet>;
}

interface Dimension {
  readonly any: RuleSet;
  readonly byValue: Map<string, RuleSet>;
}

interface Search {
  readonly index: RuleIndex;
  readonly missing: PolicyRule[];
  atoms: number;
}

const NO_NAME: readonly (string | null)[] = [null];

/** False: stop. */
function coverResources(search: Search, rule: PolicyRule): boolean {
  const { index } = search;
  const names = (rule.resourceNames?.length ?? 0) > 0 ? rule.resourceNames! : NO_NAME;
  const verbSets = rule.verbs.map((verb) => valueSet(index, index.verbs, verb));
  const nameSets = names.map((name) =>
    name === null ? index.resourceNames.any : valueSet(index, index.resourceNames, name),
  );
  for (const group of rule.apiGroups ?? []) {
    const groupSet = valueSet(index, index.apiGroups, group);
    for (const resource of rule.resources ?? []) {
      const both = intersection(groupSet, resourceSet(index, resource));
      for (let v = 0; v < verbSets.length; v++) {
        for (let n = 0; n < nameSets.length; n++) {
          if (++search.atoms > COVER_LIMITS.atomsMax) return false;
          if (intersects(both, verbSets[v]!, nameSets[n]!)) continue;
          const atom = { apiGroups: [group], resources: [resource], verbs: [rule.verbs[v]!] };
          const name = names[n]!;
          search.missing.push(name === null ? atom : { ...atom, resourceNames: [name] });
          if (search.missing.length >= COVER_LIMITS.missingMax) return false;
        }
      }
    }
  }
  return true;
}

/** False: stop. */
function coverPaths(search: Search, rule: PolicyRule): boolean {
  const { index } = search;
  for (const path of rule.nonResourceURLs ?? []) {
    const pathSet = pathCoverSet(search, path);
    for (const verb of rule.verbs) {
      if (++search.atoms > COVER_LIMITS.atomsMax) return false;
      if (intersects(pathSet, valueSet(index, index.verbs, verb), index.resourceNames.any)) continue;
      search.missing.push({ nonResourceURLs: [path], verbs: [verb] });
      if (search.missing.length >= COVER_LIMITS.missingMax) return false;
    }
  }
  return true;
}

function indexOf(rules: readonly PolicyRule[]): RuleIndex {
  const words = Math.max(1, Math.ceil(rules.length / 32));
  const dimension = (): Dimension => ({ any: new Uint32Array(words), byValue: new Map() });
  const index: RuleIndex = {
    words,
    verbs: dimension(),
    apiGroups: dimension(),
    resources: dimension(),
    resourceNames: dimension(),
    paths: new Map(),
  };
  rules.forEach((rule, i) => {
    addValues(index, index.verbs, rule.verbs, i);
    addValues(index, index.apiGroups, rule.apiGroups ?? [], i);
    addValues(index, index.resources, rule.resources ?? [], i);
    const names = rule.resourceNames ?? [];
    if (names.length === 0) addBit(index.resourceNames.any, i);
    // A star is no wildcard among names.
    for (const name of names) addBit(setIn(index, index.resourceNames.byValue, name), i);
    for (const path of rule.nonResourceURLs ?? []) addBit(setIn(index, index.paths, path), i);
  });
  return index;
}

function addValues(index: RuleIndex, dimension: Dimension, values: readonly string[], rule: number): void {
  for (const value of values) {
    addBit(value === '*' ? dimension.any : setIn(index, dimension.byValue, value), rule);
  }
}

function setIn(index: RuleIndex, sets: Map<string, RuleSet>, key: string): RuleSet {
  let set = sets.get(key);
  if (set === undefined) {
    set = new Uint32Array(index.words);
    sets.set(key, set);
  }
  return set;
}

function valueSet(index: RuleIndex, dimension: Dimension, value: string): RuleSet {
  const set = dimension.byValue.get(value);
  return set === undefined ? dimension.any : union(index, [dimension.any, set]);
}

/** `pods/status` is covered by itself, by any status, and by everything. */
function resourceSet(index: RuleIndex, resource: string): RuleSet {
  const slash = resource.indexOf('/');
  const { any, byValue } = index.resources;
  const sets = [any, byValue.get(resource)];
  if (slash >= 0) sets.push(byValue.get(`*${resource.slice(slash)}`));
  return union(index, sets);
}

function pathCoverSet(search: Search, path: string): RuleSet {
  const sets: RuleSet[] = [];
  for (const [pattern, set] of search.index.paths) {
    search.atoms++;
    if (pattern === path || (pattern.endsWith('*') && path.startsWith(trimStars(pattern)))) sets.push(set);
  }
  return union(search.index, sets);
}

function addBit(set: RuleSet, rule: number): void {
  const word = rule >>> 5;
  set[word] = set[word]! | (1 << (rule & 31));
}

function union(index: RuleIndex, sets: readonly (RuleSet | undefined)[]): RuleSet {
  const result = new Uint32Array(index.words);
  for (const set of sets) {
    if (set !== undefined) for (let i = 0; i < result.length; i++) result[i] = result[i]! | set[i]!;
  }
  return result;
}

function intersection(a: RuleSet, b: RuleSet): RuleSet {
  const result = new Uint32Array(a.length);
  for (let i = 0; i < result.length; i++) result[i] = a[i]! & b[i]!;
  return result;
}

function intersects(a: RuleSet, b: RuleSet, c: RuleSet): boolean {
  for (let i = 0; i < a.length; i++) if ((a[i]! & b[i]! & c[i]!) !== 0) return true;
  return false;
}
