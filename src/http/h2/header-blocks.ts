/** Gathers the header blocks of a connection from HEADERS and CONTINUATION frames (RFC 9113, 4.3 and 6.2). */
import { ConnectionError, ErrorCode, Flag, WINDOW_BYTES_MAX } from './frames.ts';
import { HeaderDecoder, type HeaderField } from './header-decoder.ts';

/** As sent: compressed. */
const BLOCK_BYTES_MAX = 1024 * 1024;

export class HeaderBlocks {
  readonly #decoder = new HeaderDecoder();
  /** Of the latest block. */
  stream = 0;
  endsStream = false;
  /** Its priority names the stream itself. */
  selfDependent = false;
  /** A block has begun and not ended. */
  open = false;
  #parts: Buffer[] = [];
  #bytes = 0;

  /** Throws ConnectionError when the block becomes too long with a frame of so many bytes. */
  expect(bytes: number): void {
    if (this.#bytes + bytes > BLOCK_BYTES_MAX) {
      throw new ConnectionError(ErrorCode.enhanceYourCalm, 'headers-too-large');
    }
  }

  /** The payload of HEADERS. The block, when it is complete. Throws ConnectionError. */
  begin(flags: number, stream: number, payload: Buffer): Buffer | null {
    const padded = (flags & Flag.padded) !== 0;
    const prioritized = (flags & Flag.priority) !== 0;
    const start = (padded ? 1 : 0) + (prioritized ? 5 : 0);
    if (payload.length < start) throw new ConnectionError(ErrorCode.frameSizeError, 'HEADERS too short');
    const end = payload.length - (padded ? payload[0]! : 0);
    if (end < start) throw new ConnectionError(ErrorCode.protocolError, 'more padding than frame');
    this.stream = stream;
    this.endsStream = (flags & Flag.endStream) !== 0;
    this.selfDependent = prioritized && (payload.readUInt32BE(padded ? 1 : 0) & WINDOW_BYTES_MAX) === stream;
    return this.goOn((flags & Flag.endHeaders) !== 0, payload.subarray(start, end));
  }

  /** A fragment. The block, when it is complete. */
  goOn(last: boolean, fragment: Buffer): Buffer | null {
    if (last && this.#parts.length === 0) {
      this.open = false;
      return fragment;
    }
    // Copied: a short fragment would hold all that was read with it.
    this.#parts.push(Buffer.from(fragment));
    this.#bytes += fragment.length;
    this.open = !last;
    if (!last) return null;
    const block = Buffer.concat(this.#parts);
    this.#parts = [];
    this.#bytes = 0;
    return block;
  }

  /** Throws ConnectionError. Every block is to be decoded, since later ones refer to it. */
  decode(block: Buffer, visit: (field: HeaderField) => void): void {
    this.#decoder.decode(block, visit);
  }
}
