/** `--authorization-mode` and the chain it asks for. */
import { goQuote } from '../base/go-text.ts';
import { alwaysAllow, alwaysDeny } from './always.ts';
import type { Authorizer } from './authorizer.ts';
import { createPrivilegedGroupAuthorizer } from './privileged-group.ts';
import { createRbacAuthorizer } from './rbac/authorizer.ts';
import type { RbacSource } from './rbac/source.ts';
import type { RuleResolver } from './rule-resolver.ts';
import { createUnionAuthorizer, createUnionRuleResolver } from './union.ts';

export type AuthorizationMode = 'AlwaysAllow' | 'AlwaysDeny' | 'RBAC';

const UPSTREAM_MODES = ['AlwaysAllow', 'AlwaysDeny', 'ABAC', 'Webhook', 'RBAC', 'Node'];

/** The modes of the flag's text (`Node,RBAC`), in order. Throws an Error that names everything wrong. */
export function parseAuthorizationModes(text: string): AuthorizationMode[] {
  const names = text.split(',').filter((name) => name !== '');
  const errors: string[] = [];
  if (names.length === 0) errors.push('at least one authorization-mode must be passed');
  for (const name of names) {
    if (!UPSTREAM_MODES.includes(name)) errors.push(`authorization-mode ${goQuote(name)} is not a valid mode`);
    else if (!isSupported(name)) errors.push(`authorization-mode ${goQuote(name)} is not supported yet`);
  }
  if (new Set(names).size !== names.length) {
    errors.push(`authorization-mode [${names.map(goQuote).join(' ')}] has mode specified more than once`);
  }
  if (errors.length > 0) throw new Error(errors.join(', '));
  return names.filter(isSupported);
}

export interface AuthorizationChain {
  readonly authorizer: Authorizer;
  readonly ruleResolver: RuleResolver;
}

/** system:masters first, then the modes in their order. */
export function createAuthorization(modes: readonly AuthorizationMode[], source: RbacSource): AuthorizationChain {
  const parts = modes.map((mode) => {
    if (mode === 'AlwaysAllow') return alwaysAllow;
    return mode === 'AlwaysDeny' ? alwaysDeny : createRbacAuthorizer({ source });
  });
  return {
    authorizer: createUnionAuthorizer([createPrivilegedGroupAuthorizer(), ...parts]),
    ruleResolver: createUnionRuleResolver(parts),
  };
}

function isSupported(name: string): name is AuthorizationMode {
  return name === 'AlwaysAllow' || name === 'AlwaysDeny' || name === 'RBAC';
}
