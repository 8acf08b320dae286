/**
 * The way of every request, in the order of the lines: audit id, request info, deadline, authentication, audit,
 * impersonation, flow control, authorization, route. Steps that can answer at once do so without a turn of the event loop.
 */
import type { AuthenticationResult, Authenticator } from '../authn/authenticator.ts';
import type { AuthorizationAttributes, AuthorizationResult, Authorizer } from '../authz/authorizer.ts';
import { authorizationFailureText, forbiddenError } from '../authz/forbidden.ts';
import { impersonate, wantedUserOf } from '../authz/impersonation.ts';
import type { Logger } from '../base/logger.ts';
import type { Random } from '../base/random.ts';
import type { Exchange, Handler } from '../http/exchange.ts';
import { parseGoDuration } from '../meta/duration.ts';
import { parseQuery } from '../meta/query.ts';
import { badRequest, StatusError, unauthorized } from '../meta/status.ts';
import type { UserInfo } from '../meta/user.ts';
import { StoreFullError } from '../store/errors.ts';
import { attributesOf, credentialsOf, isAnonymous } from './attributes.ts';
import { RequestContext, type RouteHandler } from './context.ts';
import { createDeadlines, type Deadlines } from './deadlines.ts';
import type { FlowControl, FlowTicket } from './max-in-flight.ts';
import { isLongRunning, parseRequestInfo } from './request-info.ts';
import type { RequestMetrics } from './request-metrics.ts';
import { sendErrorText, sendPageNotFound, sendStatus } from './respond.ts';

export interface Routes {
  /** All paths below /api and /apis that name a resource. */
  readonly resource: RouteHandler;
  /** Other paths, exactly as written here. */
  readonly paths: ReadonlyMap<string, RouteHandler>;
  /** Other paths by their beginning; the first that fits. */
  readonly prefixes: readonly { readonly prefix: string; readonly handler: RouteHandler }[];
}

/** Told of every request; the audit log. Both are called for requests that fail, too. */
export interface AuditHook {
  /** Who asks is known; nothing else is done. A throw refuses the request. */
  received(ctx: RequestContext): void | Promise<void>;
  /** The answer is complete, or the client gone. */
  completed(ctx: RequestContext): void;
}

export interface PipelineOptions {
  readonly authenticator: Authenticator;
  readonly authorizer: Authorizer;
  readonly flowControl: FlowControl;
  readonly routes: Routes;
  /** Null: nothing is audited. */
  readonly audit: AuditHook | null;
  readonly metrics: RequestMetrics;
  readonly logger: Logger;
  readonly random: Random;
  /** Limit of requests that are not long-running, and of their `?timeout=`. */
  readonly requestTimeoutSeconds: number;
  /** The users of the in-process transport, by `Exchange.localUser`. */
  readonly localUser: (name: string) => UserInfo;
}

export interface Pipeline {
  readonly handler: Handler;
  close(): void;
}

export function createPipeline(options: PipelineOptions): Pipeline {
  const deadlines = createDeadlines();
  return {
    handler: (exchange) => {
      const auditId = exchange.header('audit-id') ?? options.random.uuid();
      return serve(options, deadlines, new RequestContext(exchange, auditId, Date.now(), performance.now()));
    },
    close: () => deadlines.close(),
  };
}

