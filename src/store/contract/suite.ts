/** What every engine must do: one suite, run for each of them from its own test file. */
import { afterEach, beforeEach, describe } from 'node:test';
import type { Engine } from '../engine.ts';
import { compactionContract } from './compaction.ts';
import type { EngineUnderTest } from './helpers.ts';
import { expiryContract, reopenContract } from './lifetime.ts';
import { readContract } from './reads.ts';
import { roomContract } from './room.ts';
import { watchContract } from './watches.ts';
import { writeContract } from './writes.ts';

export function storeContract(name: string, create: () => Promise<EngineUnderTest>): void {
  describe(`${name} keeps the store's contract`, () => {
    let subject: EngineUnderTest;
    let engine: Engine;
    beforeEach(async () => {
      subject = await create();
      engine = subject.engine;
    });
    afterEach(() => subject.dispose());
    const context = { engine: () => engine, subject: () => subject };
    describe('writes', () => writeContract(context));
    describe('reads', () => readContract(context));
    describe('watches', () => watchContract(context));
    describe('compaction', () => compactionContract(context));
    describe('time to live', () => expiryContract(context));
    describe('no room', () => roomContract(context));
    describe('reopening', () => reopenContract(context));
  });
}
