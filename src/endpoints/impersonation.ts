/**
 * Acting as someone else (`kubectl --as`). A request names the wanted user in headers; every part of that user needs a
 * grant of the requester's. Constrained modes (KEP-5284) also ask whether this very action may be done so, and are
 * tried before the legacy verb `impersonate`, which allows everything.
 */
import type { AuthorizationAttributes, Authorizer } from '../authz/authorizer.ts';
import { forbiddenError } from '../authz/forbidden.ts';
import { goQuote } from '../base/go-text.ts';
import type { Exchange } from '../http/exchange.ts';
import { setOwn } from '../meta/own.ts';
import { badRequest, StatusError } from '../meta/status.ts';
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
import { attributesOf } from './attributes.ts';
import type { RequestContext } from './context.ts';

/** Changes `ctx.user`. Undefined: the request acts as its sender. Throws 400 or 403. */
export function impersonate(ctx: RequestContext, authorizer: Authorizer): Promise<void> | undefined {
  const wanted = wantedUser(ctx.exchange);
  return wanted === null ? undefined : becomeUser(ctx, authorizer, wanted);
}

type Mode = 'associated-node' | 'arbitrary-node' | 'serviceaccount' | 'user-info' | 'legacy';

const MODES: readonly Mode[] = ['associated-node', 'arbitrary-node', 'serviceaccount', 'user-info', 'legacy'];
/** From this many groups or extras on, one grant for all of them is looked for first. */
const MANY = 4;
const GROUP = 'authentication.k8s.io';
const EXTRA_PREFIX = 'impersonate-extra-';
const EXTRA_ASSOCIATED_NODE_KEYS = 'authentication.kubernetes.io/associated-node-keys';

async function becomeUser(ctx: RequestContext, authorizer: Authorizer, wanted: UserInfo): Promise<void> {
  let refusal: unknown = null;
  for (const mode of MODES) {
    if (!applies(mode, wanted, ctx.requester)) continue;
    try {
      await check(ctx, authorizer, mode, wanted);
      ctx.user = finished(mode, wanted);
      ctx.impersonationConstraint = mode === 'legacy' ? '' : `impersonate:${mode}`;
      return;
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      refusal ??= error;
    }
  }
  throw refusal;
}

/** Null: the request names nobody. */
function wantedUser(exchange: Exchange): UserInfo | null {
  let names: string[] | null = null;
  for (const name of exchange.headerNames()) {
    if (name.startsWith('impersonate-')) {
      names ??= [];
      names.push(name);
    }
  }
  if (names === null) return null;
  const name = exchange.header('impersonate-user') ?? '';
  const uid = exchange.header('impersonate-uid') ?? '';
  const groups = exchange.headerAll('impersonate-group');
  const extra: Record<string, readonly string[]> = {};
  for (const header of names) {
    if (!header.startsWith(EXTRA_PREFIX)) continue;
    const key = extraKey(header.slice(EXTRA_PREFIX.length));
    const before = Object.hasOwn(extra, key) ? extra[key]! : [];
    setOwn(extra, key, [...before, ...exchange.headerAll(header)]);
  }
  const wanted: UserInfo = { name, uid, groups, extra };
  if (name !== '') return wanted;
  if (isOnlyName(wanted)) return null;
  throw badRequest(`requested ${JSON.stringify({ uid, groups, extra })} without impersonating a user name`);
}

/** An escape that is none stands for itself. */
function extraKey(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return encoded;
  }
}

function isOnlyName(user: UserInfo): boolean {
  return user.uid === '' && user.groups.length === 0 && Object.keys(user.extra).length === 0;
}

function applies(mode: Mode, wanted: UserInfo, requester: UserInfo): boolean {
  const node = parseNodeUserName(wanted.name);
  switch (mode) {
    case 'associated-node':
      return node !== null && isOnlyName(wanted) && isOnNode(requester, node);
    case 'arbitrary-node':
      return node !== null && isOnlyName(wanted);
    case 'serviceaccount':
      return isOnlyName(wanted) && parseServiceAccountUserName(wanted.name) !== null;
    case 'user-info':
      return node === null && parseServiceAccountUserName(wanted.name) === null;
    case 'legacy':
      return true;
  }
}

function isOnNode(requester: UserInfo, node: string): boolean {
  if (parseServiceAccountUserName(requester.name) === null) return false;
  const nodes = Object.hasOwn(requester.extra, EXTRA_NODE_NAME) ? requester.extra[EXTRA_NODE_NAME]! : [];
  return nodes.length === 1 && nodes[0] === node;
}