async function serve(options: PipelineOptions, deadlines: Deadlines, ctx: RequestContext): Promise<void> {
  let ticket: FlowTicket | null = null;
  try {
    readRequest(options, ctx);
    if (!ctx.longRunning) deadlines.add(ctx);

    const authenticating = authenticate(options, ctx);
    if (authenticating !== undefined) await authenticating;

    const auditing = options.audit?.received(ctx);
    if (auditing !== undefined) await auditing;

    const impersonating = actAsWanted(options, ctx);
    if (impersonating !== undefined) await impersonating;

    if (!ctx.longRunning) {
      const admitting = options.flowControl.admit(ctx.info, ctx.user);
      ticket = admitting instanceof Promise ? await admitting : admitting;
      if (ticket === null) {
        refuseForLoad(options, ctx);
        return;
      }
      nameFlow(ctx, ticket);
    }

    const authorizing = authorize(options, ctx);
    if (authorizing !== undefined) await authorizing;

    options.metrics.begin(ctx);
    const routing = route(options.routes, ctx);
    if (routing !== undefined) await routing;
    if (!ctx.exchange.responded) throw new Error('the handler ended without an answer');
  } catch (error) {
    answerError(options, ctx, error);
  } finally {
    deadlines.remove(ctx);
    if (ticket !== null) ticket.release();
    if (ctx.longRunning) ctx.exchange.onClose(() => complete(options, ctx));
    else complete(options, ctx);
  }
}

function readRequest(options: PipelineOptions, ctx: RequestContext): void {
  const { exchange } = ctx;
  ctx.query = parseQuery(exchange.query);
  ctx.info = parseRequestInfo(exchange.method, exchange.path, ctx.query);
  ctx.longRunning = isLongRunning(ctx.info);
  if (!ctx.longRunning) ctx.deadlineMs = ctx.startedMs + timeoutMs(options, ctx);
}

/** `?timeout=` may only shorten; 0 is no wish. */
function timeoutMs(options: PipelineOptions, ctx: RequestContext): number {
  const longest = options.requestTimeoutSeconds * 1000;
  const text = ctx.query.get('timeout');
  if (text === null || text === '') return longest;
  const asked = parseGoDuration(text);
  if (typeof asked === 'string') throw badRequest(`invalid timeout specified in the request URL - ${asked}`);
  return asked > 0 && asked < longest ? asked : longest;
}

/** Undefined: done at once. */
function authenticate(options: PipelineOptions, ctx: RequestContext): Promise<void> | undefined {
  const { localUser } = ctx.exchange;
  if (localUser !== null) {
    setUser(ctx, options.localUser(localUser));
    return undefined;
  }
  const result = options.authenticator.authenticate(credentialsOf(ctx));
  if (result instanceof Promise) return result.then((outcome) => settle(options, ctx, outcome));
  settle(options, ctx, result);
  return undefined;
}

function settle(options: PipelineOptions, ctx: RequestContext, outcome: AuthenticationResult): void {
  options.metrics.authenticated(outcome.kind);
  if (outcome.kind === 'authenticated') {
    setUser(ctx, outcome.user);
    if (isAnonymous(outcome.user)) closeHttp2(ctx);
    return;
  }
  if (outcome.kind === 'failed') options.logger.info(1, 'Unable to authenticate the request', { err: outcome.error });
  closeHttp2(ctx);
  throw unauthorized();
}

function setUser(ctx: RequestContext, user: UserInfo): void {
  ctx.user = user;
  ctx.requester = user;
}

/** Those who are not known may not keep an HTTP/2 connection, which lets them make the server work (CVE-2023-44487). */
function closeHttp2(ctx: RequestContext): void {
  if (ctx.exchange.protocol === 'HTTP/2.0') ctx.addHeader('connection', 'close');
}

/** `kubectl --as`. Undefined: the request acts as its sender. */
function actAsWanted(options: PipelineOptions, ctx: RequestContext): Promise<void> | undefined {
  if (ctx.exchange.localUser !== null) return undefined;
  const wanted = wantedUserOf(ctx.exchange);
  if (wanted === null) return undefined;
  return impersonate(options.authorizer, wanted, attributesOf(ctx)).then(
    ({ user, constraint }) => {
      ctx.user = user;
      ctx.impersonationConstraint = constraint;
    },
    (error: unknown) => {
      ctx.addHeader('x-content-type-options', 'nosniff');
      throw error;
    },
  );
}

