/**
 * Acting as somebody else (`kubectl --as`): what the headers ask for and which permissions it takes. Constrained
 * impersonation (KEP-5284) is tried first, the older all-or-nothing form last.
 */
import { goQuote, goStringList } from '../base/go-text.ts';
import { impersonatedValuesMax } from '../base/limits.ts';
import { setOwn } from '../base/own.ts';
import { badRequest, type StatusError } from '../meta/status.ts';
import type { UserInfo } from '../meta/user.ts';
import type { AuthorizationAttributes, Authorizer } from './authorizer.ts';
import { forbiddenError } from './forbidden.ts';
import { type ImpersonationMode, impersonationModes } from './impersonation-modes.ts';

export interface ImpersonationHeaders {
  /** All headers, their names in lower case; repeated ones each time. */
  eachHeader(visit: (name: string, value: string) => void): void;
}

export interface ImpersonatedUser {
  readonly user: UserInfo;
  /** For the audit log: `impersonate:user-info`; '' for the older form. */
  readonly constraint: string;
}

const PREFIX = 'impersonate-';
const EXTRA_PREFIX = 'impersonate-extra-';

/**
 * Null: no impersonation is asked for. Throws 400 when there is no user name among the headers, when they name two, or when there are
 * more than anybody means.
 */
export function wantedUserOf(headers: ImpersonationHeaders): UserInfo | null {
  let wanted: Wanted | null = null;
  headers.eachHeader((name, value) => {
    if (!name.startsWith(PREFIX)) return;
    wanted ??= { names: [], uids: [], groups: [], extra: {}, values: 0 };
    collect(wanted, name, value);
  });
  return wanted === null ? null : userOf(wanted);
}

interface Wanted {
  readonly names: string[];
  readonly uids: string[];
  readonly groups: string[];
  readonly extra: Record<string, string[]>;
  /** Groups and values of extra. */
  values: number;
}

function collect(wanted: Wanted, name: string, value: string): void {
  if (name === 'impersonate-user') wanted.names.push(value);
  else if (name === 'impersonate-uid') wanted.uids.push(value);
  else if (name === 'impersonate-group') {
    wanted.groups.push(value);
    wanted.values++;
  } else if (name.startsWith(EXTRA_PREFIX)) {
    const key = unescapeKey(name.slice(EXTRA_PREFIX.length));
    if (!Object.hasOwn(wanted.extra, key)) setOwn(wanted.extra, key, []);
    wanted.extra[key]!.push(value);
    wanted.values++;
  }
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

function userOf({ names, uids, groups, extra, values }: Wanted): UserInfo | null {
  // A proxy that adds its own to one it did not see would not be obeyed.
  if (names.length > 1 || uids.length > 1) throw badRequest('more than one user or UID to impersonate');
  if (values > impersonatedValuesMax) throw badRequest(`more than ${impersonatedValuesMax} groups and extra values`);
  const wanted: UserInfo = { name: names[0] ?? '', uid: uids[0] ?? '', groups, extra };
  if (wanted.name !== '') return wanted;
  if (wanted.uid === '' && values === 0) return null;
  throw badRequest(`requested ${goText(wanted)} without impersonating a user name`);
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
