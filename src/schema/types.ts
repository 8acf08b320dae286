/** Access to the generated type table, parsed on first use so that importing it costs nothing. */
import { TYPES_JSON } from '../generated/types.ts';
import type { TypeTable } from './type-table.ts';

let table: TypeTable | null = null;

/** Every built-in type by OpenAPI definition name. Frozen by convention: callers only read. */
export function typeTable(): TypeTable {
  table ??= JSON.parse(TYPES_JSON) as TypeTable;
  return table;
}
