import type { Readable } from 'node:stream';
import { badRequest, requestEntityTooLarge } from '../meta/status.ts';

export const EMPTY_BODY: Buffer = Buffer.alloc(0);

/**
 * Reads a request body to its end. `declared` is the Content-Length header. Rejects with 413 as soon as the limit is
 * known to be passed (what follows is left unread: the caller's answer ends the stream or the connection), and with 400
 * when the client leaves before the end.
 */
export function collectBody(source: Readable, declared: string | undefined, bytesMax: number): Promise<Buffer> {
  if (declared !== undefined && Number(declared) > bytesMax) return Promise.reject(tooLarge(bytesMax));
  if (source.destroyed) return Promise.reject(clientLeft());
  return new Promise((resolve, reject) => {
    let first: Buffer | null = null;
    let rest: Buffer[] | null = null;
    let bytes = 0;
    const finish = (): void => {
      source.off('data', onData);
      source.off('end', onEnd);
      source.off('close', onClose);
    };
    const onData = (chunk: Buffer): void => {
      bytes += chunk.length;
      if (bytes > bytesMax) {
        finish();
        source.pause();
        reject(tooLarge(bytesMax));
      } else if (first === null) first = chunk;
      else if (rest === null) rest = [first, chunk];
      else rest.push(chunk);
    };
    const onEnd = (): void => {
      finish();
      resolve(rest === null ? (first ?? EMPTY_BODY) : Buffer.concat(rest, bytes));
    };
    const onClose = (): void => {
      finish();
      reject(clientLeft());
    };
    source.on('data', onData);
    source.on('end', onEnd);
    source.on('close', onClose);
  });
}

/** 413. */
export function tooLarge(bytesMax: number): Error {
  return requestEntityTooLarge(`limit is ${bytesMax}`);
}

/** The client went away within its body. */
export function clientLeft(): Error {
  return badRequest('unexpected EOF: the client disconnected before the whole request body was received');
}
