import { createGzip } from 'node:zlib';

/** Answers above this size are compressed for clients that list gzip; as upstream. */
export const GZIP_ABOVE_BYTES = 128 * 1024;
/** What goes to the compressor at once: each piece is a trip to the thread pool. */
const PIECE_BYTES = 256 * 1024;

/** The header's parameters (q) are not looked at, as upstream. */
export function acceptsGzip(acceptEncoding: string | undefined): boolean {
  if (acceptEncoding === undefined || !acceptEncoding.includes('gzip')) return false;
  for (const part of acceptEncoding.split(',')) {
    const end = part.indexOf(';');
    if ((end === -1 ? part : part.slice(0, end)).trim() === 'gzip') return true;
  }
  return false;
}

/** Compresses at the fastest level, off the main thread. */
export function gzipChunks(chunks: readonly Buffer[]): Promise<Buffer[]> {
  return new Promise((resolve, reject) => {
    const gzip = createGzip({ level: 1, chunkSize: 64 * 1024 });
    const out: Buffer[] = [];
    let next = 0;
    const feed = (): void => {
      while (next < chunks.length) {
        const start = next;
        let bytes = 0;
        while (next < chunks.length && bytes < PIECE_BYTES) bytes += chunks[next++]!.length;
        const piece = next - start === 1 ? chunks[start]! : Buffer.concat(chunks.slice(start, next), bytes);
        if (!gzip.write(piece) && next < chunks.length) {
          gzip.once('drain', feed);
          return;
        }
      }
      gzip.end();
    };
    gzip.on('data', (piece: Buffer) => out.push(piece));
    gzip.on('end', () => resolve(out));
    gzip.on('error', reject);
    feed();
  });
}
