/** How the core kinds word the refusal of an unknown field label. */
export function coreFieldLabel(label: string): string {
  return `field label not supported: ${label}`;
}

/** How kinds of other groups with field labels of their own word it. */
export function fieldLabelOf(kind: string): (label: string) => string {
  return (label) => `field label ${JSON.stringify(label)} not supported for ${JSON.stringify(kind)}`;
}
