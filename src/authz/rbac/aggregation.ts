/** ClusterRoles made of other ClusterRoles, chosen by label. */
import { selectorOfObject } from '../../meta/label-selector.ts';
import type { PolicyRule } from '../../meta/rbac-types.ts';
import type { RoleObject } from './objects.ts';

/**
 * The rules that an aggregated ClusterRole should have: selector by selector, those of the chosen roles in the order of
 * their names, each rule once. Null: the role is not aggregated, or has these rules. A string is what is wrong with a
 * selector. A role that aggregates aggregated ones is complete after as many rounds as they are deep.
 */
export function aggregatedRules(role: RoleObject, clusterRoles: readonly RoleObject[]): PolicyRule[] | string | null {
  const selectors = role.aggregationRule?.clusterRoleSelectors;
  if (role.aggregationRule === null || role.aggregationRule === undefined) return null;
  const sorted = [...clusterRoles].sort((a, b) => ((a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1));
  const rules = new Map<string, PolicyRule>();
  for (const object of selectors ?? []) {
    const selector = selectorOfObject(object);
    if (typeof selector === 'string') return selector;
    for (const chosen of sorted) {
      if (chosen.metadata.name === role.metadata.name || !selector.matches(chosen.metadata.labels)) continue;
      for (const rule of chosen.rules ?? []) {
        const key = keyOf(rule);
        if (!rules.has(key)) rules.set(key, rule);
      }
    }
  }
  const current = role.rules ?? [];
  const wanted = [...rules.values()];
  const same = current.length === wanted.length && current.every((rule, i) => keyOf(rule) === keyOf(wanted[i]!));
  return same ? null : wanted;
}

/** Equal for rules that mean the same: an absent list is an empty one. */
function keyOf(rule: PolicyRule): string {
  const { verbs, apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] } = rule;
  return JSON.stringify([verbs, apiGroups, resources, resourceNames, nonResourceURLs]);
}
