/** Which type a built-in kind has. */
import { KINDS_JSON } from '../generated/kinds.ts';

/** apiVersion → kind → definition name. */
export type KindTable = { readonly [apiVersion: string]: { readonly [kind: string]: string } };

let table: KindTable | null = null;

/** All kinds of the type table, lists included: `kindTable()['apps/v1']?.['Deployment']`. */
export function kindTable(): KindTable {
  table ??= JSON.parse(KINDS_JSON) as KindTable;
  return table;
}
