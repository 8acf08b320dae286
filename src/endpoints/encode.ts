/** Bodies made of values: Status, discovery documents, tables, reviews. */
import { escapeHtml } from '../base/go-text.ts';
import { createNegotiator, MEDIA_TYPES, type Negotiated, wantsPretty } from '../codec/negotiate.ts';
import { prettyJson } from '../codec/pretty.ts';
import { yamlOf } from '../codec/yaml-write.ts';
import type { RequestContext } from './context.ts';

/** Whatever transformation is asked for (and was made by now), in a form that any value has. */
const negotiate = createNegotiator({ media: ['json', 'yaml'], allows: () => true });
const FALLBACK: Negotiated = { media: 'json', as: null, pretty: false, stream: '', profile: '' };

/** A client that takes neither JSON nor YAML gets JSON: an error must be told somehow. */
export function encodeNegotiated(ctx: RequestContext, value: unknown): { contentType: string; body: Buffer } {
  const negotiated = negotiate(ctx.exchange.header('accept')) ?? FALLBACK;
  if (negotiated.media === 'yaml') return { contentType: MEDIA_TYPES.yaml, body: Buffer.from(yamlOf(value)) };
  const compact = encodeJson(value);
  const body = isPretty(ctx, negotiated) ? prettyJson(compact) : compact;
  return { contentType: MEDIA_TYPES.json, body };
}

/** In which text a value is answered. */
export function textStyleOf(ctx: RequestContext): 'json' | 'pretty' | 'yaml' {
  const negotiated = negotiate(ctx.exchange.header('accept')) ?? FALLBACK;
  if (negotiated.media === 'yaml') return 'yaml';
  return isPretty(ctx, negotiated) ? 'pretty' : 'json';
}

/** Whether this request's JSON is to be indented. */
export function isPrettyRequest(ctx: RequestContext): boolean {
  return isPretty(ctx, negotiate(ctx.exchange.header('accept')) ?? FALLBACK);
}

/** Compact JSON as Go writes it, with a final newline. Members stand in their order. */
export function encodeJson(value: unknown): Buffer {
  return Buffer.from(`${escapeHtml(JSON.stringify(value))}\n`);
}

/** Indented JSON without a final newline. */
export function encodePrettyJson(value: unknown): Buffer {
  return Buffer.from(escapeHtml(JSON.stringify(value, null, 2)));
}

function isPretty(ctx: RequestContext, negotiated: Negotiated): boolean {
  return wantsPretty(negotiated, ctx.query.get('pretty'), ctx.exchange.header('user-agent'));
}
