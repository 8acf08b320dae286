import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectionsMaxOf, readProcessLimits } from './connections.ts';

test('descriptors are left for what is no connection', () => {
  const limits = (soft: string): string =>
    `Limit                     Soft Limit           Hard Limit           Units\nMax open files            ${soft.padEnd(20)} 1048576              files\n`;
  assert.equal(connectionsMaxOf(limits('1024')), 896);
  assert.equal(connectionsMaxOf(limits('100')), 50);
  assert.equal(connectionsMaxOf(limits('unlimited')), null);
  assert.equal(connectionsMaxOf(null), null);
  if (process.platform === 'linux') assert.ok((connectionsMaxOf(readProcessLimits()) ?? 1) > 0);
});
