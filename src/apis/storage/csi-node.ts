import type { CSINode, CSINodeDriver } from '../../generated/interfaces.ts';
import { duplicate, type FieldError, invalidValue, required } from '../../meta/field-error.ts';
import { qualifiedNameProblems } from '../../meta/names.ts';
import { behavior } from '../behavior.ts';
import { checkText, IMMUTABLE_TEXT } from '../field-rules.ts';
import { AGE, age, column, NAME, printer } from '../printing.ts';
import { sameValues } from '../semantic.ts';
import { checkDriverName } from './driver-rules.ts';

const DRIVER_TYPE = 'io.k8s.api.storage.v1.CSINodeDriver';
const NODE_ID_BYTES_MAX = 192;

export const csiNodes = behavior<CSINode>({
  allowUnconditionalUpdate: false,
  deleteReturnsObject: true,
  validate: (object) => validate(object.spec?.drivers ?? []),
  validateUpdate: (object, old) => validateUpdate(object.spec?.drivers ?? [], old.spec?.drivers ?? []),
  printer: printer([NAME, column('Drivers', 'integer', 'Number of drivers on the node.'), AGE], (object, nowMs) => [
    object.metadata.name ?? '',
    (object.spec?.drivers ?? []).length,
    age(object, nowMs),
  ]),
});

function validate(drivers: readonly CSINodeDriver[]): FieldError[] {
  const errors: FieldError[] = [];
  const names = new Set<string>();
  drivers.forEach((driver, i) => {
    checkDriver(errors, `spec.drivers[${i}]`, driver);
    const { name = '' } = driver;
    if (names.has(name)) errors.push(duplicate(`spec.drivers[${i}].name`, name));
    names.add(name);
  });
  return errors;
}

function checkDriver(errors: FieldError[], field: string, driver: CSINodeDriver): void {
  const { nodeID = '', topologyKeys = [] } = driver;
  checkDriverName(errors, `${field}.name`, driver.name);
  if (nodeID === '') errors.push(required(`${field}.nodeID`));
  if (Buffer.byteLength(nodeID) > NODE_ID_BYTES_MAX) {
    errors.push(invalidValue(`${field}.nodeID`, nodeID, `must be ${NODE_ID_BYTES_MAX} characters or less`));
  }
  const count = driver.allocatable?.count;
  if (count !== undefined && count < 0)
    errors.push(invalidValue(`${field}.allocatable.count`, count, 'must be greater than or equal to 0'));
  const seen = new Set<string>();
  for (const key of topologyKeys ?? []) {
    if (seen.has(key)) errors.push(duplicate(`${field}.topologyKeys`, key));
    seen.add(key);
    checkText(errors, `${field}.topologyKeys`, key, qualifiedNameProblems);
  }
}

/** A driver that stays keeps all but its allocatable count (KEP-4876). */
function validateUpdate(drivers: readonly CSINodeDriver[], old: readonly CSINodeDriver[]): FieldError[] {
  const errors = validate(drivers);
  const before = new Map(old.map((driver) => [driver.name, driver]));
  for (const driver of drivers) {
    const was = before.get(driver.name);
    if (
      was === undefined ||
      sameValues(DRIVER_TYPE, { ...driver, allocatable: undefined }, { ...was, allocatable: undefined })
    )
      continue;
    errors.push(invalidValue('CSINodeDriver', driver, IMMUTABLE_TEXT));
  }
  return errors;
}