async function check(ctx: RequestContext, authorizer: Authorizer, mode: Mode, wanted: UserInfo): Promise<void> {
  const requester = mode === 'associated-node' ? withoutNode(ctx.requester) : ctx.requester;
  if (mode !== 'legacy') {
    const action = attributesOf(ctx);
    const verb = `impersonate-on:${mode}:${action.verb}`;
    await demand(authorizer, { ...action, user: requester, verb });
  }
  const base: AuthorizationAttributes = {
    user: requester,
    verb: mode === 'legacy' ? 'impersonate' : `impersonate:${mode}`,
    isResource: true,
    group: mode === 'legacy' ? '' : GROUP,
    version: 'v1',
    resource: 'users',
    subresource: '',
    namespace: '',
    name: wanted.name,
    path: '',
  };
  await demand(authorizer, nameAttributes(base, mode, wanted.name));
  if (wanted.uid !== '') await demand(authorizer, { ...base, group: GROUP, resource: 'uids', name: wanted.uid });
  await checkGroups(authorizer, base, mode, wanted.groups);
  await checkExtra(authorizer, { ...base, group: GROUP, resource: 'userextras', name: '' }, mode, wanted.extra);
}

/** The check for a node counts for whichever node the requester is on, so that its own must not play a part. */
function withoutNode(requester: UserInfo): UserInfo {
  return { ...requester, extra: { [EXTRA_ASSOCIATED_NODE_KEYS]: Object.keys(requester.extra).sort() } };
}

function nameAttributes(base: AuthorizationAttributes, mode: Mode, userName: string): AuthorizationAttributes {
  const account = parseServiceAccountUserName(userName);
  if (account !== null) {
    return { ...base, resource: 'serviceaccounts', namespace: account.namespace, name: account.name };
  }
  const node = mode === 'legacy' ? null : parseNodeUserName(userName);
  if (node === null) return base;
  return { ...base, resource: 'nodes', name: mode === 'associated-node' ? '*' : node };
}

async function checkGroups(
  authorizer: Authorizer,
  base: AuthorizationAttributes,
  mode: Mode,
  groups: readonly string[],
): Promise<void> {
  const attributes = { ...base, resource: 'groups', name: '' };
  if (mode !== 'legacy') {
    for (const group of groups) {
      if (group === '') throw forbiddenError(attributes, 'impersonating the empty string group is not allowed');
      if (group === GROUP_MASTERS) {
        throw forbiddenError({ ...attributes, name: group }, `impersonating the ${GROUP_MASTERS} group is not allowed`);
      }
    }
    if (groups.length >= MANY && (await isAllowed(authorizer, { ...attributes, name: '*' }))) return;
  }
  for (const group of groups) await demand(authorizer, { ...attributes, name: group });
}

async function checkExtra(
  authorizer: Authorizer,
  base: AuthorizationAttributes,
  mode: Mode,
  extra: UserInfo['extra'],
): Promise<void> {
  const entries = Object.entries(extra);
  if (mode !== 'legacy') {
    for (const [key, values] of entries) {
      const problem = extraProblem(key, values);
      if (problem !== '') throw forbiddenError(base, problem);
    }
    const count = entries.reduce((sum, [, values]) => sum + values.length, 0);
    if (count >= MANY && (await isAllowed(authorizer, { ...base, subresource: '*', name: '*' }))) return;
  }
  for (const [key, values] of entries) {
    for (const value of values) await demand(authorizer, { ...base, subresource: key, name: value });
  }
}

const DOMAIN_PREFIXED_PATH =
  /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\/[A-Za-z0-9/\-._~%!$&'()*+,;=:]+$/;

function extraProblem(key: string, values: readonly string[]): string {
  if (key === '') return 'impersonating the empty string key in extra is not allowed';
  if (key.length > 512 || !DOMAIN_PREFIXED_PATH.test(key)) {
    return `impersonating an invalid key in extra is not allowed: extra.key: Invalid value: ${goQuote(key)}: must be a domain-prefixed path (such as "acme.io/foo")`;
  }
  if (key !== key.toLowerCase()) {
    return `impersonating a non-lowercase key in extra is not allowed: ${goQuote(key)}`;
  }
  return values.includes('') ? 'impersonating the empty string value in extra is not allowed' : '';
}

async function demand(authorizer: Authorizer, attributes: AuthorizationAttributes): Promise<void> {
  const result = await authorizer.authorize(attributes);
  if (result.decision === 'allow') return;
  const reason = result.error !== '' && result.reason !== '' ? `${result.error}: ${result.reason}` : result.error;
  throw forbiddenError(attributes, reason === '' ? result.reason : reason);
}

async function isAllowed(authorizer: Authorizer, attributes: AuthorizationAttributes): Promise<boolean> {
  return (await authorizer.authorize(attributes)).decision === 'allow';
}

/** The user with the groups that are known from its name, unless the request said others. */
function finished(mode: Mode, wanted: UserInfo): UserInfo {
  let { groups } = wanted;
  const account = parseServiceAccountUserName(wanted.name);
  if (mode === 'associated-node' || mode === 'arbitrary-node') groups = [GROUP_NODES];
  else if (account !== null && groups.length === 0) groups = serviceAccountGroups(account.namespace);
  if (wanted.name === USER_ANONYMOUS) groups = withGroup(groups, GROUP_UNAUTHENTICATED);
  else if (!groups.includes(GROUP_UNAUTHENTICATED)) groups = withGroup(groups, GROUP_AUTHENTICATED);
  return { ...wanted, groups };
}

function withGroup(groups: readonly string[], group: string): readonly string[] {
  return groups.includes(group) ? groups : [...groups, group];
}
