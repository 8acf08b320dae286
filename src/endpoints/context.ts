import { Warnings } from '../codec/warning.ts';
import type { Exchange, OutgoingHeaders } from '../http/exchange.ts';
import { parseQuery, type Query } from '../meta/query.ts';
import { timeout } from '../meta/status.ts';
import type { UserInfo } from '../meta/user.ts';
import type { Deadline } from './deadlines.ts';
import type { RequestInfo } from './request-info.ts';
import { sendStatus } from './respond.ts';

/** One request on its way through the pipeline. Every field is set in the constructor, so that all have one shape. */
export class RequestContext implements Deadline {
  readonly exchange: Exchange;
  readonly auditId: string;
  /** Milliseconds since the epoch. */
  readonly receivedMs: number;
  /** On the clock of `performance.now()`. */
  readonly startedMs: number;
  info: RequestInfo = NO_INFO;
  query: Query = NO_QUERY;
  /** As whom the request acts. */
  user: UserInfo = NOBODY;
  /** Who sent it: differs from `user` when impersonating. */
  requester: UserInfo = NOBODY;
  /** `impersonate:user-info` and the like; '' for the legacy verb, or none (KEP-5284). */
  impersonationConstraint = '';
  longRunning = false;
  /** The deadline passed and was answered: what the handler sends later goes nowhere. */
  timedOut = false;
  /** The authorizer's reason, for the audit log. */
  authorizationReason = '';
  /** Null: none. */
  warnings: Warnings | null = null;
  /** The metrics' own note of what is counted under which labels. */
  metricsRoute: object | null = null;
  /** Further headers of whatever answer is sent; null: none. */
  extraHeaders: OutgoingHeaders | null = null;
  deadlineMs = 0;
  deadlineSlot = -1;
  deadlineNext: Deadline | null = null;
  deadlinePrevious: Deadline | null = null;

  constructor(exchange: Exchange, auditId: string, receivedMs: number, startedMs: number) {
    this.exchange = exchange;
    this.auditId = auditId;
    this.receivedMs = receivedMs;
    this.startedMs = startedMs;
  }

  warn(text: string): void {
    this.warnings ??= new Warnings();
    this.warnings.add(text);
  }

  addHeader(name: string, value: string): void {
    this.extraHeaders ??= {};
    this.extraHeaders[name] = value;
  }

  onDeadline(): void {
    this.timedOut = true;
    sendStatus(this, timeout('request did not complete within the allotted timeout', 0));
  }
}

/** Answers one request: by a send function, before the promise resolves. What it throws is answered by the pipeline. */
export type RouteHandler = (ctx: RequestContext) => void | Promise<void>;

const NO_QUERY: Query = parseQuery('');
const NOBODY: UserInfo = { name: '', uid: '', groups: [], extra: {} };
const NO_INFO: RequestInfo = {
  isResource: false,
  verb: '',
  apiPrefix: '',
  group: '',
  version: '',
  namespace: '',
  resource: '',
  subresource: '',
  name: '',
  path: '',
  parts: [],
  verbByPath: false,
};
