/**
 * Makes TypeScript interfaces for the kinds our own code uses. They promise what decoding and the stored form guarantee, and no
 * more: any field may be absent and any text unknown, since required fields and enums are validation's; a field that Go writes when
 * it has no value, and an item of a list or map that has none, may be null.
 */
import { compileType } from '../../src/schema/compile.ts';
import type { TypeExpression, TypeRow } from '../../src/schema/type-table.ts';
import { elementOf } from './types.ts';

/** Definition packages in order: on a clash of names the first keeps the plain name, later ones get their prefix. */
const PACKAGES: readonly (readonly [name: string, prefix: string])[] = [
  ['io.k8s.apimachinery.pkg.apis.meta.v1', 'MetaV1'],
  ['io.k8s.api.core.v1', 'CoreV1'],
  ['io.k8s.api.apps.v1', 'AppsV1'],
  ['io.k8s.api.batch.v1', 'BatchV1'],
  ['io.k8s.api.rbac.v1', 'RbacV1'],
  ['io.k8s.api.authentication.v1', 'AuthenticationV1'],
  ['io.k8s.api.authorization.v1', 'AuthorizationV1'],
  ['io.k8s.api.coordination.v1', 'CoordinationV1'],
  ['io.k8s.api.discovery.v1', 'DiscoveryV1'],
  ['io.k8s.api.networking.v1', 'NetworkingV1'],
  ['io.k8s.api.policy.v1', 'PolicyV1'],
  ['io.k8s.api.autoscaling.v2', 'AutoscalingV2'],
  ['io.k8s.api.autoscaling.v1', 'AutoscalingV1'],
  ['io.k8s.api.scheduling.v1', 'SchedulingV1'],
  ['io.k8s.api.storage.v1', 'StorageV1'],
  ['io.k8s.api.certificates.v1', 'CertificatesV1'],
  ['io.k8s.api.flowcontrol.v1', 'FlowcontrolV1'],
  ['io.k8s.api.admissionregistration.v1', 'AdmissionregistrationV1'],
  ['io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1', 'ApiextensionsV1'],
  ['io.k8s.kube-aggregator.pkg.apis.apiregistration.v1', 'ApiregistrationV1'],
  ['io.k8s.api.events.v1', 'EventsV1'],
  ['io.k8s.api.node.v1', 'NodeV1'],
  ['io.k8s.api.resource.v1', 'ResourceV1'],
  ['io.k8s.api.admission.v1', 'AdmissionV1'],
  ['io.k8s.api.apidiscovery.v2', 'ApidiscoveryV2'],
];

const SCALARS: Readonly<Record<string, string>> = {
  string: 'string',
  boolean: 'boolean',
  int32: 'number',
  int64: 'number',
  double: 'number',
  bytes: 'string',
  any: 'unknown',
  quantity: 'string',
  time: 'string',
  microtime: 'string',
  intOrString: 'number | string',
  fieldsV1: 'Record<string, unknown>',
  duration: 'string',
};

export function buildInterfaces(types: ReadonlyMap<string, TypeRow>): string {
  const names = nameTypes(types);
  const table = Object.fromEntries(types);
  const sections: string[] = [];
  for (const [packageName] of PACKAGES) {
    sections.push(`\n// ${packageName}`);
    for (const [type, name] of names) {
      const row = types.get(type)!;
      if (!type.startsWith(`${packageName}.`) || !('fields' in row)) continue;
      const fields = compileType(table, type).fields;
      sections.push(printInterface(name, row, names, (field) => fields.get(field)?.zero === null));
    }
  }
  return `${sections.join('\n')}\n`;
}

function nameTypes(types: ReadonlyMap<string, TypeRow>): Map<string, string> {
  const names = new Map<string, string>();
  const taken = new Set<string>();
  for (const [packageName, prefix] of PACKAGES) {
    for (const type of types.keys()) {
      if (type.slice(0, type.lastIndexOf('.')) !== packageName) continue;
      const plain = type.slice(packageName.length + 1);
      const name = taken.has(plain) ? prefix + plain : plain;
      taken.add(name);
      names.set(type, name);
    }
  }
  return names;
}

function printInterface(
  name: string,
  row: Extract<TypeRow, { fields: unknown }>,
  names: ReadonlyMap<string, string>,
  mayBeNull: (field: string) => boolean,
): string {
  if (row.fields.length === 0) return `export type ${name} = Record<string, never>;`;
  const lines = row.fields.map(([field, type]) => {
    const key = /^[a-zA-Z]\w*$/.test(field) ? field : `'${field}'`;
    return `  ${key}?: ${typeText(type, names)}${mayBeNull(field) ? ' | null' : ''};`;
  });
  return `export interface ${name} {\n${lines.join('\n')}\n}`;
}

function typeText(expression: TypeExpression, names: ReadonlyMap<string, string>): string {
  if (expression.startsWith('[]')) {
    const inner = itemText(expression.slice(2), names);
    return inner.includes(' | ') ? `(${inner})[]` : `${inner}[]`;
  }
  if (expression.startsWith('{}')) return `Record<string, ${itemText(expression.slice(2), names)}>`;
  const text = SCALARS[expression] ?? names.get(elementOf(expression));
  if (text === undefined) throw new Error(`no interface for ${expression}`);
  return text;
}

/** Go's zero item of these is written as null. */
function itemText(expression: TypeExpression, names: ReadonlyMap<string, string>): string {
  const text = typeText(expression, names);
  return /^(\[\]|\{\}|time$|microtime$)/.test(expression) ? `${text} | null` : text;
}
