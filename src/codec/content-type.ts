/** The Content-Type of request bodies. */
import type { Media } from './negotiate.ts';

export type PatchType = 'json' | 'merge' | 'strategic' | 'apply';

export const PATCH_MEDIA_TYPES: Readonly<Record<PatchType, string>> = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
};

/** null: not supported (415). An absent header means JSON. */
export function bodyMediaOf(contentType: string | undefined): Media | null {
  if (contentType === undefined || contentType === '' || contentType === 'application/json') return 'json';
  if (contentType === 'application/vnd.kubernetes.protobuf') return 'protobuf';
  const semicolon = contentType.indexOf(';');
  if (semicolon >= 0 && !areParameters(contentType.slice(semicolon))) return null;
  switch ((semicolon < 0 ? contentType : contentType.slice(0, semicolon)).trim().toLowerCase()) {
    case 'application/json':
      return 'json';
    case 'application/yaml':
      return 'yaml';
    case 'application/vnd.kubernetes.protobuf':
      return 'protobuf';
    default:
      return null;
  }
}

/** null: not a patch type. Parameters are dropped, and the type must be written exactly. */
export function patchTypeOf(contentType: string | undefined): PatchType | null {
  const semicolon = (contentType ?? '').indexOf(';');
  switch (semicolon > 0 ? contentType!.slice(0, semicolon) : contentType) {
    case PATCH_MEDIA_TYPES.json:
      return 'json';
    case PATCH_MEDIA_TYPES.merge:
      return 'merge';
    case PATCH_MEDIA_TYPES.strategic:
      return 'strategic';
    case PATCH_MEDIA_TYPES.apply:
      return 'apply';
    default:
      return null;
  }
}

const PARAMETER = /^[ \t]*[!#$%&'*+.^_`|~0-9A-Za-z-]+=(?:[!#$%&'*+.^_`|~0-9A-Za-z-]+|"[^"\\]*")[ \t]*$/;

/** `; name=value; name="value"`: a type whose parameters are malformed is unknown. */
function areParameters(text: string): boolean {
  return text
    .slice(1)
    .split(';')
    .every((parameter) => parameter.trim() === '' || PARAMETER.test(parameter));
}
