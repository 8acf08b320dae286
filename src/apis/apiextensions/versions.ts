/** Checks of the versions of a CustomResourceDefinition. */
import type {
  CustomResourceColumnDefinition,
  CustomResourceDefinitionSpec,
  CustomResourceDefinitionVersion,
} from '../../generated/interfaces.ts';
import { type FieldError, invalidValue, required, tooMany } from '../../meta/field-error.ts';
import { dns1035LabelProblems } from '../../meta/names.ts';
import { deepEqual } from '../../schema/equal.ts';
import { checkOneOf, checkUnique } from '../field-rules.ts';
import { checkStructural } from './structural.ts';

const COLUMN_TYPES = ['boolean', 'date', 'integer', 'number', 'string'];
const COLUMN_TYPE_TEXT = `must be one of ${COLUMN_TYPES.join(',')}`;
const COLUMN_FORMATS = ['byte', 'date', 'date-time', 'double', 'float', 'int32', 'int64', 'password'];
const SELECTABLE_MAX = 8;
const WARNING_CHARACTERS_MAX = 256;

export function checkVersions(errors: FieldError[], spec: Partial<CustomResourceDefinitionSpec>): void {
  const versions = spec.versions ?? [];
  const field = 'spec.versions';
  if (versions.length === 0) errors.push(required(field, 'must have at least one version'));
  const shared = sharedParts(versions);
  versions.forEach((version, i) => {
    checkVersion(errors, `${field}[${i}]`, version, shared);
  });
  const names = versions.map((version) => version.name);
  if (new Set(names).size < names.length) errors.push(invalidValue(field, names, 'must contain unique version names'));
  if (versions.filter((version) => version.storage === true).length !== 1) {
    errors.push(invalidValue(field, names, 'must have exactly one version marked as storage version'));
  }
  if (spec.preserveUnknownFields === true) {
    const text =
      'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead';
    errors.push(invalidValue('spec.preserveUnknownFields', true, text));
  }
  const [first] = versions;
  if (first !== undefined) checkSharedParts(errors, first, shared);
}

/** The parts that all versions have in common, which upstream checks once, as members of the spec. */
function sharedParts(versions: readonly CustomResourceDefinitionVersion[]): ReadonlySet<Part> {
  const [first] = versions;
  if (first === undefined) return new Set();
  return new Set(PARTS.filter((part) => versions.every((version) => deepEqual(version[part], first[part]))));
}

const PARTS = ['schema', 'subresources', 'additionalPrinterColumns', 'selectableFields'] as const;
type Part = (typeof PARTS)[number];

/** After all versions: what they have in common. */
function checkSharedParts(
  errors: FieldError[],
  first: CustomResourceDefinitionVersion,
  shared: ReadonlySet<Part>,
): void {
  const problems = dns1035LabelProblems(first.name ?? '');
  if (problems.length > 0) errors.push(invalidValue('spec.version', first.name ?? '', problems.join(',')));
  if (shared.has('schema')) checkSchema(errors, 'spec.validation.openAPIV3Schema', first);
  if (shared.has('subresources')) checkSubresources(errors, 'spec.subresources', first);
  if (shared.has('additionalPrinterColumns')) checkColumns(errors, 'spec.additionalPrinterColumns', first);
  if (shared.has('selectableFields')) checkSelectable(errors, 'spec.selectableFields', first);
}

function checkSchema(errors: FieldError[], field: string, version: CustomResourceDefinitionVersion): void {
  const schema = version.schema?.openAPIV3Schema;
  if (schema !== undefined) checkStructural(errors, field, schema);
}

function checkColumns(errors: FieldError[], field: string, version: CustomResourceDefinitionVersion): void {
  (version.additionalPrinterColumns ?? []).forEach((column, i) => {
    checkColumn(errors, `${field}[${i}]`, column);
  });
}

function checkVersion(
  errors: FieldError[],
  field: string,
  version: CustomResourceDefinitionVersion,
  shared: ReadonlySet<Part>,
): void {
  const name = version.name ?? '';
  const problems = dns1035LabelProblems(name);
  if (problems.length > 0) errors.push(invalidValue(`${field}.name`, name, problems.join(',')));
  checkDeprecation(errors, field, version);
  if (version.schema?.openAPIV3Schema === undefined) {
    errors.push(required(`${field}.schema.openAPIV3Schema`, 'schemas are required'));
  } else if (!shared.has('schema')) checkSchema(errors, `${field}.schema.openAPIV3Schema`, version);
  if (!shared.has('subresources')) checkSubresources(errors, `${field}.subresources`, version);
  if (!shared.has('additionalPrinterColumns')) checkColumns(errors, `${field}.additionalPrinterColumns`, version);
  if (!shared.has('selectableFields')) checkSelectable(errors, `${field}.selectableFields`, version);
}

