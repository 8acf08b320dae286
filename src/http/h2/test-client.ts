/** An HTTP/2 client for tests that writes whatever frames it is told to. */
import { once } from 'node:events';
import { connect, type TLSSocket } from 'node:tls';
import { FrameType, PREFACE } from './frames.ts';

export const END = 0x5; // END_HEADERS, END_STREAM
export const END_HEADERS = 0x4;
export const END_STREAM = 0x1;

export interface RawClient {
  readonly socket: TLSSocket;
  /** Statuses by stream: 200, or 400 for all others. */
  readonly statuses: Map<number, number>;
  /** Bytes of data by stream. */
  readonly data: Map<number, number>;
  readonly ended: Set<number>;
  /** Codes of RST_STREAM by stream, of GOAWAY, in the order in which they came. */
  readonly resets: Map<number, number>;
  readonly goAways: number[];
  /** Types of frames with the flag ACK. */
  readonly acks: number[];
  readonly closed: Promise<unknown>;
}

/** `first`: what is sent at once. */
export async function openRaw(
  port: number,
  ca: string,
  first: Buffer = Buffer.concat([PREFACE, frame(FrameType.settings, 0, 0)]),
): Promise<RawClient> {
  const socket = connect({ host: '127.0.0.1', port, ca, ALPNProtocols: ['h2'] });
  const raw: RawClient = {
    socket,
    statuses: new Map(),
    data: new Map(),
    ended: new Set(),
    resets: new Map(),
    goAways: [],
    acks: [],
    closed: once(socket, 'close'),
  };
  socket.on('error', () => {});
  let rest = Buffer.alloc(0);
  socket.on('data', (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= 9 && rest.length >= 9 + rest.readUIntBE(0, 3)) {
      const payload = rest.subarray(9, 9 + rest.readUIntBE(0, 3));
      note(raw, rest[3]!, rest[4]!, rest.readUInt32BE(5), payload);
      rest = rest.subarray(9 + payload.length);
    }
  });
  await once(socket, 'secureConnect');
  socket.write(first);
  return raw;
}

function note(raw: RawClient, type: number, flags: number, stream: number, payload: Buffer): void {
  if ((type === FrameType.settings || type === FrameType.ping) && (flags & 1) !== 0) raw.acks.push(type);
  if ((type === FrameType.data || type === FrameType.headers) && (flags & END_STREAM) !== 0) raw.ended.add(stream);
  // `:status: 200` is a single byte of the static table.
  if (type === FrameType.headers) raw.statuses.set(stream, payload.includes(0x88) ? 200 : 400);
  if (type === FrameType.data) raw.data.set(stream, (raw.data.get(stream) ?? 0) + payload.length);
  if (type === FrameType.rstStream) raw.resets.set(stream, payload.readUInt32BE(0));
  if (type === FrameType.goAway) raw.goAways.push(payload.readUInt32BE(4));
}

export function frame(type: number, flags: number, stream: number, payload: Buffer = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

export function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

export function settings(...pairs: [setting: number, value: number][]): Buffer {
  const payloads = pairs.map(([setting, value]) => Buffer.concat([Buffer.from([0, setting]), uint32(value)]));
  return frame(FrameType.settings, 0, 0, Buffer.concat(payloads));
}

/** A field that is never remembered. */
export function literal(name: string, value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from([0x10, name.length]), Buffer.from(name), Buffer.from([bytes.length]), bytes]);
}

/** A request over https with further headers. */
export function request(method: 'GET' | 'POST', path: string, ...headers: [string, string][]): Buffer {
  return Buffer.concat([
    Buffer.from([method === 'GET' ? 0x82 : 0x83, 0x87]),
    literal(':path', path),
    literal(':authority', 'localhost'),
    ...headers.map(([name, value]) => literal(name, value)),
  ]);
}
