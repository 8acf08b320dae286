/** How the core kinds word the refusal of an unknown field label. */
export function coreFieldLabel(label: string): string {
  return `field label not supported: ${label}`;
}
