/** Label and field selectors of one request, compiled against one resource and matched against entries. */
import { type FieldRequirement, parseFieldSelector } from '../meta/fields.ts';
import { compileLabelSelector, type LabelSelector } from '../meta/labels.ts';
import { badRequest } from '../meta/status.ts';
import type { Entry } from './entry.ts';
import type { Resource, Storage } from './resource.ts';

export interface Selection {
  /** Nothing is filtered out. */
  readonly everything: boolean;
  matches(entry: Entry): boolean;
  /** The name that `metadata.name=` asks for; '' when it does not. */
  readonly name: string;
  /** The namespace that `metadata.namespace=` asks for; '' when it does not. */
  readonly namespace: string;
  /** The bucket of the storage's index that the field selector asks for. */
  readonly index: string | null;
}

export const EVERYTHING: Selection = { everything: true, matches: () => true, name: '', namespace: '', index: null };

/** Where an entry's value for a field requirement is found: its name, its namespace, or a place in `Entry.fields`. */
type FieldPlace = 'name' | 'namespace' | number;

interface FieldTest {
  readonly place: FieldPlace;
  readonly value: string;
  readonly equal: boolean;
}

/** Throws 400 for a selector that does not parse or a field label that the resource does not have. */
export function compileSelection(
  resource: Resource,
  storage: Storage,
  labelSelector: string,
  fieldSelector: string,
): Selection {
  if (labelSelector === '' && fieldSelector === '') return EVERYTHING;
  const labels = labelSelector === '' ? null : compileLabelSelector(labelSelector);
  const tests =
    fieldSelector === ''
      ? []
      : parseFieldSelector(fieldSelector).map((requirement) => fieldTest(resource, storage, requirement));
  const indexLabel = storage.behavior.indexLabel;
  const indexPlace = indexLabel === null ? -1 : storage.fieldLabels.indexOf(indexLabel);
  const wanted = (place: FieldPlace): string => tests.find((test) => test.place === place && test.equal)?.value ?? '';
  const index = indexPlace < 0 ? '' : wanted(indexPlace);
  return {
    everything: labels === null && tests.length === 0,
    matches: (entry) => matches(entry, labels, tests),
    name: wanted('name'),
    namespace: wanted('namespace'),
    index: index === '' ? null : index,
  };
}

function matches(entry: Entry, labels: LabelSelector | null, tests: readonly FieldTest[]): boolean {
  if (labels !== null && !labels.matches(entry.labels ?? undefined)) return false;
  for (const test of tests) {
    if ((fieldValue(entry, test.place) === test.value) !== test.equal) return false;
  }
  return true;
}

function fieldValue(entry: Entry, place: FieldPlace): string {
  if (place === 'name') return entry.name;
  if (place === 'namespace') return entry.namespace;
  return entry.fields?.[place] ?? '';
}

function fieldTest(resource: Resource, storage: Storage, requirement: FieldRequirement): FieldTest {
  const { field, value, operator } = requirement;
  return { place: fieldPlace(resource, storage, field), value, equal: operator !== '!=' };
}

function fieldPlace(resource: Resource, storage: Storage, label: string): FieldPlace {
  if (label === 'metadata.name') return 'name';
  if (label === 'metadata.namespace' && (storage.namespaced || storage.behavior.fieldLabels !== null))
    return 'namespace';
  const alias = Object.hasOwn(resource.fieldAliases, label) ? resource.fieldAliases[label] : undefined;
  if (alias === 'metadata.name') return 'name';
  const place = storage.fieldLabels.indexOf(alias ?? label);
  if (place >= 0) return place;
  if (label === 'metadata.namespace') return 'namespace';
  const text = storage.behavior.unknownFieldLabel;
  throw badRequest(
    text === null
      ? `${JSON.stringify(label)} is not a known field selector: only "metadata.name", "metadata.namespace"`
      : text(label),
  );
}
