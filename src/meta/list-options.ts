/** metav1.ListOptions, for lists, watches and deletecollection. */
import { type FieldError, forbiddenField } from './field-error.ts';
import { booleanParameter, integerParameter, refuseOptions, unsupported } from './parameters.ts';
import type { Query } from './query.ts';

export type ResourceVersionMatch = '' | 'Exact' | 'NotOlderThan';

export interface ListOptions {
  /** Text, not yet parsed; '' selects everything. */
  readonly labelSelector: string;
  readonly fieldSelector: string;
  readonly watch: boolean;
  readonly allowWatchBookmarks: boolean;
  /** '' the most recent, '0' any, else not older than or exactly this one. Not yet parsed. */
  readonly resourceVersion: string;
  readonly resourceVersionMatch: ResourceVersionMatch;
  /** null: not given. */
  readonly timeoutSeconds: number | null;
  /** 0 or below: no limit. */
  readonly limit: number;
  readonly continue: string;
  /** KEP-3157: begin a watch with the present state. null: not given. */
  readonly sendInitialEvents: boolean | null;
}

export const defaultListOptions: ListOptions = Object.freeze({
  labelSelector: '',
  fieldSelector: '',
  watch: false,
  allowWatchBookmarks: false,
  resourceVersion: '',
  resourceVersionMatch: '',
  timeoutSeconds: null,
  limit: 0,
  continue: '',
  sendInitialEvents: null,
});

/**
 * Throws 400 for numbers that are none and 422 for options that do not go together. A watch from '' or '0' without
 * further wishes is one with initial events, as upstream defaults it. `watch`: the path or verb says so already.
 */
export function parseListOptions(query: Query, watch = false): ListOptions {
  const resourceVersion = query.get('resourceVersion') ?? '';
  let resourceVersionMatch = query.get('resourceVersionMatch') ?? '';
  let sendInitialEvents = booleanParameter(query, 'sendInitialEvents');
  const watches = booleanParameter(query, 'watch') ?? false;
  if (
    watches &&
    sendInitialEvents === null &&
    resourceVersionMatch === '' &&
    (resourceVersion === '' || resourceVersion === '0')
  ) {
    sendInitialEvents = true;
    resourceVersionMatch = 'NotOlderThan';
  }
  const options = {
    labelSelector: query.get('labelSelector') ?? '',
    fieldSelector: query.get('fieldSelector') ?? '',
    watch: watches || watch,
    allowWatchBookmarks: booleanParameter(query, 'allowWatchBookmarks') ?? false,
    resourceVersion,
    resourceVersionMatch,
    timeoutSeconds: integerParameter(query, 'timeoutSeconds'),
    limit: integerParameter(query, 'limit') ?? 0,
    continue: query.get('continue') ?? '',
    sendInitialEvents,
  };
  refuseOptions('ListOptions', watches ? watchErrors(options) : listErrors(options));
  // Any other value has just been refused.
  return { ...options, resourceVersionMatch: resourceVersionMatch as ResourceVersionMatch };
}

type Unchecked = Omit<ListOptions, 'resourceVersionMatch'> & { readonly resourceVersionMatch: string };

const MATCH = 'resourceVersionMatch';

function listErrors(options: Unchecked): FieldError[] {
  const errors: FieldError[] = [];
  const match = options.resourceVersionMatch;
  if (match !== '') {
    if (options.resourceVersion === '') {
      errors.push(forbiddenField(MATCH, 'resourceVersionMatch is forbidden unless resourceVersion is provided'));
    }
    if (options.continue !== '')
      errors.push(forbiddenField(MATCH, 'resourceVersionMatch is forbidden when continue is provided'));
    if (match !== 'Exact' && match !== 'NotOlderThan')
      errors.push(unsupported(MATCH, match, ['Exact', 'NotOlderThan', '']));
    if (match === 'Exact' && options.resourceVersion === '0') {
      errors.push(forbiddenField(MATCH, 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'));
    }
  }
  if (options.sendInitialEvents !== null)
    errors.push(forbiddenField('sendInitialEvents', 'sendInitialEvents is forbidden for list'));
  return errors;
}

function watchErrors(options: Unchecked): FieldError[] {
  const errors: FieldError[] = [];
  const match = options.resourceVersionMatch;
  if (options.sendInitialEvents !== null && match !== 'NotOlderThan') {
    errors.push(forbiddenField(MATCH, 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'));
  }
  if (match === '') return errors;
  if (options.sendInitialEvents === null) {
    errors.push(
      forbiddenField(MATCH, 'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided'),
    );
  }
  if (match !== 'NotOlderThan') errors.push(unsupported(MATCH, match, ['NotOlderThan']));
  if (options.continue !== '')
    errors.push(forbiddenField(MATCH, 'resourceVersionMatch is forbidden when continue is provided'));
  return errors;
}
