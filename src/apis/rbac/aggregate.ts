import { type LabelSelectorObject, selectorOfObject } from '../../meta/label-selector.ts';
import type { KubeObject } from '../../meta/object.ts';
import type { PolicyRule } from '../../meta/rbac-types.ts';
import { deepEqual } from '../../schema/equal.ts';

/**
 * Rules of an aggregated ClusterRole: those of all roles that any of its selectors matches, in the order of the selectors
 * and then of names, each rule once. Null: the role does not aggregate.
 */
export function aggregatedRules(role: KubeObject, clusterRoles: readonly KubeObject[]): PolicyRule[] | null {
  const aggregation = role['aggregationRule'] as { clusterRoleSelectors?: LabelSelectorObject[] } | undefined;
  if (aggregation === undefined) return null;
  const sorted = [...clusterRoles].sort((a, b) => ((a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1));
  const rules: PolicyRule[] = [];
  for (const object of aggregation.clusterRoleSelectors ?? []) {
    const selector = selectorOfObject(object);
    if (typeof selector === 'string') continue;
    for (const source of sorted) {
      if (source.metadata.name === role.metadata.name || !selector.matches(source.metadata.labels)) continue;
      for (const rule of (source['rules'] as PolicyRule[] | undefined) ?? []) {
        if (!rules.some((known) => deepEqual(known, rule))) rules.push(rule);
      }
    }
  }
  return rules;
}
