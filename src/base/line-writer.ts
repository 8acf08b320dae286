import { write, writeSync } from 'node:fs';
import { logQueueBytesMax } from './limits.ts';

/** Writes lines to a file descriptor without making the caller wait. */
export interface LineWriter {
  /** `line` ends in a line feed. Dropped, and counted, when the reader is so slow that the queue is full. */
  write(line: string): void;
  /** Writes what waits before it returns. */
  flush(): void;
  dropped(): number;
}

/** The system calls needed; passed in by tests. */
export interface LineSink {
  write(fd: number, bytes: Buffer, done: (error: NodeJS.ErrnoException | null, written: number) => void): void;
  writeSync(fd: number, bytes: Buffer): number;
}

const RETRY_MS = 10;

export function createLineWriter(fd: number, sink: LineSink = { write, writeSync }): LineWriter {
  let queue: string[] = [];
  let queuedLength = 0;
  let dropped = 0;
  /** What a system call under way has been given; null: none is under way. */
  let current: Buffer | null = null;
  let scheduled = false;

  // Lines of one turn leave in one system call.
  function schedule(): void {
    if (scheduled || current !== null) return;
    scheduled = true;
    setImmediate(start);
  }

  function start(): void {
    scheduled = false;
    if (current !== null || queue.length === 0) return;
    current = Buffer.from(take());
    send(current);
  }

  function send(bytes: Buffer): void {
    sink.write(fd, bytes, (error, written) => {
      if (current !== bytes) return; // flush() has taken over
      if (error !== null && (error.code === 'EAGAIN' || error.code === 'EINTR')) {
        setTimeout(() => current === bytes && send(bytes), RETRY_MS).unref();
        return;
      }
      // Nobody reads any more (EPIPE, EBADF): a log must not take the process down with it.
      const rest = error !== null ? null : bytes.subarray(written);
      current = rest !== null && rest.length > 0 ? rest : null;
      if (current !== null) send(current);
      else if (queue.length > 0) schedule();
    });
  }

  function take(): string {
    const text = queue.join('');
    queue = [];
    queuedLength = 0;
    return text;
  }

  return {
    write(line) {
      if (queuedLength + line.length > logQueueBytesMax) {
        dropped++;
        return;
      }
      queue.push(line);
      queuedLength += line.length;
      schedule();
    },
    flush() {
      // A call under way has its bytes already; only what no call was given is written here.
      let rest = Buffer.from(take());
      while (rest.length > 0) {
        try {
          rest = rest.subarray(sink.writeSync(fd, rest));
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return;
        }
      }
    },
    dropped: () => dropped,
  };
}