function nameFlow(ctx: RequestContext, ticket: FlowTicket): void {
  if (ticket.flowSchemaUid === '') return;
  ctx.addHeader('x-kubernetes-pf-flowschema-uid', ticket.flowSchemaUid);
  ctx.addHeader('x-kubernetes-pf-prioritylevel-uid', ticket.priorityLevelUid);
}

function refuseForLoad(options: PipelineOptions, ctx: RequestContext): void {
  options.metrics.terminated(ctx, 429);
  ctx.addHeader('retry-after', '1');
  sendErrorText(ctx, 429, 'Too many requests, please try again later.');
}

/** Undefined: allowed at once. */
function authorize(options: PipelineOptions, ctx: RequestContext): Promise<void> | undefined {
  const attributes = attributesOf(ctx);
  const result = options.authorizer.authorize(attributes);
  if (result instanceof Promise) return result.then((outcome) => decide(options, ctx, attributes, outcome));
  decide(options, ctx, attributes, result);
  return undefined;
}

function decide(
  options: PipelineOptions,
  ctx: RequestContext,
  attributes: AuthorizationAttributes,
  result: AuthorizationResult,
): void {
  options.metrics.authorized(result.decision);
  ctx.authorizationReason = result.reason;
  if (result.decision === 'allow') return;
  ctx.addHeader('x-content-type-options', 'nosniff');
  throw forbiddenError(attributes, result.reason === '' ? result.error : result.reason);
}

function route(routes: Routes, ctx: RequestContext): void | Promise<void> {
  const { info } = ctx;
  if (info.isResource) return routes.resource(ctx);
  const exact = routes.paths.get(info.path);
  if (exact !== undefined) return exact(ctx);
  for (const { prefix, handler } of routes.prefixes) if (info.path.startsWith(prefix)) return handler(ctx);
  sendPageNotFound(ctx);
}

/** A StatusError is an answer, its `cause`, like anything else that is thrown, a bug, whose text is for the log alone. */
function answerError(options: PipelineOptions, ctx: RequestContext, error: unknown): void {
  try {
    if (error instanceof StatusError) {
      if (error.cause !== undefined) reportBug(options, ctx, error.cause);
      if (error.code === 500 && ctx.info.path === '') {
        sendErrorText(ctx, 500, authorizationFailureText(uriOf(ctx.exchange), error.message));
      } else sendStatus(ctx, error);
      return;
    }
    if (error instanceof StoreFullError) {
      sendStatus(ctx, new StatusError(500, '', 'etcdserver: mvcc: database space exceeded'));
      return;
    }
    reportBug(options, ctx, error);
    sendErrorText(ctx, 500, 'This request caused apiserver to panic. Look in the logs for details.');
  } catch (failure) {
    options.logger.error(failure, 'could not answer an error', { auditID: ctx.auditId });
  }
}

function reportBug(options: PipelineOptions, ctx: RequestContext, bug: unknown): void {
  options.metrics.panicked();
  options.logger.error(bug, "apiserver panic'd", {
    method: ctx.exchange.method,
    URI: uriOf(ctx.exchange),
    auditID: ctx.auditId,
  });
}

function complete(options: PipelineOptions, ctx: RequestContext): void {
  const elapsedMs = performance.now() - ctx.startedMs;
  options.metrics.end(ctx, elapsedMs / 1000);
  options.audit?.completed(ctx);
  if (options.logger.enabled(3)) logRequest(options.logger, ctx, elapsedMs);
}

function logRequest(logger: Logger, ctx: RequestContext, elapsedMs: number): void {
  const { exchange } = ctx;
  logger.info(3, 'HTTP', {
    verb: ctx.info.verb.toUpperCase(),
    URI: uriOf(exchange),
    latency: `${elapsedMs.toFixed(6)}ms`,
    userAgent: exchange.header('user-agent') ?? '',
    'audit-ID': ctx.auditId,
    srcIP: exchange.remoteAddress,
    resp: exchange.status,
  });
}

function uriOf(exchange: Exchange): string {
  return exchange.query === '' ? exchange.path : `${exchange.path}?${exchange.query}`;
}
