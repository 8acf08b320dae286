import type { ClusterRoleBinding, RoleBinding } from '../../generated/interfaces.ts';
import { nameIsPathSegment } from '../../meta/names.ts';
import { behavior } from '../behavior.ts';
import { bindingPrinter, setBindingDefaults, validateBinding, validateBindingUpdate } from './rules.ts';

export const roleBindings = behavior<RoleBinding>({
  repeatsMetadataChecks: true,
  validateName: nameIsPathSegment,
  allowCreateOnUpdate: true,
  setDefaults: setBindingDefaults,
  validate: (binding) => validateBinding(binding, true),
  validateUpdate: (binding, old) => validateBindingUpdate(binding, old, true),
  printer: bindingPrinter,
});

export const clusterRoleBindings = behavior<ClusterRoleBinding>({
  repeatsMetadataChecks: true,
  validateName: nameIsPathSegment,
  allowCreateOnUpdate: true,
  setDefaults: setBindingDefaults,
  validate: (binding) => validateBinding(binding, false),
  validateUpdate: (binding, old) => validateBindingUpdate(binding, old, false),
  printer: bindingPrinter,
});
