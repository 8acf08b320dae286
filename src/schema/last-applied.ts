/** The annotation in which `kubectl apply` on the client's side keeps what it applied. */

import { setOwn } from '../base/own.ts';
import type { FieldsV1, KubeObject } from '../meta/object.ts';
import { changedFields } from './changed-fields.ts';
import type { CompiledType } from './compile.ts';
import { decode } from './decode.ts';
import { encodeAny } from './encode.ts';
import { FieldPathError } from './field-element.ts';
import { fieldsOf } from './fields-of.ts';
import { difference, EMPTY_SET } from './fieldset.ts';

export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** The annotation for a configuration applied now: its JSON, without the annotation itself. */
export function lastAppliedText(config: KubeObject): string {
  const { [LAST_APPLIED]: _, ...annotations } = config.metadata.annotations ?? {};
  const metadata = config.metadata.annotations === undefined ? config.metadata : { ...config.metadata, annotations };
  return `${encodeAny({ ...config, metadata })}\n`;
}

/** The fields of the live object that still are as the annotation applied them; empty without a usable annotation. */
export function allowedByLastApplied(type: CompiledType, live: KubeObject, apiVersion: string): FieldsV1 {
  const text = live.metadata.annotations?.[LAST_APPLIED];
  if (!text) return EMPTY_SET;
  try {
    const config = JSON.parse(text) as KubeObject;
    if (config.apiVersion !== apiVersion) return EMPTY_SET;
    const fields = fieldsOf(type, config);
    decode(type, config, { unknownFields: 'ignore' });
    const { changed, removed } = changedFields(type, config, live);
    return difference(difference(fields, changed ?? EMPTY_SET), removed ?? EMPTY_SET);
  } catch (error) {
    // Users can write the annotation: what it says counts only if it can be read.
    if (error instanceof SyntaxError || error instanceof TypeError || error instanceof FieldPathError) return EMPTY_SET;
    if (error instanceof Error && 'detail' in error) return EMPTY_SET;
    throw error;
  }
}

export function copyJson(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copyJson);
  const copy: Record<string, unknown> = {};
  for (const key in value) setOwn(copy, key, copyJson((value as Record<string, unknown>)[key]));
  return copy;
}
