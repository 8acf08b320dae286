/**
 * Looks at the frames that an HTTP/2 client sends (RFC 9113, 4.1) before the library gets them, for what the library leaves to others:
 * headers it would leave out in silence, header blocks without an end, and floods of frames that cost the server more than the client
 * (CVE-2019-9512, CVE-2023-44487, CVE-2024-27316).
 */
import { type BlockVerdict, createHeaderBlockReader } from './hpack.ts';

export type Violation = 'broken-headers' | 'headers-too-large' | 'too-many-resets' | 'too-many-control-frames';

export interface FrameGuardLimits {
  /** Header blocks as sent: compressed. */
  readonly headerBlockBytesMax: number;
  /** RST_STREAM frames at once, and per second in the long run. */
  readonly resetsBurst: number;
  readonly resetsPerSecond: number;
  /** PING, SETTINGS, WINDOW_UPDATE, PRIORITY, CONTINUATION, empty DATA and unknown frames, likewise. */
  readonly controlBurst: number;
  readonly controlPerSecond: number;
  /** Who takes much must say so often: bytes sent to the client that allow it one more control frame. */
  readonly sentBytesPerControl: number;
}

export const FRAME_GUARD_LIMITS: FrameGuardLimits = {
  headerBlockBytesMax: 1024 * 1024,
  resetsBurst: 1000,
  resetsPerSecond: 200,
  controlBurst: 10_000,
  controlPerSecond: 2000,
  sentBytesPerControl: 1024,
};

const PREFACE_BYTES = 24;
const FRAME_HEADER_BYTES = 9;
const DATA = 0;
const HEADERS = 1;
const RST_STREAM = 3;
const CONTINUATION = 9;
const END_HEADERS = 0x4;
const PADDED = 0x8;
const PRIORITY = 0x20;

export class FrameGuard {
  /** Streams with a header that would be left out: they must be refused. */
  readonly refused = new Set<number>();
  readonly #limits: FrameGuardLimits;
  readonly #nowMs: () => number;
  readonly #headers = createHeaderBlockReader();
  #skip = PREFACE_BYTES;
  readonly #head = Buffer.alloc(FRAME_HEADER_BYTES);
  #headBytes = 0;
  /** Of the frame whose payload is gathered: flags, stream, bytes still to come. */
  #type = 0;
  #flags = 0;
  #stream = 0;
  #missing = 0;
  /** Payloads of the header block under way. */
  #block: Buffer[] = [];
  #blockBytes = 0;
  #blockOpen = false;
  #lastMs: number;
  #resets: number;
  #control: number;
  #sentBytes = 0;

  constructor(limits: FrameGuardLimits, nowMs: () => number) {
    this.#limits = limits;
    this.#nowMs = nowMs;
    this.#lastMs = nowMs();
    this.#resets = limits.resetsBurst;
    this.#control = limits.controlBurst;
  }

  /** A header block has begun and not ended. */
  get headersPending(): boolean {
    return this.#blockOpen || (this.#missing > 0 && this.#type === HEADERS);
  }

  sent(bytes: number): void {
    this.#sentBytes += bytes;
  }

  /** Null: the library may have the chunk. */
  read(chunk: Buffer): Violation | null {
    let at = 0;
    while (at < chunk.length) {
      if (this.#skip > 0) {
        const skipped = Math.min(this.#skip, chunk.length - at);
        this.#skip -= skipped;
        at += skipped;
      } else if (this.#missing > 0) {
        const end = Math.min(at + this.#missing, chunk.length);
        this.#gather(chunk.subarray(at, end));
        at = end;
        const violation = this.#missing === 0 ? this.#frameEnds() : null;
        if (violation !== null) return violation;
      } else {
        const taken = Math.min(FRAME_HEADER_BYTES - this.#headBytes, chunk.length - at);
        chunk.copy(this.#head, this.#headBytes, at, at + taken);
        this.#headBytes += taken;
        at += taken;
        const violation = this.#headBytes === FRAME_HEADER_BYTES ? this.#frameBegins() : null;
        if (violation !== null) return violation;
      }
    }
    return null;
  }

  #frameBegins(): Violation | null {
    const head = this.#head;
    this.#headBytes = 0;
    const length = head.readUIntBE(0, 3);
    this.#type = head[3]!;
    this.#flags = head[4]!;
    this.#stream = head.readUInt32BE(5) & 0x7fffffff;
    if (this.#type === HEADERS || this.#type === CONTINUATION) {
      if (this.#blockBytes + length > this.#limits.headerBlockBytesMax) return 'headers-too-large';
      this.#missing = length;
      const flooded = this.#type === CONTINUATION && !this.#mayControl();
      if (flooded) return 'too-many-control-frames';
      return length === 0 ? this.#frameEnds() : null;
    }
    this.#skip = length;
    if (this.#type === RST_STREAM) return this.#mayReset() ? null : 'too-many-resets';
    if (this.#type === DATA && length > 0) return null;
    return this.#mayControl() ? null : 'too-many-control-frames';
  }

  /** Copied: the library may use the memory of a chunk anew. */
  #gather(payload: Buffer): void {
    this.#missing -= payload.length;
    this.#blockBytes += payload.length;
    this.#block.push(Buffer.from(payload));
  }

  #frameEnds(): Violation | null {
    if (this.#type === HEADERS) this.#cutFragment();
    this.#blockOpen = (this.#flags & END_HEADERS) === 0;
    if (this.#blockOpen) return null;
    const block = this.#block.length === 1 ? this.#block[0]! : Buffer.concat(this.#block);
    this.#block = [];
    this.#blockBytes = 0;
    return this.#judge(this.#headers.read(block));
  }

  #judge(verdict: BlockVerdict): Violation | null {
    switch (verdict) {
      case 'good':
        return null;
      case 'forbidden-header':
        this.refused.add(this.#stream);
        return null;
      case 'broken':
        return 'broken-headers';
    }
  }

  /** Takes padding and priority off the payload of a HEADERS frame (RFC 9113, 6.2). */
  #cutFragment(): void {
    const payload = this.#block.length === 1 ? this.#block[0]! : Buffer.concat(this.#block);
    const padded = (this.#flags & PADDED) !== 0;
    const start = (padded ? 1 : 0) + ((this.#flags & PRIORITY) !== 0 ? 5 : 0);
    const end = payload.length - (padded ? (payload[0] ?? 0) : 0);
    this.#block = [payload.subarray(start, Math.max(start, end))];
  }

  #mayReset(): boolean {
    if (this.#resets < 1) this.#refill();
    return this.#resets-- >= 1;
  }

  #mayControl(): boolean {
    if (this.#control < 1) this.#refill();
    return this.#control-- >= 1;
  }

  #refill(): void {
    const now = this.#nowMs();
    const seconds = Math.max(0, now - this.#lastMs) / 1000;
    this.#lastMs = now;
    const { resetsBurst, resetsPerSecond, controlBurst, controlPerSecond, sentBytesPerControl } = this.#limits;
    this.#resets = Math.min(resetsBurst, this.#resets + seconds * resetsPerSecond);
    const earned = seconds * controlPerSecond + this.#sentBytes / sentBytesPerControl;
    this.#sentBytes = 0;
    this.#control = Math.min(controlBurst, this.#control + earned);
  }
}
