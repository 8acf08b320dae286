/** All ways to answer a request. Each sets the headers common to every answer; none answers twice. */

import { warningHeaders } from '../codec/warning.ts';
import type { OutgoingHeaders, ResponseStream } from '../http/exchange.ts';
import { resourceNotFound, type StatusError, statusOf } from '../meta/status.ts';
import type { RequestContext } from './context.ts';
import { encodeNegotiated } from './encode.ts';
import { acceptsGzip, GZIP_ABOVE_BYTES, gzipChunks } from './gzip.ts';

export { isPrettyRequest } from './encode.ts';

export const TEXT = 'text/plain; charset=utf-8';
export const JSON_TYPE = 'application/json';

/** Sends bytes as they are, compressed when they are many and the client takes gzip. */
export function sendBytes(
  ctx: RequestContext,
  status: number,
  contentType: string,
  body: Buffer,
): void | Promise<void> {
  if (body.length > GZIP_ABOVE_BYTES && acceptsGzip(ctx.exchange.header('accept-encoding'))) {
    return sendCompressed(ctx, status, contentType, [body]);
  }
  ctx.exchange.respond(status, headersFor(ctx, contentType), body);
}

/** Sends a list of buffers as one answer; `bytes` is their total length. */
export function sendChunks(
  ctx: RequestContext,
  status: number,
  contentType: string,
  chunks: Iterable<Buffer>,
  bytes: number,
): void | Promise<void> {
  if (bytes > GZIP_ABOVE_BYTES && acceptsGzip(ctx.exchange.header('accept-encoding'))) {
    return sendCompressed(ctx, status, contentType, chunks);
  }
  ctx.exchange.respondChunks(status, headersFor(ctx, contentType), chunks, bytes);
}

/** Sends a value as JSON or YAML, whichever the client prefers; pretty for people's clients. */
export function sendObject(ctx: RequestContext, status: number, value: unknown): void | Promise<void> {
  const { contentType, body } = encodeNegotiated(ctx, value);
  return sendBytes(ctx, status, contentType, body);
}

/** Sends the Status of an error. */
export function sendStatus(ctx: RequestContext, error: StatusError): void {
  const { contentType, body } = encodeNegotiated(ctx, statusOf(error));
  const headers = headersFor(ctx, contentType);
  const retryAfter = error.details?.retryAfterSeconds ?? 0;
  if (retryAfter > 0) headers['retry-after'] = String(retryAfter);
  ctx.exchange.respond(error.code, headers, body);
}

/** Sends an error as plain text, as Go's http.Error: with a final newline. */
export function sendErrorText(ctx: RequestContext, status: number, text: string): void {
  const headers = headersFor(ctx, TEXT);
  headers['x-content-type-options'] = 'nosniff';
  ctx.exchange.respond(status, headers, `${text}\n`);
}

export function sendText(ctx: RequestContext, status: number, text: string): void {
  ctx.exchange.respond(status, headersFor(ctx, TEXT), text);
}

/** What is asked at a path that nothing serves. `groupServed`: it lies below the API, in a group that is. */
export function sendPageNotFound(ctx: RequestContext, groupServed = false): void {
  if (groupServed) sendStatus(ctx, resourceNotFound());
  else sendErrorText(ctx, 404, '404 page not found');
}

/** Begins an answer of unknown length, a watch. Never compressed. */
export function startStream(ctx: RequestContext, contentType: string): ResponseStream {
  return ctx.exchange.stream(200, headersFor(ctx, contentType));
}

/** A new object at each call, given away with the answer: the transport adds to it. */
export function headersFor(ctx: RequestContext, contentType: string): OutgoingHeaders {
  const headers: OutgoingHeaders = {
    'audit-id': ctx.auditId,
    'cache-control': 'no-cache, private',
    'content-type': contentType,
  };
  if (ctx.warnings !== null) headers['warning'] = warningHeaders(ctx.warnings.texts);
  if (ctx.extraHeaders !== null) Object.assign(headers, ctx.extraHeaders);
  return headers;
}

async function sendCompressed(
  ctx: RequestContext,
  status: number,
  contentType: string,
  chunks: Iterable<Buffer>,
): Promise<void> {
  const compressed = await gzipChunks(chunks);
  const headers = headersFor(ctx, contentType);
  headers['content-encoding'] = 'gzip';
  const { vary } = headers;
  headers['vary'] = typeof vary === 'string' ? `${vary}, Accept-Encoding` : 'Accept-Encoding';
  let bytes = 0;
  for (const chunk of compressed) bytes += chunk.length;
  ctx.exchange.respondChunks(status, headers, compressed, bytes);
}
