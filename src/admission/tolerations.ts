import type { Toleration } from '../generated/interfaces.ts';

/**
 * All tolerations of both lists, in order, without those that another one makes needless. Of equal ones the first stays.
 */
export function mergeTolerations(first: readonly Toleration[], second: readonly Toleration[]): Toleration[] {
  const all = [...first, ...second];
  const longest = new Map<string, number>();
  for (const toleration of all) {
    const form = formOf(toleration, toleration.key ?? '', toleration.operator ?? '', toleration.effect ?? '');
    longest.set(form, Math.max(longest.get(form) ?? Number.NEGATIVE_INFINITY, secondsOf(toleration)));
  }
  const kept = new Set<string>();
  return all.filter((toleration) => {
    if (isNeedless(toleration, longest)) return false;
    const form = formOf(toleration, toleration.key ?? '', toleration.operator ?? '', toleration.effect ?? '');
    return !kept.has(form) && kept.add(form);
  });
}

/** What a toleration tolerates, but for how long. With Exists the value means nothing. */
function formOf({ value = '' }: Toleration, key: string, operator: string, effect: string): string {
  return JSON.stringify([key, operator, effect, operator === 'Exists' ? '' : value]);
}

/** Only the effect NoExecute ends. */
function secondsOf({ effect, tolerationSeconds }: Toleration): number {
  return effect === 'NoExecute' && tolerationSeconds !== undefined ? tolerationSeconds : Number.POSITIVE_INFINITY;
}

/** Another toleration tolerates all of this, for as long. */
function isNeedless(toleration: Toleration, longest: ReadonlyMap<string, number>): boolean {
  const { key = '', operator = '', effect = '' } = toleration;
  const own = formOf(toleration, key, operator, effect);
  const seconds = toleration.tolerationSeconds ?? Number.POSITIVE_INFINITY;
  const wider = [
    [key, 'Exists'],
    ['', 'Exists'],
    [key, operator],
  ] as const;
  return wider.some(([widerKey, widerOperator]) =>
    [effect, ''].some((widerEffect) => {
      const form = formOf(toleration, widerKey, widerOperator, widerEffect);
      const known = longest.get(form) ?? Number.NEGATIVE_INFINITY;
      return form === own ? known > secondsOf(toleration) : known >= seconds;
    }),
  );
}
