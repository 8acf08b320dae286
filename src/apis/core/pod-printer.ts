/** The table row of a pod: how far it came and how often it fell. */
import type {
  ContainerState,
  ContainerStatus,
  Pod,
  PodCondition,
  PodSpec,
  PodStatus,
} from '../../generated/interfaces.ts';
import { timeMs } from '../../meta/time.ts';
import type { Cell, Printer } from '../../registry/definition.ts';
import type { Stored } from '../behavior.ts';
import { AGE, age, ageText, column, NAME, NONE, orNone, wideColumn } from '../printing.ts';
import { isSidecar } from './pod-resources.ts';

export const podPrinter: Printer<Stored<Pod>> = {
  columns: [
    NAME,
    column('Ready', 'string', 'Ready containers of all containers.'),
    column('Status', 'string', 'What the pod is doing, or why it is not.'),
    column('Restarts', 'string', 'Restarts of all containers together, and when the last one was.'),
    AGE,
    wideColumn('IP', 'string', 'First address of the pod.'),
    wideColumn('Node', 'string', 'Node on which the pod runs.'),
    wideColumn('Nominated Node', 'string', 'Node on which room is being made for the pod.'),
    wideColumn('Readiness Gates', 'string', 'Readiness gates that hold, of all.'),
  ],
  cells: podCells,
  conditions(pod) {
    const phase = pod.status?.phase;
    if (phase !== 'Succeeded' && phase !== 'Failed') return [];
    const message = phase === 'Succeeded' ? 'The pod has completed successfully.' : 'The pod failed.';
    return [{ type: 'Completed', status: 'True', reason: phase, message }];
  },
  compare: null,
};

function podCells(pod: Stored<Pod>, nowMs: number): Cell[] {
  const { spec = { containers: [] }, status = {} } = pod;
  const sum = summarize(spec, status);
  let text = sum.text;
  if (pod.metadata.deletionTimestamp !== undefined) {
    if (status.reason === 'NodeLost') text = 'Unknown';
    else if (status.phase !== 'Succeeded' && status.phase !== 'Failed') text = 'Terminating';
  }
  const restarts =
    sum.lastRestart === 0 || sum.restarts === 0
      ? ''
      : ` (${ageText(new Date(sum.lastRestart).toISOString(), nowMs)} ago)`;
  return [
    pod.metadata.name ?? '',
    `${sum.ready}/${sum.total}`,
    text,
    `${sum.restarts}${restarts}`,
    age(pod, nowMs),
    orNone(status.podIPs?.[0]?.ip ?? status.podIP),
    orNone(spec.nodeName),
    orNone(status.nominatedNodeName),
    readinessGates(spec, status),
  ];
}

interface Summary {
  text: string;
  ready: number;
  total: number;
  restarts: number;
  /** Milliseconds; 0: never. */
  lastRestart: number;
}

function summarize(spec: PodSpec, status: PodStatus): Summary {
  const sidecars = new Set((spec.initContainers ?? []).filter(isSidecar).map((container) => container.name ?? ''));
  const total = (spec.containers ?? []).length + sidecars.size;
  const sum: Summary = { text: status.reason ?? status.phase ?? '', ready: 0, total, restarts: 0, lastRestart: 0 };
  const scheduled = condition(status, 'PodScheduled');
  if (scheduled?.reason === 'SchedulingGated') sum.text = 'SchedulingGated';
  const sidecarRestarts: Summary = { ...sum };
  const initializing = addInitContainers(sum, sidecarRestarts, spec, status, sidecars);
  if (initializing && condition(status, 'Initialized')?.status !== 'True') return sum;
  sum.restarts = sidecarRestarts.restarts;
  sum.lastRestart = sidecarRestarts.lastRestart;
  addContainers(sum, status);
  return sum;
}

/** True when the pod is still starting. */
function addInitContainers(
  sum: Summary,
  sidecarSum: Summary,
  spec: PodSpec,
  status: PodStatus,
  sidecars: ReadonlySet<string>,
): boolean {
  const statuses = status.initContainerStatuses ?? [];
  for (let i = 0; i < statuses.length; i++) {
    const container = statuses[i]!;
    addRestarts(sum, container);
    const sidecar = sidecars.has(container.name ?? '');
    if (sidecar) addRestarts(sidecarSum, container);
    const { terminated, waiting } = container.state ?? {};
    if (terminated !== undefined && (terminated.exitCode ?? 0) === 0) continue;
    if (sidecar && container.started === true) {
      if (container.ready) sum.ready++;
      continue;
    }
    if (terminated !== undefined) sum.text = `Init:${terminated.reason || exitText(terminated)}`;
    else if (waiting?.reason && waiting.reason !== 'PodInitializing') sum.text = `Init:${waiting.reason}`;
    else sum.text = `Init:${i}/${(spec.initContainers ?? []).length}`;
    return true;
  }
  return false;
}

/** From the last to the first, so that the first one's trouble is what is shown. */
function addContainers(sum: Summary, status: PodStatus): void {
  const statuses = status.containerStatuses ?? [];
  let running = false;
  for (let i = statuses.length - 1; i >= 0; i--) {
    const container = statuses[i]!;
    addRestarts(sum, container);
    const { waiting, terminated, running: runs } = container.state ?? {};
    if (waiting?.reason) sum.text = waiting.reason;
    else if (terminated !== undefined) sum.text = terminated.reason || exitText(terminated);
    else if (container.ready && runs !== undefined) {
      running = true;
      sum.ready++;
    }
  }
  if (sum.text === 'Completed' && running)
    sum.text = condition(status, 'Ready')?.status === 'True' ? 'Running' : 'NotReady';
}

function exitText(terminated: NonNullable<ContainerState['terminated']>): string {
  return terminated.signal ? `Signal:${terminated.signal}` : `ExitCode:${terminated.exitCode ?? 0}`;
}

function addRestarts(sum: Summary, container: ContainerStatus): void {
  sum.restarts += container.restartCount ?? 0;
  const finished = container.lastState?.terminated?.finishedAt;
  const at = finished === undefined || finished === null ? 0 : timeMs(finished);
  if (at > sum.lastRestart) sum.lastRestart = at;
}

function condition(status: PodStatus, type: string | undefined): PodCondition | undefined {
  return status.conditions?.find((candidate) => candidate.type === type);
}

function readinessGates(spec: PodSpec, status: PodStatus): string {
  const gates = spec.readinessGates ?? [];
  if (gates.length === 0) return NONE;
  const holding = gates.filter((gate) => condition(status, gate.conditionType)?.status === 'True').length;
  return `${holding}/${gates.length}`;
}
