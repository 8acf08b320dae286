/** Cells and columns of server-side tables that several kinds share. */
import { formatLabelSelector, type LabelSelectorObject } from '../meta/label-selector.ts';
import type { ObjectMeta } from '../meta/object.ts';
import { humanDuration } from '../meta/time.ts';
import type { Cell, Column, Printer } from '../registry/definition.ts';

export const NONE = '<none>';
export const UNKNOWN = '<unknown>';
export const UNSET = '<unset>';

export function column(
  name: string,
  type: Column['type'],
  description: string,
  priority = 0,
  format: Column['format'] = '',
): Column {
  return { name, type, format, description, priority };
}

/** A column that clients show only in wide output. */
export function wideColumn(name: string, type: Column['type'], description: string): Column {
  return column(name, type, description, 1);
}

export const NAME: Column = column(
  'Name',
  'string',
  'Name of the object, unique among its kind in its namespace.',
  0,
  'name',
);
export const AGE: Column = column('Age', 'string', 'Time since the object was created.');
export const CONTAINERS: Column = wideColumn('Containers', 'string', 'Names of the containers in the pod template.');
export const IMAGES: Column = wideColumn('Images', 'string', 'Images of the containers in the pod template.');
export const SELECTOR: Column = wideColumn('Selector', 'string', 'Labels by which the object finds its pods.');

interface Named {
  metadata: ObjectMeta;
}

export function printer<T>(columns: readonly Column[], cells: (object: T, nowMs: number) => Cell[]): Printer<T> {
  return { columns, cells, conditions: null, compare: null };
}

/** For kinds without columns of their own. */
export const defaultPrinter: Printer<Named> = printer(
  [NAME, column('Created At', 'date', 'When the object was created.')],
  ({ metadata }) => [metadata.name ?? '', metadata.creationTimestamp ?? null],
);

/** Time since `timestamp` in human units; `<unknown>` for none. */
export function ageText(timestamp: string | null | undefined, nowMs: number): string {
  return timestamp ? humanDuration(nowMs - Date.parse(timestamp)) : UNKNOWN;
}

/** The Age cell. */
export function age(object: Named, nowMs: number): string {
  return ageText(object.metadata.creationTimestamp, nowMs);
}

interface Containers {
  readonly spec?: { readonly containers?: readonly { readonly name?: string; readonly image?: string }[] | null };
}

/** Container names of a pod template, comma-joined. */
export function containersText(template: Containers | undefined): string {
  return (template?.spec?.containers ?? []).map((container) => container.name ?? '').join(',');
}

/** Container images of a pod template, comma-joined. */
export function imagesText(template: Containers | undefined): string {
  return (template?.spec?.containers ?? []).map((container) => container.image ?? '').join(',');
}

/** `<invalid>` for a selector that cannot be evaluated. */
export function selectorText(selector: LabelSelectorObject | null | undefined): string {
  const text = formatLabelSelector(selector);
  return text === '<error>' ? '<invalid>' : text;
}

/** `a,b,c + 2 more...`; '' for no items. */
export function firstOf(items: readonly string[], max: number): string {
  const text = items.slice(0, max).join(',');
  return items.length > max ? `${text} + ${items.length - max} more...` : text;
}

/** '' and undefined become `<none>`. */
export function orNone(text: string | undefined): string {
  return text === undefined || text === '' ? NONE : text;
}
