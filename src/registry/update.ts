/** PUT: the whole object; creates where the kind allows it. */
import { StatusError } from '../meta/status.ts';
import type { FieldValidation } from '../meta/write-options.ts';
import { objectOf, type ParsedBody } from './body.ts';
import { createObject } from './create.ts';
import type { Entry } from './entry.ts';
import { modify } from './modify.ts';
import type { WriteRequest } from './prepare.ts';
import type { Registry } from './registry.ts';
import { storageOf } from './resource.ts';

export interface UpdateRequest extends WriteRequest {
  /** Parses the body; called once per attempt, since an attempt changes what it gets. */
  readonly body: () => ParsedBody;
  readonly fieldValidation: FieldValidation;
}

export interface Written {
  readonly entry: Entry;
  readonly created: boolean;
}

export async function update(registry: Registry, request: UpdateRequest): Promise<Written> {
  const warned = new Set<string>();
  const caller = { ...request.caller, warn: once(warned, request.caller.warn) };
  const wanted = () => objectOf(request.resource, request.body(), request.fieldValidation, caller);
  try {
    const entry = await modify(
      registry,
      { ...request, caller },
      { next: wanted, operation: 'Update', checkRevision: true },
    );
    return { entry, created: false };
  } catch (error) {
    const missing = error instanceof StatusError && error.code === 404 && error.details?.name === request.name;
    const creates = storageOf(request.resource).behavior.allowCreateOnUpdate && request.subresource === '';
    if (!missing || !creates) throw error;
    return { entry: await createObject(registry, request, wanted(), 'Update'), created: true };
  }
}

/** A repeated attempt does not repeat its warnings. */
export function once(seen: Set<string>, warn: (text: string) => void): (text: string) => void {
  return (text) => {
    if (seen.has(text)) return;
    seen.add(text);
    warn(text);
  };
}
