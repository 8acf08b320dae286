import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fieldErrorText } from './field-error.ts';
import { nameIsDnsSubdomain } from './names.ts';
import type { ObjectMeta, OwnerReference } from './object.ts';
import {
  duplicateOwnerWarnings,
  finalizerWarnings,
  validateObjectMeta,
  validateObjectMetaUpdate,
} from './object-meta.ts';

const RULES = { namespaced: true, validateName: nameIsDnsSubdomain, field: 'metadata' };
const OWNER: OwnerReference = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'r', uid: 'u' };

function created(meta: ObjectMeta, namespaced = true): string[] {
  return validateObjectMeta(meta, { ...RULES, namespaced }).map(fieldErrorText);
}

function updated(meta: ObjectMeta, old: ObjectMeta): string[] {
  return validateObjectMetaUpdate(meta, old).map(fieldErrorText);
}

test('sound metadata has no errors', () => {
  const meta: ObjectMeta = {
    name: 'a',
    namespace: 'ns',
    labels: { 'x.io/a': 'b' },
    annotations: { 'X.io/A': 'any text\n' },
    finalizers: ['x.io/f'],
    ownerReferences: [{ ...OWNER, controller: true }, OWNER],
    managedFields: [{ manager: 'kubectl', operation: 'Apply', fieldsType: 'FieldsV1' }],
  };
  assert.deepEqual(created(meta), []);
  assert.deepEqual(updated({ ...meta, resourceVersion: '1' }, { ...meta, resourceVersion: '1' }), []);
});

test('each rule has its error', () => {
  const base: ObjectMeta = { name: 'a', namespace: 'ns' };
  const cases: readonly (readonly [ObjectMeta, string])[] = [
    [{ namespace: 'ns' }, 'metadata.name: Required value: name or generateName is required'],
    [{ name: 'a' }, 'metadata.namespace: Required value'],
    [{ ...base, namespace: 'a.b' }, 'metadata.namespace: Invalid value: "a.b": must not contain dots'],
    [{ ...base, generation: -1 }, 'metadata.generation: Invalid value: -1: must be greater than or equal to 0'],
    [
      { ...base, annotations: { a: 'é'.repeat(131072) } },
      'metadata.annotations: Too long: may not be more than 262144 bytes',
    ],
    [
      { ...base, ownerReferences: [{ ...OWNER, uid: '' }] },
      'metadata.ownerReferences.uid: Invalid value: "": must not be empty',
    ],
    [
      { ...base, ownerReferences: [{ ...OWNER, apiVersion: 'a/b/c' }] },
      'metadata.ownerReferences.apiVersion: Invalid value: "a/b/c": version must not be empty',
    ],
    [
      { ...base, finalizers: ['orphan', 'foregroundDeletion'] },
      'metadata.finalizers: Invalid value: ["orphan","foregroundDeletion"]: finalizer orphan and foregroundDeletion cannot be both set',
    ],
    [
      { ...base, managedFields: [{ manager: 'm' }] },
      'metadata.managedFields[0].operation: Invalid value: "": must be `Apply` or `Update`',
    ],
    [
      { ...base, managedFields: [{ manager: 'a\tb', operation: 'Update' }] },
      'metadata.managedFields[0].manager: Invalid value: "a\\tb": invalid character U+0009 (at position 1)',
    ],
  ];
  for (const [meta, error] of cases) assert.deepEqual(created(meta), [error]);
  assert.deepEqual(created(base, false), ['metadata.namespace: Forbidden: not allowed on this type']);
  assert.match(
    created({
      ...base,
      ownerReferences: [
        { ...OWNER, controller: true },
        { ...OWNER, name: 's', controller: true },
      ],
    })[0]!,
    /Only one reference can have Controller set to true\. Found "true" in references for ReplicaSet\/r and ReplicaSet\/s$/,
  );
  assert.match(
    created({ ...base, ownerReferences: [{ ...OWNER, apiVersion: 'v1', kind: 'Event' }] })[0]!,
    /: \/v1, Kind=Event is disallowed from being an owner$/,
  );
});

test('updates keep what never changes', () => {
  const old: ObjectMeta = {
    name: 'a',
    namespace: 'ns',
    uid: 'u',
    resourceVersion: '1',
    generation: 2,
    creationTimestamp: '2024-01-01T00:00:00Z',
  };
  assert.deepEqual(updated({ ...old, uid: 'v' }, old), ['metadata.uid: Invalid value: "v": field is immutable']);
  assert.deepEqual(updated({ ...old, generation: 1 }, old), [
    'metadata.generation: Invalid value: 1: must not be decremented',
  ]);
  const { resourceVersion: _, ...unversioned } = old;
  assert.deepEqual(updated(unversioned, old), [
    'metadata.resourceVersion: Invalid value: "": must be specified for an update',
  ]);
  const { creationTimestamp: __, ...ageless } = old;
  assert.deepEqual(updated(ageless, old), ['metadata.creationTimestamp: Invalid value: null: field is immutable']);
});

test('an object that is being deleted gets no new finalizers', () => {
  const old: ObjectMeta = {
    name: 'a',
    resourceVersion: '1',
    deletionTimestamp: '2024-01-01T00:00:00Z',
    finalizers: ['x/a', 'x/b'],
  };
  assert.deepEqual(updated({ ...old, finalizers: ['x/b'] }, old), []);
  assert.deepEqual(updated({ ...old, finalizers: ['x/d', 'x/c'] }, old), [
    'metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"x/c", "x/d"}',
  ]);
});

test('repeated owners are dropped with a warning', () => {
  const meta: ObjectMeta = { ownerReferences: [OWNER, { ...OWNER }, { ...OWNER, controller: true }] };
  assert.match(
    duplicateOwnerWarnings(meta)[0]!,
    /^\.metadata\.ownerReferences contains duplicate entries; .* duplicate UID\(s\) observed: u$/,
  );
  assert.equal(meta.ownerReferences?.length, 2);
  assert.deepEqual(duplicateOwnerWarnings(meta), []);
});

test('finalizers that others may use are warned about when they are added', () => {
  assert.deepEqual(finalizerWarnings({ finalizers: ['mine', 'x.io', 'x.io/ok', 'orphan'] }, { finalizers: ['old'] }), [
    'metadata.finalizers: "mine": prefer a domain-qualified finalizer name to avoid accidental conflicts with other finalizer writers',
    'metadata.finalizers: "x.io": prefer a domain-qualified finalizer name including a path (/) to avoid accidental conflicts with other finalizer writers',
  ]);
  assert.deepEqual(finalizerWarnings({ finalizers: ['old'] }, { finalizers: ['old'] }), []);
});
