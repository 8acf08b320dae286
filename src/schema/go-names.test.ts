import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileType } from './compile.ts';
import { DecodeError, decode } from './decode.ts';
import { typeTable } from './types.ts';

const GROUPS = 'io.k8s.api.';
const SCHEMAS = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1';

/** [definition, a value with one part that does not fit, what Go says of it] */
const MISMATCHES: readonly (readonly [string, unknown, string])[] = [
  // Go's own names of texts, lists and maps
  [`${GROUPS}core.v1.Container`, { imagePullPolicy: 1 }, 'number|Container.imagePullPolicy|v1.PullPolicy'],
  [`${GROUPS}core.v1.ResourceRequirements`, { limits: [] }, 'array|ResourceRequirements.limits|v1.ResourceList'],
  [
    `${GROUPS}core.v1.PersistentVolumeSpec`,
    { accessModes: '' },
    'string|PersistentVolumeSpec.accessModes|[]v1.PersistentVolumeAccessMode',
  ],
  [
    `${GROUPS}core.v1.PersistentVolumeSpec`,
    { accessModes: [1] },
    'number|PersistentVolumeSpec.accessModes|v1.PersistentVolumeAccessMode',
  ],
  [`${GROUPS}authentication.v1.UserInfo`, { extra: '' }, 'string|UserInfo.extra|map[string]v1.ExtraValue'],
  [`${GROUPS}authentication.v1.UserInfo`, { extra: { a: '' } }, 'string|UserInfo.extra|v1.ExtraValue'],
  [`${GROUPS}authentication.v1.UserInfo`, { extra: { a: [1] } }, 'number|UserInfo.extra|string'],
  // promoted fields come after the structs that embed them
  [`${GROUPS}core.v1.Volume`, { emptyDir: '' }, 'string|Volume.VolumeSource.emptyDir|v1.EmptyDirVolumeSource'],
  [
    `${GROUPS}core.v1.Volume`,
    { configMap: { name: 1 } },
    'number|ConfigMapVolumeSource.VolumeSource.configMap.LocalObjectReference.name|string',
  ],
  [
    `${GROUPS}admissionregistration.v1.NamedRuleWithOperations`,
    { scope: 1 },
    'number|NamedRuleWithOperations.RuleWithOperations.Rule.scope|v1.ScopeType',
  ],
  [`${GROUPS}core.v1.PersistentVolumeClaim`, { kind: 1 }, 'number|PersistentVolumeClaim.TypeMeta.kind|string'],
  // types with a decoder of their own
  [`${GROUPS}core.v1.HTTPGetAction`, { port: {} }, 'object|HTTPGetAction.port|int32'],
  [`${GROUPS}core.v1.HTTPGetAction`, { port: 1.5 }, 'number 1.5|HTTPGetAction.port|int32'],
  [`${GROUPS}core.v1.EventSeries`, { lastObservedTime: 1 }, 'number|EventSeries.lastObservedTime|string'],
  [`${SCHEMAS}.JSONSchemaProps`, { enum: '' }, 'string|JSONSchemaProps.enum|[]v1.JSON'],
  [
    `${SCHEMAS}.CustomResourceValidation`,
    { openAPIV3Schema: { items: { 'x-kubernetes-validations': [{ rule: 1 }] } } },
    'number|JSONSchemaProps.openAPIV3Schema.items.x-kubernetes-validations.rule|string',
  ],
];

test('a mismatch is told by the names that Go gives to fields and types', () => {
  for (const [name, value, told] of MISMATCHES) {
    const [given, path, type] = told.split('|');
    const shown = JSON.stringify(value);
    assert.throws(
      () => decode(compileType(typeTable(), name), value, { unknownFields: 'ignore' }),
      (error) => {
        assert.ok(error instanceof DecodeError);
        assert.equal(
          error.detail,
          `json: cannot unmarshal ${given} into Go struct field ${path} of type ${type}`,
          shown,
        );
        return true;
      },
    );
  }
});
