/** Validation of probes and lifecycle handlers. */
import type { HTTPGetAction, Lifecycle, LifecycleHandler, Probe, SleepAction } from '../../generated/interfaces.ts';
import { type FieldError, forbiddenField, invalidValue, required } from '../../meta/field-error.ts';
import { httpHeaderNameProblems } from '../../meta/formats.ts';
import { addProblems, checkOneOf } from '../field-rules.ts';
import { checkNotNegative, checkPortNumberOrName } from '../number-rules.ts';

/** `graceSeconds`: the pod's terminationGracePeriodSeconds. */
export function checkLifecycle(
  errors: FieldError[],
  field: string,
  lifecycle: Lifecycle | undefined,
  graceSeconds: number,
): void {
  if (lifecycle?.postStart !== undefined) checkHandler(errors, `${field}.postStart`, lifecycle.postStart, graceSeconds);
  if (lifecycle?.preStop !== undefined) checkHandler(errors, `${field}.preStop`, lifecycle.preStop, graceSeconds);
}

export type ProbeKind = 'livenessProbe' | 'readinessProbe' | 'startupProbe';

export function checkProbe(
  errors: FieldError[],
  field: string,
  kind: ProbeKind,
  probe: Probe | undefined,
  graceSeconds: number,
): void {
  if (probe === undefined) return;
  const at = `${field}.${kind}`;
  checkHandler(errors, at, probe, graceSeconds);
  checkNotNegative(errors, `${at}.initialDelaySeconds`, probe.initialDelaySeconds);
  checkNotNegative(errors, `${at}.timeoutSeconds`, probe.timeoutSeconds);
  checkNotNegative(errors, `${at}.periodSeconds`, probe.periodSeconds);
  checkNotNegative(errors, `${at}.successThreshold`, probe.successThreshold);
  checkNotNegative(errors, `${at}.failureThreshold`, probe.failureThreshold);
  const grace = probe.terminationGracePeriodSeconds;
  if (grace !== undefined && grace <= 0) {
    errors.push(invalidValue(`${at}.terminationGracePeriodSeconds`, grace, 'must be greater than 0'));
  }
  if (kind === 'readinessProbe') {
    if (grace !== undefined) {
      errors.push(invalidValue(`${at}.terminationGracePeriodSeconds`, grace, 'must not be set for readinessProbes'));
    }
  } else if (probe.successThreshold !== 1) {
    errors.push(invalidValue(`${at}.successThreshold`, probe.successThreshold ?? 0, 'must be 1'));
  }
}

const HANDLERS = ['exec', 'httpGet', 'tcpSocket', 'grpc', 'sleep'] as const;
type Handlers = Pick<Probe, 'exec' | 'httpGet' | 'tcpSocket' | 'grpc'> & LifecycleHandler;

function checkHandler(errors: FieldError[], field: string, handlers: Handlers, graceSeconds: number): void {
  let first = true;
  for (const name of HANDLERS) {
    if (handlers[name] === undefined) continue;
    const at = `${field}.${name}`;
    if (first) checkAction(errors, at, name, handlers, graceSeconds);
    else errors.push(forbiddenField(at, 'may not specify more than 1 handler type'));
    first = false;
  }
  if (first) errors.push(required(field, 'must specify a handler type'));
}

function checkAction(
  errors: FieldError[],
  field: string,
  name: string,
  handlers: Handlers,
  graceSeconds: number,
): void {
  const { exec, httpGet, tcpSocket, grpc, sleep } = handlers;
  if (name === 'exec' && (exec?.command ?? []).length === 0) errors.push(required(`${field}.command`));
  else if (name === 'httpGet' && httpGet !== undefined) checkHttpGet(errors, field, httpGet);
  else if (name === 'tcpSocket') checkPortNumberOrName(errors, `${field}.port`, tcpSocket?.port);
  else if (name === 'grpc') checkPortNumberOrName(errors, `${field}.port`, grpc?.port);
  else if (name === 'sleep' && sleep !== undefined) checkSleep(errors, field, sleep, graceSeconds);
}

function checkHttpGet(errors: FieldError[], field: string, action: HTTPGetAction): void {
  if (!action.path) errors.push(required(`${field}.path`));
  checkPortNumberOrName(errors, `${field}.port`, action.port);
  checkOneOf(errors, `${field}.scheme`, action.scheme ?? '', ['HTTP', 'HTTPS']);
  for (const { name = '' } of action.httpHeaders ?? []) {
    addProblems(errors, `${field}.httpHeaders`, name, httpHeaderNameProblems(name));
  }
}

function checkSleep(errors: FieldError[], field: string, { seconds = 0 }: SleepAction, graceSeconds: number): void {
  if (seconds >= 0 && seconds <= graceSeconds) return;
  const text = `must be non-negative and less than terminationGracePeriodSeconds (${graceSeconds})`;
  errors.push(invalidValue(field, seconds, text));
}
