/** Compares the type table with the models of @kubernetes/client-node, made by others from the same description. */
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { TypeExpression, TypeRow, TypeTable } from '../../src/schema/type-table.ts';

interface Attribute {
  readonly baseName: string;
  readonly type: string;
}

interface Context {
  readonly types: TypeTable;
  readonly names: ReadonlyMap<string, string>;
}

/** A model's class: `V1Pod.attributeTypeMap`. */
interface Model {
  readonly attributeTypeMap?: readonly Attribute[];
}

/** Directory of the installed package's models, with a slash at its end. */
export function modelsDirectory(): URL {
  const main = createRequire(import.meta.url).resolve('@kubernetes/client-node');
  return new URL('gen/models/', pathToFileURL(main));
}

/**
 * Definition names by model name (`V1Pod`, `CoreV1Event`): the model is named after the version and kind, with the group
 * in front where kinds of two groups clash.
 */
export function modelNames(types: TypeTable): Map<string, string> {
  const models = new Map<string, string>();
  const clashes = new Set<string>();
  for (const name of Object.keys(types)) {
    const [group, version, kind] = name.split('.').slice(-3) as [string, string, string];
    const plain = capital(version) + kind;
    if (models.has(plain)) clashes.add(plain);
    models.set(plain, name);
    models.set(capital(group) + plain, name);
  }
  for (const plain of clashes) models.delete(plain);
  return models;
}

/** One sentence per difference; the number of compared models, which must not be small. */
export async function compareWithModels(types: TypeTable): Promise<{ problems: string[]; compared: number }> {
  const problems: string[] = [];
  let compared = 0;
  const directory = modelsDirectory();
  const names = modelNames(types);
  for (const file of readdirSync(directory)) {
    const model = file.slice(0, -'.js'.length);
    const type = file.endsWith('.js') ? names.get(model) : undefined;
    if (type === undefined) continue;
    const exports = (await import(new URL(file, directory).href)) as { [name: string]: Model };
    const attributes = exports[model]?.attributeTypeMap;
    const row = types[type]!;
    if (attributes === undefined || 'alias' in row) continue;
    compared++;
    compareModel(type, row, attributes, { types, names }, problems);
  }
  return { problems, compared };
}

function compareModel(
  name: string,
  row: Extract<TypeRow, { fields: unknown }>,
  attributes: readonly Attribute[],
  context: Context,
  problems: string[],
): void {
  const fields = new Map(row.fields.map((field) => [field[0], field[1]]));
  for (const attribute of attributes) {
    const expression = fields.get(attribute.baseName);
    fields.delete(attribute.baseName);
    if (expression === undefined) problems.push(`${name}.${attribute.baseName} is missing from the type table`);
    else if (!isCompatible(expression, attribute.type, context)) {
      problems.push(`${name}.${attribute.baseName} is ${expression} here, ${attribute.type} in the client`);
    }
  }
  for (const field of fields.keys()) problems.push(`${name}.${field} is unknown to the client`);
}

const LIST = /^(?:Array|Set)<(.*)>$/;
const MAP = /^\{ \[key: string\]: (.*); \}$/;

/** The client's types for our scalars. */
const SCALARS: Readonly<Record<string, readonly string[]>> = {
  string: ['string'],
  quantity: ['string'],
  duration: ['string'],
  bytes: ['string'],
  boolean: ['boolean'],
  int32: ['number'],
  int64: ['number'],
  double: ['number'],
  time: ['Date', 'V1MicroTime'],
  microtime: ['V1MicroTime', 'Date'],
  intOrString: ['IntOrString', 'number | string'],
  any: ['any', 'object'],
  fieldsV1: ['any', 'object'],
};

function isCompatible(expression: TypeExpression, type: string, context: Context): boolean {
  const pattern = expression.startsWith('[]') ? LIST : expression.startsWith('{}') ? MAP : null;
  if (pattern !== null) {
    const inner = pattern.exec(type)?.[1];
    return inner !== undefined && isCompatible(expression.slice(2), inner, context);
  }
  const scalars = SCALARS[expression];
  if (scalars !== undefined) return scalars.includes(type);
  const row = context.types[expression];
  // The client has no models for structs without fields.
  if (type === 'any' && row !== undefined && 'fields' in row) return row.fields.length === 0;
  return context.names.get(type) === expression;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
