import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAccept } from './accept.ts';
import {
  canStream,
  createNegotiator,
  customResourceOffer,
  discoveryOffer,
  mediaTypeOf,
  offeredMediaTypes,
  plainOffer,
  resourceOffer,
  wantsPretty,
} from './negotiate.ts';

const TABLE = 'as=Table;g=meta.k8s.io;v=v1';

test('the Accept header chooses the form', () => {
  const negotiate = createNegotiator(resourceOffer);
  const cases: readonly (readonly [string | undefined, string | null, string | null])[] = [
    [undefined, 'json', null],
    ['', 'json', null],
    ['*/*', 'json', null],
    ['*', 'json', null],
    ['application/*', 'json', null],
    ['application/yaml', 'yaml', null],
    ['application/vnd.kubernetes.protobuf,application/json', 'protobuf', null],
    ['application/json;q=0.5, application/yaml', 'yaml', null],
    ['*/*;q=1, application/yaml;q=0.1', 'yaml', null],
    ['text/html, application/xml;q=0.9, */*;q=0.8', 'json', null],
    [`application/json;${TABLE}, application/json`, 'json', 'Table'],
    [`application/vnd.kubernetes.protobuf;${TABLE}, application/json`, 'json', null],
    ['application/json;as=Table;g=meta.k8s.io;v=v9', null, null],
    [
      'application/vnd.kubernetes.protobuf;as=PartialObjectMetadata;g=meta.k8s.io;v=v1',
      'protobuf',
      'PartialObjectMetadata',
    ],
    ['text/html', null, null],
    ['application/json/x', null, null],
    ['application/json;stream=other', null, null],
    ['application/json;sv=v2', null, null],
    [';,/', null, null],
  ];
  for (const [accept, media, as] of cases) {
    const outcome = negotiate(accept);
    assert.deepEqual([outcome?.media ?? null, outcome?.as?.kind ?? null], [media, as], accept);
  }
});

test('endpoints differ in what they offer', () => {
  const custom = createNegotiator(customResourceOffer);
  assert.equal(custom('application/vnd.kubernetes.protobuf'), null);
  assert.equal(custom('application/vnd.kubernetes.protobuf, application/json')?.media, 'json');
  assert.equal(
    custom('application/vnd.kubernetes.protobuf;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1')?.media,
    'protobuf',
  );
  assert.equal(createNegotiator(plainOffer)(`application/json;${TABLE}`), null);
  const discovery = createNegotiator(discoveryOffer);
  const outcome = discovery(
    'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList;profile=nopeer,application/json',
  );
  assert.deepEqual([outcome?.as?.kind, outcome?.profile], ['APIGroupDiscoveryList', 'nopeer']);
  assert.equal(
    discovery('application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList, application/json')?.as,
    null,
  );
});

test('watches are offered as streams, not in YAML', () => {
  assert.deepEqual(offeredMediaTypes(resourceOffer), [
    'application/json',
    'application/yaml',
    'application/vnd.kubernetes.protobuf',
  ]);
  assert.deepEqual(offeredMediaTypes(resourceOffer, true), [
    'application/json;stream=watch',
    'application/vnd.kubernetes.protobuf;stream=watch',
  ]);
  const negotiate = createNegotiator(resourceOffer);
  assert.equal(negotiate('application/json;stream=watch')?.stream, 'watch');
  assert.equal(negotiate('application/yaml;stream=watch'), null);
  assert.equal(canStream(negotiate('application/yaml')!), false);
});

test('outcomes are shared, and the memory of them is bounded', () => {
  const negotiate = createNegotiator(resourceOffer);
  assert.equal(negotiate('application/json'), negotiate('application/json'));
  for (let i = 0; i < 2000; i++) assert.equal(negotiate(`application/json;x=${i}`)?.media, 'json');
  assert.equal(negotiate(`application/json;x=${'y'.repeat(5000)}`)?.media, 'json');
});

test('long Accept lists are ordered by quality', () => {
  const clauses = parseAccept(`${Array.from({ length: 200 }, (_, i) => `a/b${i};q=0.${i % 10}`).join(',')},c/d`);
  assert.equal(clauses[0]!.subtype, 'd');
  assert.ok(clauses.every((clause, i) => i === 0 || clauses[i - 1]!.quality >= clause.quality));
});

test('people get indented JSON', () => {
  const negotiate = createNegotiator(resourceOffer);
  const json = negotiate('application/json')!;
  const cases: readonly (readonly [string | null, string | undefined, boolean])[] = [
    [null, undefined, false],
    [null, 'kubectl/v1', false],
    [null, 'curl/8', true],
    [null, 'Mozilla/5.0 (X11)', true],
    ['false', 'curl/8', false],
    ['yes', undefined, false],
    ['1', undefined, true],
    ['', 'curl/8', true],
  ];
  for (const [pretty, agent, wanted] of cases) assert.equal(wantsPretty(json, pretty, agent), wanted);
  assert.equal(wantsPretty(negotiate('application/json;pretty=1')!, 'false', undefined), true);
  assert.equal(wantsPretty(negotiate('application/yaml')!, 'true', 'curl/8'), false);
});

test('Content-Type names a media type', () => {
  const cases: readonly (readonly [string | undefined, string])[] = [
    [undefined, ''],
    ['', ''],
    ['application/json', 'application/json'],
    ['Application/YAML ; charset=utf-8', 'application/yaml'],
    ['application/json; charset="utf-8"', 'application/json'],
    ['application/json; charset', 'application/json; charset'],
  ];
  for (const [header, type] of cases) assert.equal(mediaTypeOf(header), type);
});

test('blanks around clauses do not count, digits without end are no quality', () => {
  const padded = `text/html; q=0.5${' '.repeat(3)},${' '.repeat(3)}application/yaml ;q= 1 ,  application/json;q=0.1`;
  assert.equal(createNegotiator(plainOffer)(padded)?.media, 'json');
  assert.deepEqual(
    parseAccept(` a/b ;q=1. , c/d;q=.5,e/f;q=1.2.3, g/h;q=${'1'.repeat(5)}x`).map(({ type, quality }) => [
      type,
      quality,
    ]),
    [
      ['a', 1],
      ['c', 0.5],
      ['e', 0],
      ['g', 0],
    ],
  );
});
