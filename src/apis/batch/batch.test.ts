import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '../../meta/object.ts';
import { CONTEXT, createErrors, objectOf, updateErrors } from '../test-support.ts';
import { cronJobs } from './cronjobs.ts';
import { jobs } from './jobs.ts';
import { scheduleProblem, timeZoneProblem } from './schedule.ts';

type Json = Record<string, unknown>;
const POD = { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'a' }] } };

function job(spec: Json, metadata: KubeObject['metadata'] = {}): KubeObject {
  const object = objectOf({ spec: { template: POD, ...spec } }, { uid: 'u-1', ...metadata });
  jobs.setDefaults?.(object);
  jobs.prepareForCreate?.(object, CONTEXT);
  return object;
}

test('a job gets a selector of its own', () => {
  const object = job({});
  const spec = object['spec'] as Json & { template: { metadata: Json } };
  const labels = {
    'job-name': 'a',
    'batch.kubernetes.io/job-name': 'a',
    'controller-uid': 'u-1',
    'batch.kubernetes.io/controller-uid': 'u-1',
  };
  assert.deepEqual(spec.template.metadata['labels'], labels);
  assert.deepEqual(spec['selector'], { matchLabels: { 'batch.kubernetes.io/controller-uid': 'u-1' } });
  const { completions, parallelism, backoffLimit, completionMode, suspend, podReplacementPolicy } = spec;
  assert.deepEqual(
    { completions, parallelism, backoffLimit, completionMode, suspend, podReplacementPolicy },
    {
      completions: 1,
      parallelism: 1,
      backoffLimit: 6,
      completionMode: 'NonIndexed',
      suspend: false,
      podReplacementPolicy: 'TerminatingOrFailed',
    },
  );
  assert.deepEqual(createErrors(jobs, object), []);
});

test("labels that a job has from its template are the template's", () => {
  const added = ['batch.kubernetes.io/controller-uid', 'batch.kubernetes.io/job-name', 'controller-uid', 'job-name'];
  const cases: [Json, Json, string[]][] = [
    [{}, {}, added],
    [{}, { app: 'x' }, ['app', ...added]],
    [{ mine: 'y' }, { app: 'x' }, ['mine']],
  ];
  for (const [labels, ofTemplate, wanted] of cases) {
    const object: KubeObject = {
      metadata: { name: 'a', uid: 'u-1', labels: { ...labels } as Record<string, string> },
      spec: { template: { ...POD, metadata: { labels: ofTemplate } } },
    };
    jobs.setDefaults?.(object);
    jobs.prepareForCreate?.(object, CONTEXT);
    assert.deepEqual(Object.keys(object.metadata.labels ?? {}).sort(), wanted.sort());
  }
});

test('mistakes in jobs are refused in upstream words', () => {
  const cases: [Json, string][] = [
    [
      { template: { spec: { containers: [{ name: 'c', image: 'a' }] } } },
      'spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"',
    ],
    [
      { completionMode: 'Indexed', parallelism: 2 },
      'spec.completions: Required value: when completion mode is Indexed',
    ],
    [{ backoffLimitPerIndex: 1 }, 'spec.backoffLimitPerIndex: Invalid value: 1: requires indexed completion mode'],
    [
      { podFailurePolicy: { rules: [{ action: 'Ignore' }] } },
      'spec.podFailurePolicy.rules[0]: Invalid value: specifying one of OnExitCodes and OnPodConditions is required',
    ],
    [
      { manualSelector: true, selector: { matchLabels: { a: 'b' } } },
      'spec.template.metadata.labels: Invalid value: null: `selector` does not match template `labels`',
    ],
    [
      { managedBy: 'me' },
      'spec.managedBy: Invalid value: "me": must be a domain-prefixed path (such as "acme.io/foo")',
    ],
    [
      { completionMode: 'Indexed', completions: 3, successPolicy: { rules: [{ succeededIndexes: '0,5' }] } },
      'spec.successPolicy.rules[0].succeededIndexes: Invalid value: "0,5": error parsing succeededIndexes: too large index: "5"',
    ],
  ];
  for (const [spec, expected] of cases) {
    const found = createErrors(jobs, job(spec));
    assert.ok(found.includes(expected), `${expected}\n  in ${found.join('\n     ')}`);
  }
});

