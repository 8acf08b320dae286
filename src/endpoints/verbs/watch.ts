/** WATCH: a stream of frames over chunked HTTP or a WebSocket. */
import { canStream } from '../../codec/negotiate.ts';
import type { ResponseStream, WebSocketStream } from '../../http/exchange.ts';
import { parseFieldSelector, requiredFieldValue } from '../../meta/fields.ts';
import { parseListOptions } from '../../meta/list-options.ts';
import { badRequest, methodNotAllowed, notAcceptable } from '../../meta/status.ts';
import { storageOf } from '../../registry/resource.ts';
import { type FrameEncoder, type FrameSink, prepareWatch, startWatch, type Watch } from '../../registry/watch.ts';
import { startStream } from '../respond.ts';
import type { Call } from './call.ts';
import { objectFrames, partialFrames, tableFrames } from './frames.ts';
import { PROTOBUF_WATCH_TYPE, protobufFrames } from './protobuf.ts';
import { includeObjectOf } from './table.ts';

const STREAM_TYPES = ['application/json;stream=watch'];

export async function watchVerb(call: Call): Promise<void> {
  const { services, ctx, resource, namespace, name } = call;
  if (resource.storage === null) throw methodNotAllowed();
  if (!canStream(call.negotiated)) throw notAcceptable(STREAM_TYPES);
  const parsed = parseListOptions(ctx.query, true);
  const fieldSelector = name === '' ? parsed.fieldSelector : selectorOfName(name, parsed.fieldSelector);
  const start = await prepareWatch(services.registry, resource, namespace, { ...parsed, fieldSelector });
  const stream = await openStream(call);
  const watch = startWatch(start, encoderOf(call), sinkOf(call, stream));
  stream.onDrain(() => watch.resume());
  const timer = services.registry.clock.setTimer(lifetimeMs(call, parsed.timeoutSeconds), () => finish(watch, stream));
  ctx.exchange.onClose(() => {
    timer.cancel();
    watch.cancel();
    if (stream.abandoned) services.watchMetrics.abandoned(resource.group, resource.name);
  });
}

/** The deprecated path /watch/…/<name> names one object; a selector beside it must name the same. */
function selectorOfName(name: string, fieldSelector: string): string {
  if (fieldSelector === '') return `metadata.name=${name}`;
  if (requiredFieldValue(parseFieldSelector(fieldSelector), 'metadata.name') === name) return fieldSelector;
  throw badRequest("fieldSelector metadata.name doesn't match requested name");
}

function finish(watch: Watch, stream: ResponseStream): void {
  watch.bookmark();
  watch.cancel();
  stream.end();
}

/** Watches end at different times, so that their clients do not all come back at once. */
function lifetimeMs(call: Call, timeoutSeconds: number | null): number {
  if (timeoutSeconds !== null && timeoutSeconds > 0) return timeoutSeconds * 1000;
  const least = call.services.minRequestTimeoutSeconds * 1000;
  return least + call.services.registry.random.below(Math.max(1, Math.min(least, 2 ** 31)));
}

async function openStream(call: Call): Promise<ResponseStream> {
  const { exchange } = call.ctx;
  const type = call.negotiated.media === 'protobuf' ? PROTOBUF_WATCH_TYPE : 'application/json';
  if (exchange.upgradeWebSocket === null) return startStream(call.ctx, type);
  return asFrames(await exchange.upgradeWebSocket([]));
}

/** Over a WebSocket each event is a message of its own. */
function asFrames(socket: WebSocketStream): ResponseStream {
  return {
    write(chunk) {
      let ready = true;
      for (const line of chunk.toString().split('\n')) if (line !== '') ready = socket.writeText(`${line}\n`);
      return ready;
    },
    onDrain: (callback) => socket.onDrain(callback),
    end: () => socket.end(),
    get closed() {
      return socket.closed;
    },
    get abandoned() {
      return socket.abandoned;
    },
  };
}

function sinkOf(call: Call, stream: ResponseStream): FrameSink {
  const { group, version, name } = call.resource;
  const { watchMetrics } = call.services;
  return {
    write(frames) {
      watchMetrics.sent(group, version, name, frames.length);
      return stream.write(frames);
    },
    end: () => stream.end(),
  };
}

function encoderOf(call: Call): FrameEncoder {
  const { services, ctx, resource, negotiated } = call;
  const storage = storageOf(resource);
  const { as } = negotiated;
  if (negotiated.media === 'protobuf') {
    return protobufFrames(services.messages, resource, storage, as === null ? null : `${as.group}/${as.version}`);
  }
  if (as === null) return objectFrames(resource, storage);
  const apiVersion = `${as.group}/${as.version}`;
  switch (as.kind) {
    case 'Table':
      return tableFrames(resource, storage, {
        apiVersion,
        include: includeObjectOf(ctx.query.get('includeObject')),
        now: () => services.registry.clock.now(),
        id: ctx.auditId,
      });
    case 'PartialObjectMetadata':
      return partialFrames(resource, storage, apiVersion);
    default:
      throw notAcceptable(STREAM_TYPES);
  }
}
