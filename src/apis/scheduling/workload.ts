/** Workload and PodGroup of scheduling.k8s.io/v1alpha2, off by default (KEP-4671). */
import type { Condition } from '../../generated/interfaces.ts';
import { type FieldError, invalidValue, required, tooMany } from '../../meta/field-error.ts';
import {
  dns1123LabelProblems,
  dns1123SubdomainProblems,
  pathSegmentNameProblems,
  qualifiedNameProblems,
} from '../../meta/names.ts';
import type { ObjectMeta } from '../../meta/object.ts';
import { ALL_METADATA, behavior, clearStatus, keepStatus, statusSubresource } from '../behavior.ts';
import {
  addProblems,
  checkConditions,
  checkImmutableStruct,
  checkOneOf,
  checkText,
  checkUnique,
} from '../field-rules.ts';

interface GroupSpec {
  schedulingPolicy?: { basic?: object; gang?: { minCount?: number } };
  schedulingConstraints?: { topology?: { key?: string }[] };
  disruptionMode?: string;
  priorityClassName?: string;
  resourceClaims?: { name?: string; resourceClaimName?: string; resourceClaimTemplateName?: string }[];
}

interface Workload {
  metadata?: ObjectMeta;
  spec?: {
    controllerRef?: { apiGroup?: string; kind?: string; name?: string };
    podGroupTemplates?: (GroupSpec & { name?: string })[];
  };
}

interface PodGroup {
  metadata?: ObjectMeta;
  spec?: GroupSpec & { podGroupTemplateRef?: { workload?: { workloadName?: string; podGroupTemplateName?: string } } };
  status?: { conditions?: Condition[]; resourceClaimStatuses?: { name?: string; resourceClaimName?: string }[] };
}

const TEMPLATES_MAX = 8;
const DISRUPTION_MODES = ['Pod', 'PodGroup'];

export const workloads = behavior<Workload>({
  generation: 'spec',
  validate(workload) {
    const errors: FieldError[] = [];
    const { controllerRef, podGroupTemplates: templates = [] } = workload.spec ?? {};
    if (controllerRef !== undefined) {
      const { apiGroup = '' } = controllerRef;
      if (apiGroup !== '')
        addProblems(errors, 'spec.controllerRef.apiGroup', apiGroup, dns1123SubdomainProblems(apiGroup));
      checkText(errors, 'spec.controllerRef.kind', controllerRef.kind, pathSegmentNameProblems);
      checkText(errors, 'spec.controllerRef.name', controllerRef.name, pathSegmentNameProblems);
    }
    const field = 'spec.podGroupTemplates';
    if (templates.length === 0) errors.push(required(field));
    if (templates.length > TEMPLATES_MAX) {
      errors.push(tooMany(field, templates.length, TEMPLATES_MAX));
      return errors;
    }
    templates.forEach((template, i) => {
      checkText(errors, `${field}[${i}].name`, template.name, dns1123LabelProblems);
      checkGroup(errors, `${field}[${i}]`, template);
    });
    checkUnique(
      errors,
      templates.map((template) => template.name),
      (i) => `${field}[${i}].name`,
    );
    return errors;
  },
  validateUpdate(workload, old) {
    const errors: FieldError[] = [];
    // The controller may be named later, once.
    const controllerRef = old.spec?.controllerRef ?? workload.spec?.controllerRef;
    checkImmutableStruct(errors, 'spec', 'io.k8s.api.scheduling.v1alpha2.WorkloadSpec', workload.spec, {
      ...old.spec,
      controllerRef,
    });
    return errors;
  },
});

export const podGroups = behavior<PodGroup>({
  generation: 'spec',
  setDefaults({ spec }) {
    if (spec !== undefined) spec.disruptionMode ??= 'Pod';
  },
  prepareForCreate: clearStatus,
  prepareForUpdate: keepStatus,
  resetFields: ['status'],
  validate(group) {
    const errors: FieldError[] = [];
    const workload = group.spec?.podGroupTemplateRef?.workload;
    if (workload !== undefined) {
      const field = 'spec.podGroupTemplateRef.workload';
      checkText(errors, `${field}.workloadName`, workload.workloadName, dns1123SubdomainProblems);
      checkText(errors, `${field}.podGroupTemplateName`, workload.podGroupTemplateName, dns1123LabelProblems);
    }
    checkGroup(errors, 'spec', group.spec ?? {});
    return errors;
  },
  validateUpdate(group, old) {
    const errors: FieldError[] = [];
    checkImmutableStruct(
      errors,
      'spec',
      'io.k8s.api.scheduling.v1alpha2.PodGroupSpec',
      group.spec ?? {},
      old.spec ?? {},
    );
    return errors;
  },
  subresources: {
    status: statusSubresource<PodGroup>({
      keepMetadata: ALL_METADATA,
      validateUpdate(group) {
        const errors: FieldError[] = [];
        checkConditions(errors, 'status.conditions', group.status?.conditions);
        return errors;
      },
    }),
  },
});

function checkGroup(errors: FieldError[], field: string, spec: GroupSpec): void {
  const { basic, gang } = spec.schedulingPolicy ?? {};
  const at = `${field}.schedulingPolicy`;
  const one = 'exactly one of `basic`, `gang` is required';
  if (basic === undefined && gang === undefined) errors.push(required(at, one));
  if (basic !== undefined && gang !== undefined)
    errors.push(invalidValue(at, '{basic, gang}', `${one}, but multiple fields are set`));
  const count = gang?.minCount ?? 0;
  if (gang !== undefined && count < 1)
    errors.push(invalidValue(`${at}.gang.minCount`, count, 'must be greater than or equal to 1'));
  checkOneOf(errors, `${field}.disruptionMode`, spec.disruptionMode, DISRUPTION_MODES);
  const { priorityClassName: className = '' } = spec;
  if (className !== '')
    addProblems(errors, `${field}.priorityClassName`, className, dns1123SubdomainProblems(className));
  (spec.schedulingConstraints?.topology ?? []).forEach(({ key }, i) => {
    checkText(errors, `${field}.schedulingConstraints.topology[${i}].key`, key, qualifiedNameProblems);
  });
  const claims = spec.resourceClaims ?? [];
  claims.forEach((claim, i) => {
    const claimField = `${field}.resourceClaims[${i}]`;
    checkText(errors, `${claimField}.name`, claim.name, dns1123LabelProblems);
    if ((claim.resourceClaimName === undefined) === (claim.resourceClaimTemplateName === undefined)) {
      errors.push(required(claimField, 'must specify one of: `resourceClaimName`, `resourceClaimTemplateName`'));
    }
  });
  checkUnique(
    errors,
    claims.map((claim) => claim.name),
    (i) => `${field}.resourceClaims[${i}].name`,
  );
}
