/**
 * Requests and their exact answers: errors and formats. They are in exchanges/, one after the other on one server.
 * `UPDATE_TRANSCRIPTS=1` writes what came instead of comparing it.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Keelson, startKeelson } from '../../src/testing/keelson.ts';
import { type Api, createApi } from '../support/api.ts';
import { exchange, readExchanges, writeExchanges } from '../support/exchanges.ts';

const UPDATE = process.env['UPDATE_TRANSCRIPTS'] !== undefined;

for (const name of ['errors', 'formats']) {
  describe(name, () => {
    const path = new URL(`exchanges/${name}.txt`, import.meta.url).pathname;
    const exchanges = readExchanges(path);
    const outcomes: string[] = [];
    let keelson: Keelson;
    let api: Api;

    before(async () => {
      keelson = await startKeelson({ tokens: { alice: { user: 'alice' } } });
      api = createApi(keelson);
    });
    after(async () => {
      if (UPDATE) writeExchanges(path, exchanges, outcomes);
      api.close();
      await keelson.stop();
    });

    for (const one of exchanges) {
      it(one.title, async () => {
        const outcome = await exchange(api, one);
        outcomes.push(outcome);
        if (!UPDATE) assert.equal(outcome, one.expected);
      });
    }
  });
}
