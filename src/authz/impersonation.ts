/**
 * Acting as somebody else (`kubectl --as`): what the headers ask for and which permissions it takes. Constrained
 * impersonation (KEP-5284) is tried first, the older all-or-nothing form last.
 */
import { goQuote, goStringList } from '../base/go-text.ts';
import { setOwn } from '../meta/own.ts';
import { badRequest, type StatusError } from '../meta/status.ts';
import type { UserInfo } from '../meta/user.ts';
import type { AuthorizationAttributes, Authorizer } from './authorizer.ts';
import { forbiddenError } from './forbidden.ts';
import { type ImpersonationMode, impersonationModes } from './impersonation-modes.ts';

export interface ImpersonationHeaders {
  /** First value of a header; the name in lower case. */
  header(name: string): string | undefined;
  headerAll(name: string): readonly string[];
  headerNames(): readonly string[];
}

export interface ImpersonatedUser {
  readonly user: UserInfo;
  /** For the audit log: `impersonate:user-info`; '' for the older form. */
  readonly constraint: string;
}

const PREFIX = 'impersonate-';
const EXTRA_PREFIX = 'impersonate-extra-';

/** Null: no impersonation is asked for. Throws 400 when there is no user name among the headers. */
export function wantedUserOf(headers: ImpersonationHeaders): UserInfo | null {
  let asked = false;
  for (const name of headers.headerNames()) {
    if (name.startsWith(PREFIX)) {
      asked = true;
      break;
    }
  }
  return asked ? readHeaders(headers) : null;
}

/** `attributes`: those of the request, with the user who asks. Throws 403 with the words of the first check that failed. */
export async function impersonate(
  authorizer: Authorizer,
  wanted: UserInfo,
  attributes: AuthorizationAttributes,
): Promise<ImpersonatedUser> {
  let first: StatusError | null = null;
  for (const mode of impersonationModes(wanted, attributes)) {
    const refusal = await refusalOf(authorizer, mode);
    if (refusal === null) return { user: mode.user, constraint: mode.constraint };
    first ??= refusal;
  }
  throw first ?? new Error('all impersonation modes failed');
}

async function refusalOf(authorizer: Authorizer, mode: ImpersonationMode): Promise<StatusError | null> {
  for (let i = 0; i < mode.steps.length; i++) {
    const step = mode.steps[i]!;
    if (step.kind === 'refuse') return forbiddenError(step.attributes, step.reason);
    const result = await authorizer.authorize(step.attributes);
    if (step.kind === 'shortcut') {
      if (result.decision === 'allow') i += step.skip;
    } else if (result.decision !== 'allow') {
      const { error, reason } = result;
      return forbiddenError(step.attributes, error !== '' && reason !== '' ? `${error}: ${reason}` : error || reason);
    }
  }
  return null;
}

function readHeaders(headers: ImpersonationHeaders): UserInfo | null {
  const name = headers.header('impersonate-user') ?? '';
  const uid = headers.header('impersonate-uid') ?? '';
  const groups = headers.headerAll('impersonate-group');
  const extra: Record<string, string[]> = {};
  for (const header of headers.headerNames()) {
    if (header.startsWith(EXTRA_PREFIX)) addExtra(extra, header, headers.headerAll(header));
  }
  const wanted: UserInfo = { name, uid, groups, extra };
  if (name !== '') return wanted;
  if (uid === '' && groups.length === 0 && Object.keys(extra).length === 0) return null;
  throw badRequest(`requested ${goText(wanted)} without impersonating a user name`);
}

function addExtra(extra: Record<string, string[]>, header: string, values: readonly string[]): void {
  const key = unescapeKey(header.slice(EXTRA_PREFIX.length));
  const known = Object.hasOwn(extra, key) ? extra[key]! : [];
  setOwn(extra, key, [...known, ...values]);
}

/** Header names cannot hold every character of a key, so keys come percent-encoded. */
function unescapeKey(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** As Go prints the structure. */
function goText(user: UserInfo): string {
  const keys = Object.keys(user.extra).sort();
  const pairs = keys.map((key) => `${goQuote(key)}:${goStringList(user.extra[key]!)}`);
  const groups = user.groups.length === 0 ? '[]string(nil)' : goStringList(user.groups);
  const extra = `map[string][]string${pairs.length === 0 ? '(nil)' : `{${pairs.join(', ')}}`}`;
  return `&user.DefaultInfo{Name:${goQuote(user.name)}, UID:${goQuote(user.uid)}, Groups:${groups}, Extra:${extra}}`;
}
