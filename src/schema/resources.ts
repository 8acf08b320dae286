/** Access to the generated resource list, parsed on first use. */
import { RESOURCES_JSON } from '../generated/resources.ts';
import type { ResourceList } from './resource-table.ts';

let list: ResourceList | null = null;

/** Every built-in resource of v1.36, on and off by default. */
export function resourceList(): ResourceList {
  list ??= JSON.parse(RESOURCES_JSON) as ResourceList;
  return list;
}
