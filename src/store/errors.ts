/** The engine was closed (or is closing): nothing was written. */
export class StoreClosedError extends Error {
  override readonly name = 'StoreClosedError';
  constructor() {
    super('the store is closed');
  }
}

/** No room for further values: nothing was written. Deletes still work. The message says how much is left and where. */
export class StoreFullError extends Error {
  override readonly name = 'StoreFullError';
}

/** What is on disk is not what was written. The message is one line and says what to do. */
export class StoreDamagedError extends Error {
  override readonly name = 'StoreDamagedError';

  constructor(path: string, what: string) {
    super(`${path} is damaged: ${what}; restore a snapshot into a new directory (keelson snapshot restore)`);
  }
}
