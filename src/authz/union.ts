/** Authorizers in order: the first that allows or denies decides; when none does, nobody is allowed. */
import { aggregateErrors } from '../base/aggregate.ts';
import type { AuthorizationAttributes, AuthorizationResult, Authorizer } from './authorizer.ts';
import type { RuleResolver } from './rule-resolver.ts';

const NO_OPINION: AuthorizationResult = { decision: 'no-opinion', reason: '', error: '' };

export function createUnionAuthorizer(authorizers: readonly Authorizer[]): Authorizer {
  return {
    authorize(attributes) {
      let silent: AuthorizationResult[] | null = null;
      for (let i = 0; i < authorizers.length; i++) {
        const result = authorizers[i]!.authorize(attributes);
        if (result instanceof Promise) return goOn(authorizers, attributes, i + 1, result, silent ?? []);
        if (result.decision !== 'no-opinion') return result;
        if (result.reason !== '' || result.error !== '') {
          silent ??= [];
          silent.push(result);
        }
      }
      return silent === null ? NO_OPINION : undecided(silent);
    },
  };
}

export function createUnionRuleResolver(resolvers: readonly RuleResolver[]): RuleResolver {
  return {
    rulesFor(user, namespace) {
      const all = resolvers.map((resolver) => resolver.rulesFor(user, namespace));
      return {
        resourceRules: all.flatMap((rules) => rules.resourceRules),
        nonResourceRules: all.flatMap((rules) => rules.nonResourceRules),
        incomplete: all.some((rules) => rules.incomplete),
        error: aggregateErrors(all.map((rules) => rules.error).filter((error) => error !== '')),
      };
    },
  };
}

async function goOn(
  authorizers: readonly Authorizer[],
  attributes: AuthorizationAttributes,
  from: number,
  pending: Promise<AuthorizationResult>,
  silent: AuthorizationResult[],
): Promise<AuthorizationResult> {
  let result = await pending;
  for (let i = from; ; i++) {
    if (result.decision !== 'no-opinion') return result;
    silent.push(result);
    const next = authorizers[i];
    if (next === undefined) return undecided(silent);
    result = await next.authorize(attributes);
  }
}

function undecided(results: readonly AuthorizationResult[]): AuthorizationResult {
  return {
    decision: 'no-opinion',
    reason: results
      .map((result) => result.reason)
      .filter((reason) => reason !== '')
      .join('\n'),
    error: aggregateErrors(results.map((result) => result.error).filter((error) => error !== '')),
  };
}
