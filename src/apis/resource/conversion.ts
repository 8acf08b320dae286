/**
 * resource.k8s.io/v1beta1 to v1 and back: a request's fields moved into `exactly`, a device's fields out of `basic`.
 * v1beta2 has the form of v1.
 */
import type { KubeObject } from '../../meta/object.ts';
import type { Conversion } from '../../registry/definition.ts';

type Json = Record<string, unknown>;

const REQUEST_FIELDS = [
  'deviceClassName',
  'selectors',
  'allocationMode',
  'count',
  'adminAccess',
  'tolerations',
  'capacity',
];
const DEVICE_FIELDS = [
  'attributes',
  'capacity',
  'consumesCounters',
  'nodeName',
  'nodeSelector',
  'allNodes',
  'taints',
  'bindsToNode',
  'bindingConditions',
  'bindingFailureConditions',
  'allowMultipleAllocations',
  'nodeAllocatableResourceMappings',
];

export const claimConversion: Conversion = {
  toStorage: (object) =>
    each(object, ['spec', 'devices', 'requests'], (request) => nest(request, REQUEST_FIELDS, 'exactly')),
  fromStorage: (object) =>
    each(object, ['spec', 'devices', 'requests'], (request) => flatten(request, REQUEST_FIELDS, 'exactly')),
  fieldLabelAliases: null,
};

export const templateConversion: Conversion = {
  toStorage: (object) =>
    each(object, ['spec', 'spec', 'devices', 'requests'], (request) => nest(request, REQUEST_FIELDS, 'exactly')),
  fromStorage: (object) =>
    each(object, ['spec', 'spec', 'devices', 'requests'], (request) => flatten(request, REQUEST_FIELDS, 'exactly')),
  fieldLabelAliases: null,
};

export const sliceConversion: Conversion = {
  toStorage: (object) => each(object, ['spec', 'devices'], (device) => flatten(device, DEVICE_FIELDS, 'basic')),
  fromStorage: (object) => each(object, ['spec', 'devices'], (device) => nest(device, DEVICE_FIELDS, 'basic')),
  fieldLabelAliases: null,
};

/** Changes each item of the list at `path`, in place. */
function each(object: KubeObject, path: readonly string[], change: (item: Json) => void): KubeObject {
  let value: unknown = object;
  for (const name of path) value = isObject(value) ? value[name] : undefined;
  if (Array.isArray(value)) for (const item of value) if (isObject(item)) change(item);
  return object;
}

function nest(item: Json, fields: readonly string[], name: string): void {
  const inner: Json = {};
  for (const field of fields) {
    if (item[field] === undefined) continue;
    inner[field] = item[field];
    delete item[field];
  }
  if (Object.keys(inner).length > 0) item[name] = inner;
}

function flatten(item: Json, fields: readonly string[], name: string): void {
  const inner = item[name];
  delete item[name];
  if (!isObject(inner)) return;
  for (const field of fields) if (inner[field] !== undefined) item[field] = inner[field];
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
