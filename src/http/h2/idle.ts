import type { TLSSocket } from 'node:tls';

export interface IdleSession {
  readonly streams: { readonly size: number };
  close(): void;
  ping(onAnswer: () => void): void;
}

/** A connection without streams is closed when it is idle; one with streams (watches) must answer a ping until the next look. */
export function watchIdleConnection(socket: TLSSocket, session: IdleSession, idleMs: number): void {
  let unanswered = false;
  socket.setTimeout(idleMs, () => {
    if (socket.destroyed) return;
    if (session.streams.size === 0) session.close();
    else if (unanswered) socket.destroy();
    else {
      unanswered = true;
      session.ping(() => {
        unanswered = false;
      });
      // Also when the ping cannot even be written.
      socket.setTimeout(idleMs);
    }
  });
}