function checkDeprecation(errors: FieldError[], field: string, version: CustomResourceDefinitionVersion): void {
  const { deprecationWarning: text, deprecated = false } = version;
  if (text === undefined) return;
  const at = `${field}.deprecationWarning`;
  if (!deprecated) errors.push(invalidValue(at, text, 'can only be set for deprecated versions'));
  if (text === '') errors.push(invalidValue(at, text, 'must not be an empty string'));
  if (/[\p{Cc}]/u.test(text))
    errors.push(invalidValue(at, text, 'must only contain printable UTF-8 characters; non-printable character found'));
  if ([...text].length > WARNING_CHARACTERS_MAX) {
    errors.push({
      type: 'FieldValueTooLong',
      field: at,
      value: undefined,
      detail: `may not be more than ${WARNING_CHARACTERS_MAX} bytes`,
    });
  }
}

function checkSubresources(errors: FieldError[], field: string, version: CustomResourceDefinitionVersion): void {
  const scale = version.subresources?.scale;
  if (scale === undefined) return;
  checkScalePath(errors, `${field}.scale.specReplicasPath`, scale.specReplicasPath ?? '', ['.spec']);
  checkScalePath(errors, `${field}.scale.statusReplicasPath`, scale.statusReplicasPath ?? '', ['.status']);
  const selector = scale.labelSelectorPath ?? '';
  if (selector !== '') checkScalePath(errors, `${field}.scale.labelSelectorPath`, selector, ['.spec', '.status']);
}

function checkScalePath(errors: FieldError[], field: string, path: string, roots: readonly string[]): void {
  if (path === '') errors.push(required(field));
  else if (!isSimplePath(path)) errors.push(invalidValue(field, path, 'should be a json path without array notation'));
  else if (!roots.some((root) => path.startsWith(`${root}.`))) {
    errors.push(invalidValue(field, path, `should be a json path under ${roots.join(' or ')}`));
  }
}

/** `.spec.replicas`: names and dots. */
function isSimplePath(path: string): boolean {
  return (
    path.startsWith('.') &&
    !path.includes('[') &&
    path
      .slice(1)
      .split('.')
      .every((part) => /^[A-Za-z_$][\w$-]*$/.test(part))
  );
}

function checkColumn(errors: FieldError[], field: string, column: CustomResourceColumnDefinition): void {
  const { name = '', jsonPath = '', priority = 0, format = '' } = column;
  if (name === '') errors.push(required(`${field}.name`));
  if (!column.type) errors.push(required(`${field}.type`, COLUMN_TYPE_TEXT));
  else if (!COLUMN_TYPES.includes(column.type))
    errors.push(invalidValue(`${field}.type`, column.type, COLUMN_TYPE_TEXT));
  if (format !== '') checkOneOf(errors, `${field}.format`, format, COLUMN_FORMATS);
  if (jsonPath === '') errors.push(required(`${field}.JSONPath`));
  else if (!jsonPath.startsWith('.'))
    errors.push(invalidValue(`${field}.JSONPath`, jsonPath, 'must be a simple json path starting with .'));
  if (priority < 0) errors.push(invalidValue(`${field}.priority`, priority, 'must be greater than or equal to 0'));
}

function checkSelectable(errors: FieldError[], field: string, version: CustomResourceDefinitionVersion): void {
  const fields = version.selectableFields ?? [];
  if (fields.length > SELECTABLE_MAX) errors.push(tooMany(field, fields.length, SELECTABLE_MAX));
  fields.forEach(({ jsonPath = '' }, i) => {
    const at = `${field}[${i}].jsonPath`;
    if (jsonPath === '') errors.push(required(at));
    else if (!isSimplePath(jsonPath))
      errors.push(invalidValue(at, jsonPath, 'is an invalid path: must be a simple json path without array notation'));
    else if (jsonPath === '.metadata' || jsonPath.startsWith('.metadata.')) {
      errors.push(invalidValue(at, jsonPath, 'must not point to fields in metadata'));
    }
  });
  checkUnique(
    errors,
    fields.map((selectable) => selectable.jsonPath),
    (i) => `${field}[${i}].jsonPath`,
  );
}
