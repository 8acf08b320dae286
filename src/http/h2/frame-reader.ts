import { ConnectionError, ErrorCode, Flag, FRAME_BYTES_MAX, FRAME_HEAD_BYTES, FrameType, PREFACE } from './frames.ts';

/** Told of frames in their order. Each may throw a ConnectionError. */
export interface FrameSink {
  /** Every frame, before its payload is there. */
  begins(type: number, flags: number, stream: number, bytes: number): void;
  /** Payload of a DATA frame as it comes, without padding; a slice of what was read. */
  data(part: Buffer): void;
  /** A DATA frame is complete. */
  dataEnds(): void;
  /** Any other frame, whole; `payload` is a slice of what was read when it came in one piece. */
  frame(type: number, flags: number, stream: number, payload: Buffer): void;
}

const NOTHING: Buffer = Buffer.alloc(0);

/** Cuts what a client sends into frames, in one pass over each chunk. */
export class FrameReader {
  readonly #sink: FrameSink;
  #prefaceBytes = 0;
  readonly #head = Buffer.alloc(FRAME_HEAD_BYTES);
  #headBytes = 0;
  /** Of the frame under way: its head, and bytes of payload still to come. */
  #type = 0;
  #flags = 0;
  #stream = 0;
  #missing = 0;
  /** Of a DATA frame: the byte that tells the padding is still to come; padding after the data. */
  #padLengthDue = false;
  #padding = 0;
  /** Payload so far of another frame that came in pieces. */
  #parts: Buffer[] = [];

  constructor(sink: FrameSink) {
    this.#sink = sink;
  }

  /** A HEADERS or CONTINUATION frame has begun and not ended. */
  get withinHeaders(): boolean {
    return this.#missing > 0 && (this.#type === FrameType.headers || this.#type === FrameType.continuation);
  }

  /** Throws ConnectionError; nothing more may be read then. */
  read(chunk: Buffer): void {
    let at = this.#prefaceBytes < PREFACE.length ? this.#preface(chunk) : 0;
    while (at < chunk.length) {
      if (this.#missing > 0) {
        const end = Math.min(at + this.#missing, chunk.length);
        this.#missing -= end - at;
        this.#payload(chunk, at, end);
        at = end;
      } else if (this.#headBytes === 0 && chunk.length - at >= FRAME_HEAD_BYTES) {
        this.#begin(chunk, at);
        at += FRAME_HEAD_BYTES;
      } else {
        const taken = Math.min(FRAME_HEAD_BYTES - this.#headBytes, chunk.length - at);
        chunk.copy(this.#head, this.#headBytes, at, at + taken);
        this.#headBytes += taken;
        at += taken;
        if (this.#headBytes === FRAME_HEAD_BYTES) {
          this.#headBytes = 0;
          this.#begin(this.#head, 0);
        }
      }
    }
  }

  #preface(chunk: Buffer): number {
    const taken = Math.min(PREFACE.length - this.#prefaceBytes, chunk.length);
    const end = this.#prefaceBytes + taken;
    if (chunk.compare(PREFACE, this.#prefaceBytes, end, 0, taken) !== 0) {
      throw new ConnectionError(ErrorCode.protocolError, 'not the preface of HTTP/2');
    }
    this.#prefaceBytes = end;
    return taken;
  }

  #begin(source: Buffer, at: number): void {
    const bytes = (source[at]! << 16) | (source[at + 1]! << 8) | source[at + 2]!;
    const type = source[at + 3]!;
    const flags = source[at + 4]!;
    const stream = source.readUInt32BE(at + 5) & 0x7fff_ffff;
    if (bytes > FRAME_BYTES_MAX) throw new ConnectionError(ErrorCode.frameSizeError, 'a frame is too long');
    this.#type = type;
    this.#flags = flags;
    this.#stream = stream;
    this.#missing = bytes;
    this.#padLengthDue = false;
    this.#padding = 0;
    this.#sink.begins(type, flags, stream, bytes);
    if (type === FrameType.data && (flags & Flag.padded) !== 0) {
      if (bytes === 0) throw new ConnectionError(ErrorCode.frameSizeError, 'a padded frame is empty');
      this.#padLengthDue = true;
    }
    if (bytes > 0) return;
    if (type === FrameType.data) this.#sink.dataEnds();
    else this.#sink.frame(type, flags, stream, NOTHING);
  }

  #payload(chunk: Buffer, at: number, end: number): void {
    if (this.#type === FrameType.data) this.#dataPayload(chunk, at, end);
    else if (this.#missing > 0) this.#parts.push(chunk.subarray(at, end));
    else if (this.#parts.length === 0) {
      this.#sink.frame(this.#type, this.#flags, this.#stream, chunk.subarray(at, end));
    } else {
      this.#parts.push(chunk.subarray(at, end));
      const payload = Buffer.concat(this.#parts);
      this.#parts = [];
      this.#sink.frame(this.#type, this.#flags, this.#stream, payload);
    }
  }

  #dataPayload(chunk: Buffer, start: number, end: number): void {
    let at = start;
    if (this.#padLengthDue) {
      this.#padLengthDue = false;
      this.#padding = chunk[at++]!;
      // What is left of the frame: here, and still to come.
      if (this.#padding > end - at + this.#missing) {
        throw new ConnectionError(ErrorCode.protocolError, 'more padding than frame');
      }
    }
    const dataEnd = Math.min(end, end + this.#missing - this.#padding);
    if (dataEnd > at) this.#sink.data(chunk.subarray(at, dataEnd));
    if (this.#missing === 0) this.#sink.dataEnds();
  }
}
