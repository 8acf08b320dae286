/** Matching of requests with policy rules, compiled once per role. */
import type { PolicyRule } from '../../meta/rbac-types.ts';
import type { AuthorizationAttributes } from '../authorizer.ts';

/** Null stands for everything (`*`). */
type Names = ReadonlySet<string> | null;

export interface CompiledRule {
  readonly rule: PolicyRule;
  readonly verbs: Names;
  readonly apiGroups: Names;
  readonly resources: Names;
  /** Null: names do not matter. */
  readonly resourceNames: Names;
  readonly paths: Names;
  /** `/x/` of the pattern `/x/*`. */
  readonly pathPrefixes: readonly string[];
}

const NO_NAMES: readonly string[] = [];

export function compileRule(rule: PolicyRule): CompiledRule {
  const { resourceNames = NO_NAMES, nonResourceURLs = NO_NAMES } = rule;
  return {
    rule,
    verbs: namesOf(rule.verbs),
    apiGroups: namesOf(rule.apiGroups),
    resources: namesOf(rule.resources),
    resourceNames: resourceNames.length === 0 ? null : new Set(resourceNames),
    paths: namesOf(nonResourceURLs),
    pathPrefixes: nonResourceURLs.filter((url) => url.endsWith('*')).map(trimStars),
  };
}

/** What the rules ask of a request, put together once per request. */
export interface RuleRequest {
  readonly attributes: AuthorizationAttributes;
  /** `pods`, `pods/status` */
  readonly resource: string;
  /** `pods/status` as a rule for any resource writes it: a star, `/status`; empty when there is no subresource. */
  readonly anyResource: string;
}

export function ruleRequestOf(attributes: AuthorizationAttributes): RuleRequest {
  const { resource, subresource } = attributes;
  if (subresource === '') return { attributes, resource, anyResource: '' };
  return { attributes, resource: `${resource}/${subresource}`, anyResource: `*/${subresource}` };
}

export function ruleAllows(rule: CompiledRule, request: RuleRequest): boolean {
  const { attributes } = request;
  if (rule.verbs !== null && !rule.verbs.has(attributes.verb)) return false;
  if (!attributes.isResource) return pathAllowed(rule, attributes.path);
  if (rule.apiGroups !== null && !rule.apiGroups.has(attributes.group)) return false;
  if (rule.resources !== null && !rule.resources.has(request.resource)) {
    if (request.anyResource === '' || !rule.resources.has(request.anyResource)) return false;
  }
  return rule.resourceNames === null || rule.resourceNames.has(attributes.name);
}

/** The pattern without its stars at the end. */
export function trimStars(pattern: string): string {
  let end = pattern.length;
  while (end > 0 && pattern[end - 1] === '*') end--;
  return pattern.slice(0, end);
}

function pathAllowed(rule: CompiledRule, path: string): boolean {
  if (rule.paths === null || rule.paths.has(path)) return true;
  for (const prefix of rule.pathPrefixes) if (path.startsWith(prefix)) return true;
  return false;
}

function namesOf(names: readonly string[] = NO_NAMES): Names {
  return names.includes('*') ? null : new Set(names);
}
