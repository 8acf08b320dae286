/** Access to the generated default roles and bindings. */
import { RBAC_JSON } from '../generated/rbac.ts';
import type { BootstrapPolicy } from './rbac-types.ts';

/** The default roles and bindings of v1.36 with default feature gates; parsed anew, as it is asked for once at start. */
export function bootstrapPolicy(): BootstrapPolicy {
  return JSON.parse(RBAC_JSON) as BootstrapPolicy;
}
