import { createGzip } from 'node:zlib';

/** Answers above this size are compressed for clients that list gzip; as upstream. */
export const GZIP_ABOVE_BYTES = 128 * 1024;
/** What goes to the compressor at once: each piece is a trip to the thread pool. */
const PIECE_BYTES = 128 * 1024;

/** A coding with parameters (`gzip;q=0`) is none that upstream knows. */
export function acceptsGzip(acceptEncoding: string | undefined): boolean {
  if (acceptEncoding === undefined || !acceptEncoding.includes('gzip')) return false;
  for (const part of acceptEncoding.split(',')) {
    if (part.trim() === 'gzip') return true;
  }
  return false;
}

/** Compresses at the fastest level, off the main thread. */
export function gzipChunks(chunks: Iterable<Buffer>): Promise<Buffer[]> {
  return new Promise((resolve, reject) => {
    const gzip = createGzip({ level: 1, chunkSize: 64 * 1024 });
    const out: Buffer[] = [];
    const source = chunks[Symbol.iterator]();
    const feed = (): void => {
      for (;;) {
        const piece = nextPiece(source);
        if (piece === null) {
          gzip.end();
          return;
        }
        if (gzip.write(piece)) continue;
        gzip.once('drain', feed);
        return;
      }
    };
    gzip.on('data', (piece: Buffer) => out.push(piece));
    gzip.on('end', () => resolve(out));
    gzip.on('error', reject);
    feed();
  });
}

/** Several small chunks as one piece, copied, for the compressor works on it while the next is made; null: there are no more. */
function nextPiece(source: Iterator<Buffer>): Buffer | null {
  const piece: Buffer[] = [];
  let bytes = 0;
  while (bytes < PIECE_BYTES) {
    const next = source.next();
    if (next.done === true) break;
    piece.push(Buffer.from(next.value));
    bytes += next.value.length;
  }
  if (piece.length === 0) return null;
  return piece.length === 1 && piece[0] !== undefined ? piece[0] : Buffer.concat(piece, bytes);
}
