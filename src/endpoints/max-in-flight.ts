/** Bounds on requests under way: what is above is told to come again. */
import type { UserInfo } from '../meta/user.ts';
import { GROUP_MASTERS } from '../meta/well-known-users.ts';
import type { RequestInfo } from './request-info.ts';

/** A request's place among those being served. */
export interface FlowTicket {
  /** Called once when the request is answered. */
  release(): void;
  /** For the headers X-Kubernetes-PF-FlowSchema-UID and -PriorityLevel-UID; '' for none. */
  readonly flowSchemaUid: string;
  readonly priorityLevelUid: string;
}

/** Decides when a request may run. Long-running requests do not come here. Null: rejected. */
export interface FlowControl {
  admit(info: RequestInfo, user: UserInfo): FlowTicket | null | Promise<FlowTicket | null>;
  readonly inFlight: { readonly readOnly: number; readonly mutating: number };
}

export interface MaxInFlightOptions {
  /** 0: no bound. */
  readonly readOnlyMax: number;
  readonly mutatingMax: number;
}

export function createMaxInFlight(options: MaxInFlightOptions): FlowControl {
  const inFlight = { readOnly: 0, mutating: 0 };
  const readOnly = ticket(() => inFlight.readOnly--);
  const mutating = ticket(() => inFlight.mutating--);
  return {
    inFlight,
    admit(info, user) {
      if (isReadOnly(info.verb)) {
        if (isFull(inFlight.readOnly, options.readOnlyMax, user)) return null;
        inFlight.readOnly++;
        return readOnly;
      }
      if (isFull(inFlight.mutating, options.mutatingMax, user)) return null;
      inFlight.mutating++;
      return mutating;
    },
  };
}

function ticket(release: () => void): FlowTicket {
  return { release, flowSchemaUid: '', priorityLevelUid: '' };
}

function isReadOnly(verb: string): boolean {
  return verb === 'get' || verb === 'list' || verb === 'watch';
}

/** The masters always get an answer: they are who mends an overloaded server. */
function isFull(count: number, max: number, user: UserInfo): boolean {
  return max > 0 && count >= max && !user.groups.includes(GROUP_MASTERS);
}
