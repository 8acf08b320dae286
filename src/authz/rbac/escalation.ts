/** Nobody grants what they do not hold. */
import { goQuote } from '../../base/go-text.ts';
import type { PolicyRule } from '../../meta/rbac-types.ts';
import type { UserInfo } from '../../meta/user.ts';
import { COVER_LIMITS, covers } from './covers.ts';
import { type RbacSource, rulesOf } from './source.ts';

/** Why the user may not grant the rules in the namespace ('' for the whole cluster); null when all is held. */
export function escalationProblem(
  source: RbacSource,
  user: UserInfo,
  namespace: string,
  rules: readonly PolicyRule[],
): string | null {
  const held = rulesOf(source, user, namespace, true);
  const result = covers(held.rules, rules);
  if (result.covered) return null;
  const lines = [...new Set(compactRules(result.missing).map(ruleText))].sort();
  if (result.exhausted) lines.push(`(the rules hold more than ${COVER_LIMITS.atomsMax} permissions)`);
  const who = `user ${goQuote(user.name)} (groups=${quotedList(user.groups)})`;
  const text = `${who} is attempting to grant RBAC permissions not currently held:\n${lines.join('\n')}`;
  return held.errors.length === 0 ? text : `${text}; resolution errors: [${held.errors.join(', ')}]`;
}

/** Rules of one group and one resource, without names, become one rule with all their verbs. */
export function compactRules(rules: readonly PolicyRule[]): PolicyRule[] {
  const compacted: PolicyRule[] = [];
  const simple = new Map<string, { verbs: string[]; apiGroups: readonly string[]; resources: readonly string[] }>();
  for (const rule of rules) {
    const { apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] } = rule;
    if (apiGroups.length !== 1 || resources.length !== 1 || resourceNames.length > 0 || nonResourceURLs.length > 0) {
      compacted.push(rule);
      continue;
    }
    const key = JSON.stringify([apiGroups[0], resources[0]]);
    const known = simple.get(key);
    if (known === undefined) simple.set(key, { verbs: [...rule.verbs], apiGroups, resources });
    else known.verbs.push(...rule.verbs);
  }
  return [...compacted, ...simple.values()];
}

/** `{APIGroups:[""], Resources:["pods"], Verbs:["get" "list"]}` */
export function ruleText(rule: PolicyRule): string {
  const parts: string[] = [];
  const add = (label: string, values: readonly string[] = []) => {
    if (values.length > 0) parts.push(`${label}:${quotedList(values)}`);
  };
  add('APIGroups', rule.apiGroups);
  add('Resources', rule.resources);
  add('NonResourceURLs', rule.nonResourceURLs);
  add('ResourceNames', rule.resourceNames);
  add('Verbs', rule.verbs);
  return `{${parts.join(', ')}}`;
}

function quotedList(values: readonly string[]): string {
  return `[${values.map(goQuote).join(' ')}]`;
}
