/**
 * Takes the descriptions of types and fields from the declarations of @kubernetes/client-node, at build time. They are
 * the published ones, with line breaks turned into blanks.
 */
import { readdirSync, readFileSync } from 'node:fs';
import type { TypeDescription } from '../src/endpoints/openapi/descriptions.ts';
import type { TypeRow } from '../src/schema/type-table.ts';
import { typeTable } from '../src/schema/types.ts';
import { modelNames, modelsDirectory } from './generate/client-models.ts';

/** By definition name. Takes well under a second. */
export function buildDescriptions(): Record<string, TypeDescription> {
  const descriptions: Record<string, TypeDescription> = {};
  const types = typeTable();
  const names = modelNames(types);
  const directory = modelsDirectory();
  for (const file of readdirSync(directory)) {
    const name = file.endsWith('.d.ts') ? names.get(file.slice(0, -'.d.ts'.length)) : undefined;
    if (name === undefined) continue;
    descriptions[name] = parseDeclaration(readFileSync(new URL(file, directory), 'utf8'), types[name]!, descriptions);
  }
  return descriptions;
}

/**
 * Definitions without fields have no model. Instead of a field's own description the client gives that of such a type:
 * from there the type gets it, by the sentence's beginning.
 */
const TYPES_BY_SENTENCE: readonly (readonly [beginning: string, type: string])[] = [
  ['IntOrString is ', 'io.k8s.apimachinery.pkg.util.intstr.IntOrString'],
  ['MicroTime is ', 'io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime'],
  ...['JSON', 'JSONSchemaPropsOrArray', 'JSONSchemaPropsOrBool', 'JSONSchemaPropsOrStringArray'].map(
    (name) => [`${name} represents `, `io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.${name}`] as const,
  ),
];

/** A comment and the line it stands above: the class, or a property by its name in the client. */
const COMMENTED = /\/\*\*\n *\* (.*)\n *\*\/\n(?:export declare class| {4}'([^']+)'\??:)/g;

function parseDeclaration(text: string, row: TypeRow, others: Record<string, TypeDescription>): TypeDescription {
  const fieldNames = new Map<string, string>();
  if ('fields' in row) for (const [field] of row.fields) fieldNames.set(plain(field), field);
  const fields: Record<string, string> = {};
  let description: string | null = null;
  for (const [, comment, property] of text.matchAll(COMMENTED)) {
    const content = unescapeComment(comment!);
    const field = property === undefined ? undefined : fieldNames.get(plain(property));
    if (property === undefined) {
      description = content;
      continue;
    }
    const [, type] = TYPES_BY_SENTENCE.find(([beginning]) => content.startsWith(beginning)) ?? [];
    if (type !== undefined) others[type] = { description: content, fields: {} };
    else if (field !== undefined) fields[field] = content;
  }
  return description === null ? { fields } : { description, fields };
}

/** Undoes what keeps the text inside a string and a comment. */
function unescapeComment(text: string): string {
  return text
    .replace(/\\(['"\\])/g, '$1')
    .replaceAll('*_/', '*/')
    .replaceAll('/_*', '/*')
    .trim();
}

/** The client renames fields that are no identifiers or are reserved: `_default`, `x_kubernetes_list_type`, `ref`. */
function plain(name: string): string {
  return name.replace(/[^A-Za-z0-9]/g, '');
}
