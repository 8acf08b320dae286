/** Descriptions of types and fields: a build product, so that a server without it serves OpenAPI without prose. */
import { readFileSync } from 'node:fs';

export interface TypeDescription {
  readonly description?: string;
  /** By JSON name of the field. */
  readonly fields: { readonly [field: string]: string };
}

/** By definition name. */
export type Descriptions = { readonly [type: string]: TypeDescription };

export const NO_DESCRIPTIONS: Descriptions = {};

/** Reads the file that the build wrote; without it there are none. */
export function readDescriptions(path: string | URL): Descriptions {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return NO_DESCRIPTIONS;
    throw error;
  }
  return JSON.parse(text) as Descriptions;
}
