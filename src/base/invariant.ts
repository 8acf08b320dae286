import { writeSync } from 'node:fs';

/** A promise of the code to itself was broken: a bug or broken hardware, never bad input. */
export class InvariantError extends Error {
  override readonly name = 'InvariantError';
}

/** Throws an InvariantError unless `condition` holds. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new InvariantError(message);
}

/** Ends the process (or, in tests, says that it would have). May return: the caller does nothing afterwards. */
export type Stop = (error: Error) => void;

/** sysexits.h EX_SOFTWARE */
const EXIT_SOFTWARE = 70;

/** Better down than wrong: says why on stderr and exits at once, without handlers that wait. A bug also says where. */
export const stopProcess: Stop = (error) => {
  const isBug = error instanceof InvariantError || error.cause instanceof InvariantError;
  try {
    writeSync(2, `fatal: ${isBug ? (error.stack ?? error.message) : error.message}\n`);
  } finally {
    process.exit(isBug ? EXIT_SOFTWARE : 1);
  }
};
