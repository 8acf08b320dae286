/**
 * Reads YAML bodies without making anybody wait: what is JSON, and what is short, at once; the rest in a thread of its own,
 * which is started when it is needed and ended when it is not.
 */
import { Buffer } from 'node:buffer';
import { Worker } from 'node:worker_threads';
import { yamlInlineBytesMax, yamlThreadHeapMiB } from '../base/limits.ts';
import { DecodeError } from './decode-error.ts';
import { readJson } from './json.ts';
import { parseYaml } from './yaml.ts';

export interface ReadYaml {
  /** What the body stands for. */
  readonly json: string;
  /** Whether `json` is the body itself: its duplicate members are not yet looked for. */
  readonly isBody: boolean;
  /** Of YAML: `line 3: key "a" already set in map`. */
  readonly duplicates: readonly string[];
}

/**
 * `onGone` is given what to call when nobody waits for the outcome any more: parsing stops then. Throws DecodeError as
 * `parseYaml` does.
 */
export type YamlReader = (body: Buffer, onGone: (cancel: () => void) => void) => Promise<ReadYaml>;

/** What the thread says of a body. */
export type YamlAnswer =
  | { readonly json: Uint8Array<ArrayBuffer>; readonly duplicates: readonly string[] }
  | { readonly refused: string };

interface Job {
  readonly body: Buffer;
  readonly settle: (answer: YamlAnswer) => void;
  readonly fail: (error: Error) => void;
}

/** How long an idle thread is kept. */
const IDLE_MS = 10_000;

/** Beside this module: in the sources, and in the built package, which holds all its modules in one folder. */
const THREAD = new URL(import.meta.url.endsWith('.ts') ? './yaml-worker.ts' : './yaml-worker.js', import.meta.url);

export function createYamlReader(): YamlReader {
  const thread = createThread();
  return async (body, onGone) => {
    if (await isJson(body)) return { json: body.toString(), isBody: true, duplicates: [] };
    if (body.length <= yamlInlineBytesMax) {
      const { value, duplicates } = await parseYaml(body);
      return { json: JSON.stringify(value), isBody: false, duplicates };
    }
    const answer = await new Promise<YamlAnswer>((settle, fail) => {
      const job = { body, settle, fail };
      onGone(() => thread.cancel(job));
      thread.run(job);
    });
    if ('refused' in answer) throw new DecodeError(answer.refused);
    return { json: Buffer.from(answer.json.buffer).toString(), isBody: false, duplicates: answer.duplicates };
  };
}

/** Most clients that say YAML send JSON. */
async function isJson(body: Buffer): Promise<boolean> {
  if (body[0] !== OPENING_BRACE) return false;
  try {
    await readJson(body);
    return true;
  } catch (error) {
    if (error instanceof DecodeError) return false;
    throw error;
  }
}

const OPENING_BRACE = 0x7b;

/** One thread, one body at a time, the shortest of those that wait first. */
function createThread() {
  const waiting: Job[] = [];
  let worker: Worker | null = null;
  let current: Job | null = null;
  let idle: NodeJS.Timeout | undefined;

  function start(): Worker {
    const started = new Worker(THREAD, { resourceLimits: { maxOldGenerationSizeMb: yamlThreadHeapMiB } });
    started.on('message', (answer: YamlAnswer) => {
      current?.settle(answer);
      current = null;
      next();
    });
    // Mostly for want of memory.
    started.on('error', () => {
      if (worker !== started) return;
      const failed = current;
      discard();
      failed?.settle({ refused: 'yaml: document is too large' });
      next();
    });
    return started;
  }

  function discard(): void {
    const discarded = worker;
    worker = null;
    current = null;
    void discarded?.terminate();
  }

  function next(): void {
    clearTimeout(idle);
    if (current !== null) return;
    const shortest = waiting.reduce<Job | null>(
      (best, job) => (best === null || job.body.length < best.body.length ? job : best),
      null,
    );
    if (shortest === null) {
      worker?.unref();
      idle = setTimeout(discard, IDLE_MS);
      idle.unref();
      return;
    }
    waiting.splice(waiting.indexOf(shortest), 1);
    current = shortest;
    worker ??= start();
    worker.ref();
    const copy = new Uint8Array(shortest.body);
    worker.postMessage(copy, [copy.buffer]);
  }

  return {
    run(job: Job): void {
      waiting.push(job);
      next();
    },
    /** Does nothing for a job that is done. */
    cancel(job: Job): void {
      const at = waiting.indexOf(job);
      if (at >= 0) waiting.splice(at, 1);
      else if (current !== job) return;
      else discard();
      job.fail(new DecodeError('yaml: nobody waits for this document'));
      next();
    },
  };
}
