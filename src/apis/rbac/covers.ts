/** Does one set of RBAC rules allow all that another allows? The ground of bootstrap reconciliation and escalation checks. */
import { trimEndCharacter } from '../../base/trim.ts';
import type { PolicyRule } from '../../meta/rbac-types.ts';

/** The parts of `wanted`, broken into single permissions, that `owned` does not allow; empty: covered. */
export function missingRules(owned: readonly PolicyRule[], wanted: readonly PolicyRule[]): PolicyRule[] {
  const missing: PolicyRule[] = [];
  for (const rule of wanted) {
    for (const part of breakdown(rule)) if (!owned.some((rule) => allows(rule, part))) missing.push(part);
  }
  return missing;
}

/** One verb, and one group, resource and name or one URL each. */
function breakdown(rule: PolicyRule): PolicyRule[] {
  const parts: PolicyRule[] = [];
  for (const group of rule.apiGroups ?? []) {
    for (const resource of rule.resources ?? []) {
      for (const verb of rule.verbs) {
        const part = { verbs: [verb], apiGroups: [group], resources: [resource] };
        const names = rule.resourceNames ?? [];
        if (names.length === 0) parts.push(part);
        for (const name of names) parts.push({ ...part, resourceNames: [name] });
      }
    }
  }
  for (const url of rule.nonResourceURLs ?? []) {
    for (const verb of rule.verbs) parts.push({ verbs: [verb], nonResourceURLs: [url] });
  }
  return parts;
}

/** `part` has one member in each list it has. */
function allows(rule: PolicyRule, part: PolicyRule): boolean {
  if (!holds(rule.verbs, part.verbs[0]!)) return false;
  const url = part.nonResourceURLs?.[0];
  if (url !== undefined) return (rule.nonResourceURLs ?? []).some((pattern) => urlCovers(pattern, url));
  if (!holds(rule.apiGroups ?? [], part.apiGroups![0]!)) return false;
  if (!holdsResource(rule.resources ?? [], part.resources![0]!)) return false;
  const names = rule.resourceNames ?? [];
  if (names.length === 0) return true;
  const name = part.resourceNames?.[0];
  return name !== undefined && names.includes(name);
}

function holds(list: readonly string[], value: string): boolean {
  return list.includes('*') || list.includes(value);
}

/** `*`, the resource itself, or for `pods/status` also all resources' status. */
function holdsResource(list: readonly string[], resource: string): boolean {
  if (holds(list, resource)) return true;
  const slash = resource.indexOf('/');
  return slash >= 0 && list.includes(`*${resource.slice(slash)}`);
}

function urlCovers(pattern: string, url: string): boolean {
  if (pattern === '*' || pattern === url) return true;
  return pattern.endsWith('*') && url.startsWith(trimEndCharacter(pattern, '*'));
}
