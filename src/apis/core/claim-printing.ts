/** Cells that volumes and claims share. */
export const BETA_CLASS = 'volume.beta.kubernetes.io/storage-class';

const MODES: readonly (readonly [string, string])[] = [
  ['ReadWriteOnce', 'RWO'],
  ['ReadOnlyMany', 'ROX'],
  ['ReadWriteMany', 'RWX'],
  ['ReadWriteOncePod', 'RWOP'],
];

export function accessModesText(modes: readonly string[] | undefined): string {
  return MODES.filter(([mode]) => modes?.includes(mode))
    .map(([, short]) => short)
    .join(',');
}

/** The annotation is older than the field, and wins. */
export function classNameOf(
  annotations: Readonly<Record<string, string>> | undefined,
  name: string | undefined,
): string {
  return annotations?.[BETA_CLASS] ?? name ?? '';
}
