/** The ways in which one may be allowed to impersonate a user, each as the list of checks it takes. */
import { goQuote } from '../base/go-text.ts';
import { dns1123SubdomainProblems } from '../meta/names.ts';
import type { UserInfo } from '../meta/user.ts';
import {
  EXTRA_NODE_NAME,
  GROUP_AUTHENTICATED,
  GROUP_MASTERS,
  GROUP_NODES,
  GROUP_UNAUTHENTICATED,
  parseNodeUserName,
  parseServiceAccountUserName,
  serviceAccountGroups,
  USER_ANONYMOUS,
} from '../meta/well-known-users.ts';
import type { AuthorizationAttributes } from './authorizer.ts';

export type ImpersonationStep =
  | { readonly kind: 'check'; readonly attributes: AuthorizationAttributes }
  /** What no permission allows. */
  | { readonly kind: 'refuse'; readonly attributes: AuthorizationAttributes; readonly reason: string }
  /** Allowed: the next `skip` steps need not be asked; otherwise nothing is lost. */
  | { readonly kind: 'shortcut'; readonly attributes: AuthorizationAttributes; readonly skip: number };

export interface ImpersonationMode {
  /** `impersonate:user-info`; '' for the older form. */
  readonly constraint: string;
  /** All must pass, in order. */
  readonly steps: readonly ImpersonationStep[];
  /** Who the request then is. */
  readonly user: UserInfo;
}

const AUTHENTICATION = 'authentication.k8s.io';
const ASSOCIATED_NODE_KEYS = 'authentication.kubernetes.io/associated-node-keys';

/** From so many groups or extra values on, the permission for all of them is asked for first. */
const MANY = 4;

