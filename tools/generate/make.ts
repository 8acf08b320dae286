/** All generated files from all inputs. */
import type { TypeRow } from '../../src/schema/type-table.ts';
import { frame, templateLiteral } from './files.ts';
import type { GoFacts } from './go-facts.ts';
import type { OpenApiDocument } from './openapi-document.ts';
import { buildTypes } from './types.ts';

export interface Inputs {
  readonly openApi: OpenApiDocument;
  readonly go: GoFacts;
}

/** File text by name in src/generated/. */
export function makeFiles(inputs: Inputs): Map<string, string> {
  const types = buildTypes(inputs.openApi, inputs.go);
  return new Map([['types.ts', frame(typesFile(types))]]);
}

function typesFile(types: ReadonlyMap<string, TypeRow>): string {
  const lines = [...types].map(([name, row]) => `${JSON.stringify(name)}:${JSON.stringify(row)}`);
  return `
/** A TypeTable (src/schema/type-table.ts) as JSON, one type per line. */
export const TYPES_JSON = ${templateLiteral(`{\n${lines.join(',\n')}\n}`)};
`;
}
