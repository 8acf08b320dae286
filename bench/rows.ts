/** The rows of the benchmark: what is aimed at, and what kube-apiserver 1.20.2 with etcd 3.5 did on a like machine. */
export interface Row {
  readonly name: string;
  readonly unit: string;
  /** kube-apiserver + etcd. */
  readonly reference: string;
  readonly goal: string;
}

export const ROWS = {
  start: { name: 'start to /readyz, first', unit: 's', reference: '4.2', goal: '≤ 0.4' },
  restart: { name: 'start to /readyz, again', unit: 's', reference: '4.2', goal: '≤ 0.4' },
  idle: { name: 'idle RSS', unit: 'MB', reference: '380', goal: '≤ 95' },
  create: { name: 'create pod', unit: '/s', reference: '808', goal: '≥ 4,000' },
  get: { name: 'get pod', unit: '/s', reference: '2,580', goal: '≥ 11,000' },
  list: { name: 'list all pods, consistent', unit: '/s', reference: '2.6', goal: '≥ 40' },
  list0: { name: 'list all pods, resourceVersion=0', unit: '/s', reference: '7.5', goal: '≥ 40' },
  select: { name: 'list by label, 1 of 100', unit: '/s', reference: '12.8', goal: '≥ 1,000' },
  update: { name: 'update pod (get and put)', unit: '/s', reference: '649', goal: '≥ 3,500' },
  patch: { name: 'strategic patch of a pod', unit: '/s', reference: '726', goal: '≥ 3,500' },
  apply: { name: 'apply to a pod', unit: '/s', reference: '652', goal: '≥ 3,500' },
  watch: { name: 'events to 100 watchers', unit: '/s', reference: '19,400', goal: '≥ 120,000' },
  delete: { name: 'delete pod', unit: '/s', reference: '642', goal: '≥ 3,500' },
  loaded: { name: 'RSS after the run on pods', unit: 'MB', reference: '1,250', goal: '≤ 250' },
  'cm-create': { name: 'create config map of 1 KB', unit: '/s', reference: '1,744', goal: '≥ 6,976' },
  'cm-get': { name: 'get config map', unit: '/s', reference: '3,447', goal: '≥ 13,788' },
  'cm-list0': { name: 'list config maps, resourceVersion=0', unit: '/s', reference: '22.7', goal: '≥ 91' },
  'cm-patch': { name: 'strategic patch of a config map', unit: '/s', reference: '1,519', goal: '≥ 6,076' },
  'cm-delete': { name: 'delete config map', unit: '/s', reference: '1,060', goal: '≥ 4,240' },
} as const satisfies Record<string, Row>;

export type RowName = keyof typeof ROWS;