const PATH_CHARACTERS = /^[A-Za-z0-9/\-._~%!$&'()*+,;=:]+$/;

/** The modes that apply, in the order in which they are tried. */
export function impersonationModes(wanted: UserInfo, request: AuthorizationAttributes): ImpersonationMode[] {
  const modes: ImpersonationMode[] = [];
  const node = parseNodeUserName(wanted.name);
  const serviceAccount = parseServiceAccountUserName(wanted.name);
  if (onlyNameWanted(wanted)) {
    if (node !== null && isOnNode(request.user, node)) modes.push(associatedNodeMode(wanted, request));
    if (node !== null) modes.push(constrainedMode('arbitrary-node', wanted, request));
    if (serviceAccount !== null) modes.push(constrainedMode('serviceaccount', wanted, request));
  }
  if (node === null && serviceAccount === null) modes.push(constrainedMode('user-info', wanted, request));
  modes.push({
    constraint: '',
    steps: identitySteps('impersonate', wanted, request.user),
    user: actualUser(wanted, false),
  });
  return modes;
}

function constrainedMode(mode: string, wanted: UserInfo, request: AuthorizationAttributes): ImpersonationMode {
  const constraint = `impersonate:${mode}`;
  const action: ImpersonationStep = {
    kind: 'check',
    attributes: { ...request, verb: `impersonate-on:${mode}:${request.verb}` },
  };
  return {
    constraint,
    steps: [action, ...identitySteps(constraint, wanted, request.user)],
    user: actualUser(wanted, true),
  };
}

/**
 * An agent that acts as the node it runs on. The permission is not for one node, so neither the node's name nor what the
 * agent's token says of its place takes part in the checks.
 */
function associatedNodeMode(wanted: UserInfo, request: AuthorizationAttributes): ImpersonationMode {
  const { user } = request;
  const agent: UserInfo = { ...user, extra: { [ASSOCIATED_NODE_KEYS]: Object.keys(user.extra).sort() } };
  const mode = constrainedMode('associated-node', wanted, { ...request, user: agent });
  const [action, identity] = mode.steps;
  return {
    ...mode,
    steps: [action!, { kind: 'check', attributes: { ...identity!.attributes, name: '*' } }],
  };
}

function identitySteps(verb: string, wanted: UserInfo, requestor: UserInfo): ImpersonationStep[] {
  const constrained = verb !== 'impersonate';
  const on = (group: string, resource: string, name: string): AuthorizationAttributes => ({
    user: requestor,
    verb,
    isResource: true,
    group,
    version: 'v1',
    resource,
    subresource: '',
    namespace: '',
    name,
    path: '',
  });
  const steps: ImpersonationStep[] = [nameStep(on, constrained, wanted.name)];
  if (wanted.uid !== '') steps.push({ kind: 'check', attributes: on(AUTHENTICATION, 'uids', wanted.uid) });
  const groups = (name: string) => on(constrained ? AUTHENTICATION : '', 'groups', name);
  addGroupSteps(steps, groups, constrained, wanted.groups);
  const extras = (key: string, name: string) => ({ ...on(AUTHENTICATION, 'userextras', name), subresource: key });
  addExtraSteps(steps, extras, constrained, wanted.extra);
  return steps;
}

function nameStep(
  on: (group: string, resource: string, name: string) => AuthorizationAttributes,
  constrained: boolean,
  userName: string,
): ImpersonationStep {
  const group = constrained ? AUTHENTICATION : '';
  const account = parseServiceAccountUserName(userName);
  if (account !== null) {
    const attributes = { ...on(group, 'serviceaccounts', account.name), namespace: account.namespace };
    return { kind: 'check', attributes };
  }
  const node = constrained ? parseNodeUserName(userName) : null;
  return { kind: 'check', attributes: node === null ? on(group, 'users', userName) : on(group, 'nodes', node) };
}

function addGroupSteps(
  steps: ImpersonationStep[],
  on: (name: string) => AuthorizationAttributes,
  constrained: boolean,
  groups: readonly string[],
): void {
  if (constrained && groups.includes('')) {
    steps.push({ kind: 'refuse', attributes: on(''), reason: 'impersonating the empty string group is not allowed' });
  } else if (constrained && groups.includes(GROUP_MASTERS)) {
    const reason = 'impersonating the system:masters group is not allowed';
    steps.push({ kind: 'refuse', attributes: on(GROUP_MASTERS), reason });
  } else {
    if (constrained && groups.length >= MANY) {
      steps.push({ kind: 'shortcut', attributes: on('*'), skip: groups.length });
    }
    for (const group of groups) steps.push({ kind: 'check', attributes: on(group) });
  }
}

function addExtraSteps(
  steps: ImpersonationStep[],
  on: (key: string, value: string) => AuthorizationAttributes,
  constrained: boolean,
  extra: UserInfo['extra'],
): void {
  const keys = Object.keys(extra);
  const problem = constrained ? extraProblem(extra) : '';
  if (problem !== '') {
    steps.push({ kind: 'refuse', attributes: on('', ''), reason: problem });
    return;
  }
  const checks: ImpersonationStep[] = keys.flatMap((key) =>
    extra[key]!.map((value) => ({ kind: 'check', attributes: on(key, value) }) as const),
  );
  if (constrained && (keys.length >= MANY || checks.length >= MANY)) {
    steps.push({ kind: 'shortcut', attributes: on('*', '*'), skip: checks.length });
  }
  for (const check of checks) steps.push(check);
}

/** '' for none. */
function extraProblem(extra: UserInfo['extra']): string {
  for (const key of Object.keys(extra)) {
    if (key === '') return 'impersonating the empty string key in extra is not allowed';
    const problem = domainPathProblem(key);
    if (problem !== '') return `impersonating an invalid key in extra is not allowed: ${problem}`;
    if (key !== key.toLowerCase()) return `impersonating a non-lowercase key in extra is not allowed: ${goQuote(key)}`;
    if (extra[key]!.length === 0) return 'impersonating empty values in extra is not allowed';
    if (extra[key]!.includes('')) return 'impersonating the empty string value in extra is not allowed';
  }
  return '';
}

/** `acme.io/foo`; '' when it is one. */
function domainPathProblem(key: string): string {
  const text = (value: string, problem: string) => `extra.key: Invalid value: ${goQuote(value)}: ${problem}`;
  const slash = key.indexOf('/');
  if (slash <= 0 || slash === key.length - 1) {
    return text(key, 'must be a domain-prefixed path (such as "acme.io/foo")');
  }
  const host = key.slice(0, slash);
  const path = key.slice(slash + 1);
  const problems = dns1123SubdomainProblems(host).map((problem) => text(host, problem));
  if (!PATH_CHARACTERS.test(path)) {
    const form = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+";
    problems.push(text(path, `Invalid path (regex used for validation is '${form}')`));
  }
  return problems.length <= 1 ? (problems[0] ?? '') : `[${problems.join(', ')}]`;
}

function actualUser(wanted: UserInfo, constrained: boolean): UserInfo {
  let { groups } = wanted;
  const account = parseServiceAccountUserName(wanted.name);
  if (constrained && parseNodeUserName(wanted.name) !== null) groups = [GROUP_NODES];
  else if (account !== null && groups.length === 0) groups = serviceAccountGroups(account.namespace);
  const standing =
    wanted.name === USER_ANONYMOUS || groups.includes(GROUP_UNAUTHENTICATED)
      ? GROUP_UNAUTHENTICATED
      : GROUP_AUTHENTICATED;
  return { ...wanted, groups: groups.includes(standing) ? groups : [...groups, standing] };
}

function onlyNameWanted(wanted: UserInfo): boolean {
  return wanted.uid === '' && wanted.groups.length === 0 && Object.keys(wanted.extra).length === 0;
}

/** The token of a service account says on which node its pod runs. */
function isOnNode(requestor: UserInfo, node: string): boolean {
  if (parseServiceAccountUserName(requestor.name) === null) return false;
  const names = requestor.extra[EXTRA_NODE_NAME];
  return names?.length === 1 && names[0] === node;
}
