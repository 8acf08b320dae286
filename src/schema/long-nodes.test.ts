import assert from 'node:assert/strict';
import { test } from 'node:test';
import { atOnce } from '../base/turns.ts';
import { compileType } from './compile.ts';
import { wholeNode } from './fields-of.ts';
import { longNodes } from './long-nodes.ts';
import { typeTable } from './types.ts';

const COUNT = 3500;
const each = <T>(item: (i: number) => T): T[] => Array.from({ length: COUNT }, (_, i) => item((i * 7919) % COUNT));

test('nodes made in slices are those made at once, order included', () => {
  const pod = compileType(typeTable(), 'io.k8s.api.core.v1.Pod');
  const ports = each((i) => ({ name: `p${i}`, containerPort: i % 3000, hostPort: i, protocol: i % 2 ? 'TCP' : 'UDP' }));
  const object = {
    metadata: {
      labels: Object.fromEntries(each((i) => [`k${i}`, 'v'])),
      finalizers: each((i) => `example.com/f${i % 3000}`),
      ownerReferences: each((i) => ({ apiVersion: 'v1', kind: 'Pod', name: `n${i}`, uid: `u${i}` })),
    },
    spec: {
      containers: [{ name: 'a', ports }],
      tolerations: each((i) => ({ key: `k${i}` })),
      volumes: each((i) => ({ name: `v${i}` })),
    },
  };
  const made = atOnce(longNodes(pod, object));
  assert.equal(made.size, 5);
  assert.equal(JSON.stringify(wholeNode(pod, object, made)), JSON.stringify(wholeNode(pod, object, null)));
});
