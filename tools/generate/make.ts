/** All generated files from all inputs. */
import type { GoNameTable } from '../../src/schema/go-names.ts';
import type { KindTable } from '../../src/schema/kinds.ts';
import type { TypeRow } from '../../src/schema/type-table.ts';
import { frame, templateLiteral } from './files.ts';
import type { GoFacts, GoField } from './go-facts.ts';
import { buildInterfaces } from './interfaces.ts';
import { buildInternal } from './internal.ts';
import { buildOpenApi } from './openapi.ts';
import type { OpenApiDocument } from './openapi-document.ts';
import { buildProtobuf, type ProtobufInput } from './protobuf.ts';
import { buildRbac, type RbacInput } from './rbac.ts';
import { buildResources, type ResourcesInput } from './resources.ts';
import { buildTypes } from './types.ts';

export interface Inputs {
  readonly openApi: OpenApiDocument;
  readonly go: GoFacts;
  /** Text of tools/go-internal.txt */
  readonly internal: string;
  readonly protobuf: ProtobufInput;
  readonly resources: ResourcesInput;
  readonly rbac: RbacInput;
}

export const FILES = [
  'types.ts',
  'kinds.ts',
  'resources.ts',
  'rbac.ts',
  'protobuf.ts',
  'openapi.ts',
  'interfaces.ts',
  'internal.ts',
  'go-names.ts',
] as const;

/** File text by name in src/generated/. */
export function makeFiles(inputs: Inputs): Map<string, string> {
  const types = buildTypes(inputs.openApi, inputs.go);
  const texts: Record<(typeof FILES)[number], string> = {
    'types.ts': jsonFile('TYPES_JSON', 'A TypeTable (src/schema/type-table.ts)', Object.fromEntries(types)),
    'kinds.ts': jsonFile('KINDS_JSON', 'A KindTable (src/schema/kinds.ts)', buildKinds(inputs.go, types)),
    'resources.ts': jsonFile(
      'RESOURCES_JSON',
      'A ResourceList (src/schema/resource-table.ts)',
      buildResources(inputs.resources, inputs.go),
    ),
    'rbac.ts': jsonFile('RBAC_JSON', 'A BootstrapPolicy (src/meta/rbac-types.ts)', buildRbac(inputs.rbac)),
    'protobuf.ts': jsonFile(
      'PROTOBUF_JSON',
      'A ProtobufTable (src/schema/protobuf-table.ts)',
      buildProtobuf(inputs.protobuf, inputs.go, types),
    ),
    'openapi.ts': jsonFile(
      'OPENAPI_JSON',
      'OpenApiFacts (src/endpoints/openapi/facts.ts)',
      buildOpenApi(inputs.openApi),
    ),
    'interfaces.ts': buildInterfaces(types),
    'internal.ts': `\n/** Structs of the internal version (src/schema/internal-form.ts), a line each. */\nexport const INTERNAL_TEXT = ${templateLiteral(buildInternal(inputs.internal))};\n`,
    'go-names.ts': jsonFile('GO_NAMES_JSON', 'A GoNameTable (src/schema/go-names.ts)', buildGoNames(inputs.go, types)),
  };
  return new Map(FILES.map((name) => [name, frame(texts[name])]));
}

function buildKinds(go: GoFacts, types: ReadonlyMap<string, TypeRow>): KindTable {
  const table: Record<string, Record<string, string>> = {};
  for (const { group, version, kind, type } of go.kinds) {
    if (!types.has(type)) continue;
    const apiVersion = group === 'core' ? version : `${group}/${version}`;
    table[apiVersion] ??= {};
    table[apiVersion][kind] = type;
  }
  return table;
}

function buildGoNames(go: GoFacts, types: ReadonlyMap<string, TypeRow>): GoNameTable {
  const table: Record<string, Record<string, string>> = {};
  for (const [name, { fields }] of go.types) {
    if (!types.has(name)) continue;
    const told = fields.filter((field) => field.embeddedIn !== '' || field.goNames !== '');
    if (told.length === 0) continue;
    table[name] = Object.fromEntries(told.map((field) => [field.name, goNameRow(field)]));
  }
  return table;
}

function goNameRow({ embeddedIn, goNames }: GoField): string {
  return goNames === '' ? embeddedIn : `${embeddedIn}|${goNames}`;
}

/** A file that exports one constant of JSON text; the members of its objects and lists, down to a row, on lines of their own. */
function jsonFile(constant: string, what: string, value: object): string {
  return `\n/** ${what} as JSON. */\nexport const ${constant} = ${templateLiteral(lines(value))};\n`;
}

function lines(value: object): string {
  const open = Array.isArray(value) ? '[' : '{';
  const close = Array.isArray(value) ? ']' : '}';
  const members = Array.isArray(value)
    ? value.map(member)
    : Object.entries(value).map(([key, inner]) => `${JSON.stringify(key)}:${member(inner)}`);
  return `${open}\n${members.join(',\n')}\n${close}`;
}

function member(value: unknown): string {
  return Array.isArray(value) && value.length > 0 && typeof value[0] === 'object' && !Array.isArray(value[0])
    ? lines(value)
    : JSON.stringify(value);
}
