/** Semantic versions (semver.org 2.0.0), without what is of no weight in comparing: build metadata. */
export interface SemanticVersion {
  /** Major, minor, patch. */
  readonly numbers: readonly bigint[];
  /** Identifiers of a pre-release; [] for a release. */
  readonly preRelease: readonly string[];
}

const PATTERN =
  /^(0|[1-9][0-9]{0,18})\.(0|[1-9][0-9]{0,18})\.(0|[1-9][0-9]{0,18})(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/;
const DIGITS = /^[0-9]+$/;

export const ZERO_VERSION: SemanticVersion = { numbers: [0n, 0n, 0n], preRelease: [] };

/** Null when `text` is no semantic version. */
export function parseSemanticVersion(text: string): SemanticVersion | null {
  const match = PATTERN.exec(text);
  if (match === null) return null;
  const [, major = '', minor = '', patch = '', preRelease] = match;
  const identifiers = preRelease === undefined ? [] : preRelease.split('.');
  if (identifiers.some((identifier) => DIGITS.test(identifier) && /^0./.test(identifier))) return null;
  return { numbers: [BigInt(major), BigInt(minor), BigInt(patch)], preRelease: identifiers };
}

/** Below zero when `a` comes before `b`. A release comes after its pre-releases. */
export function compareSemanticVersions(a: SemanticVersion, b: SemanticVersion): number {
  for (const [i, number] of a.numbers.entries()) {
    const other = b.numbers[i] ?? 0n;
    if (number !== other) return number < other ? -1 : 1;
  }
  if (a.preRelease.length === 0 || b.preRelease.length === 0) return b.preRelease.length - a.preRelease.length;
  for (const [i, identifier] of a.preRelease.entries()) {
    const other = b.preRelease[i];
    if (other === undefined) return 1;
    if (identifier !== other) return compareIdentifiers(identifier, other);
  }
  return a.preRelease.length - b.preRelease.length;
}

/** Numbers come before words. */
function compareIdentifiers(a: string, b: string): number {
  const aIsNumber = DIGITS.test(a);
  if (aIsNumber !== DIGITS.test(b)) return aIsNumber ? -1 : 1;
  // Numbers have no leading zeros: the longer one is the greater.
  if (aIsNumber && a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : 1;
}
