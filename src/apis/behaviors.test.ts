import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resourceList } from '../schema/resources.ts';
import { admissionregistrationBehaviors } from './admissionregistration/index.ts';
import { apiextensionsBehaviors } from './apiextensions/index.ts';
import { apiregistrationBehaviors } from './apiregistration/index.ts';
import { authenticationBehaviors } from './authentication/index.ts';
import { authorizationBehaviors } from './authorization/index.ts';
import { certificatesBehaviors } from './certificates/index.ts';
import { discoveryBehaviors } from './discovery/index.ts';
import { flowcontrolBehaviors } from './flowcontrol/index.ts';
import { internalBehaviors } from './internal/index.ts';
import { networkingBehaviors } from './networking/index.ts';
import { nodeBehaviors } from './node/index.ts';
import { rbacBehaviors } from './rbac/index.ts';
import { resourceBehaviors } from './resource/index.ts';
import { schedulingBehaviors } from './scheduling/index.ts';
import { storageBehaviors } from './storage/index.ts';
import { storagemigrationBehaviors } from './storagemigration/index.ts';
import { CONTEXT } from './test-support.ts';

const behaviors = {
  ...admissionregistrationBehaviors,
  ...apiextensionsBehaviors,
  ...apiregistrationBehaviors,
  ...authenticationBehaviors,
  ...authorizationBehaviors,
  ...certificatesBehaviors,
  ...discoveryBehaviors,
  ...flowcontrolBehaviors,
  ...internalBehaviors,
  ...networkingBehaviors,
  ...nodeBehaviors,
  ...rbacBehaviors,
  ...resourceBehaviors,
  ...schedulingBehaviors,
  ...storageBehaviors,
  ...storagemigrationBehaviors,
};

test('every resource of these groups has a behaviour, with the subresources and the delete answer that are published', () => {
  const groups = new Set(Object.keys(behaviors).map((key) => key.slice(0, key.indexOf('/'))));
  const seen = new Set<string>();
  for (const row of resourceList().resources) {
    if (!groups.has(row.group)) continue;
    const key = `${row.group}/${row.plural}`;
    const behavior = behaviors[key];
    assert.ok(behavior, key);
    seen.add(key);
    if (row.storage === null) continue;
    assert.equal(behavior.deleteReturnsObject, row.storage.deleteReturns === 'object', key);
    assert.deepEqual(Object.keys(behavior.subresources).sort(), row.subresources.map((s) => s.name).sort(), key);
  }
  assert.deepEqual([...seen].sort(), Object.keys(behaviors).sort());
});

test('an empty object is refused or accepted, never a crash', () => {
  for (const [key, behavior] of Object.entries(behaviors)) {
    for (const fields of [{}, { spec: {} }, { spec: {}, status: {} }]) {
      const object = { metadata: { name: 'a' }, ...structuredClone(fields) };
      const old = structuredClone(object);
      behavior.setDefaults?.(object);
      behavior.prepareForCreate?.(object, CONTEXT);
      behavior.validate?.(object, CONTEXT);
      behavior.prepareForUpdate?.(object, old, CONTEXT);
      behavior.validateUpdate?.(object, old, CONTEXT);
      behavior.warnings?.(object, null);
      for (const subresource of Object.values(behavior.subresources)) {
        subresource.prepareForUpdate(object, old, CONTEXT);
        subresource.validateUpdate?.(object, old, CONTEXT);
      }
      for (const label of Object.values(behavior.fieldLabels ?? {})) assert.equal(typeof label(object), 'string', key);
      assert.equal(behavior.printer.cells(object, CONTEXT.nowMs).length, behavior.printer.columns.length, key);
    }
  }
});