test('a job changes little once it is there', () => {
  const old = job({ completions: 2 });
  const changed = (change: Json, was = old): string[] => {
    const object = structuredClone(was);
    Object.assign(object['spec'] as Json, change);
    return updateErrors(jobs, object, was);
  };
  assert.deepEqual(changed({ parallelism: 5, suspend: true }), []);
  assert.deepEqual(changed({ completions: 3 }), ['spec.completions: Invalid value: 3: field is immutable']);
  const template = structuredClone((old['spec'] as Json)['template']) as { spec: Json };
  template.spec['nodeSelector'] = { disk: 'ssd' };
  assert.match(changed({ template })[0] ?? '', /^spec\.template: Invalid value: .*: field is immutable$/);
  const suspended = structuredClone(old);
  (suspended['spec'] as Json)['suspend'] = true;
  assert.deepEqual(changed({ template }, suspended), []);
  const indexed = job({ completionMode: 'Indexed', completions: 2, parallelism: 2 });
  assert.deepEqual(changed({ completions: 3, parallelism: 3 }, indexed), []);
  assert.deepEqual(changed({ completions: 3 }, indexed), [
    'spec.completions: Invalid value: 3: can only be modified in tandem with spec.parallelism',
  ]);
});

test('rows of jobs and cron jobs', () => {
  const status = {
    startTime: '2024-01-02T03:00:05Z',
    succeeded: 1,
    conditions: [{ type: 'Complete', status: 'True' }],
  };
  const object = objectOf({ spec: { parallelism: 3, selector: { matchLabels: { a: 'b' } } }, status });
  assert.deepEqual(jobs.printer.cells(object, CONTEXT.nowMs), [
    'a',
    'Complete',
    '1/1 of 3',
    '4m',
    '60m',
    '',
    '',
    'a=b',
  ]);
  const cron = objectOf({
    spec: { schedule: '* * * * *', suspend: false },
    status: { active: [{}], lastScheduleTime: '2024-01-02T03:04:00Z' },
  });
  assert.deepEqual(cronJobs.printer.cells(cron, CONTEXT.nowMs), [
    'a',
    '* * * * *',
    '<none>',
    'False',
    1,
    '5s',
    '60m',
    '',
    '',
    '<none>',
  ]);
});

test('cron jobs are validated with their templates', () => {
  const make = (spec: Json): string[] => {
    const object = objectOf({ spec: { schedule: '0 * * * *', jobTemplate: { spec: { template: POD } }, ...spec } });
    cronJobs.setDefaults?.(object);
    return createErrors(cronJobs, object);
  };
  assert.deepEqual(make({}), []);
  assert.deepEqual(make({ timeZone: 'Europe/Berlin' }), []);
  assert.deepEqual(make({ timeZone: 'Nowhere' }), [
    'spec.timeZone: Invalid value: "Nowhere": unknown time zone Nowhere',
  ]);
  assert.deepEqual(make({ schedule: 'TZ=UTC 0 * * * *' }), [
    'spec.schedule: Invalid value: "TZ=UTC 0 * * * *": cannot use TZ or CRON_TZ in schedule, use timeZone field instead',
  ]);
  assert.deepEqual(make({ concurrencyPolicy: 'Maybe' }), [
    'spec.concurrencyPolicy: Unsupported value: "Maybe": supported values: "Allow", "Forbid", "Replace"',
  ]);
});

test('schedules', () => {
  for (const good of [
    '* * * * *',
    '*/5 0-6,12 ? JAN-mar mon',
    '@daily',
    '@every 1h30m',
    '0 0 1/2 * *',
    '5/15 * * * *',
  ]) {
    assert.equal(scheduleProblem(good), null, good);
  }
  const bad: [string, string][] = [
    ['', 'empty spec string'],
    ['* * * *', 'expected exactly 5 fields, found 4: [* * * *]'],
    ['60 * * * *', 'end of range (60) above maximum (59): 60'],
    ['* * 0 * *', 'beginning of range (0) below minimum (1): 0'],
    ['5-1 * * * *', 'beginning of range (5) beyond end of range (1): 5-1'],
    ['*/0 * * * *', 'step of range should be a positive number: */0'],
    ['x * * * *', 'failed to parse int from x: strconv.Atoi: parsing "x": invalid syntax'],
    ['1/2/3 * * * *', 'too many slashes: 1/2/3'],
    ['@often', 'unrecognized descriptor: @often'],
  ];
  for (const [schedule, problem] of bad) assert.equal(scheduleProblem(schedule), problem, schedule);
  assert.equal(
    timeZoneProblem('Local'),
    'timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones',
  );
  assert.equal(timeZoneProblem('../etc'), 'unknown time zone ../etc');
});
