import type {
  FlowcontrolV1Subject,
  FlowSchema,
  NonResourcePolicyRule,
  PolicyRulesWithSubjects,
  ResourcePolicyRule,
} from '../../generated/interfaces.ts';
import { type FieldError, forbiddenField, invalidValue, notSupported, required } from '../../meta/field-error.ts';
import { nameIsDnsLabel, nameIsDnsSubdomain } from '../../meta/names.ts';
import { ALL_METADATA, behavior, clearStatus, keepStatus, type Stored, statusSubresource } from '../behavior.ts';
import { defaultFlowSchemas, mandatorySpec } from '../bootstrap/flow-control.ts';
import { addProblems } from '../field-rules.ts';
import { AGE, age, column, NAME, NONE, printer } from '../printing.ts';
import { sameValues } from '../semantic.ts';
import { checkConditionTypes } from './conditions.ts';

type Schema = Stored<FlowSchema>;

const PRECEDENCE_DEFAULT = 1000;
const PRECEDENCE_MAX = 10_000;
const DISTINGUISHERS = ['ByNamespace', 'ByUser'];
const VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'proxy', 'update', 'watch'];

export const flowSchemas = behavior<FlowSchema>({
  generation: 'spec',
  setDefaults(schema) {
    if (schema.spec !== undefined && !schema.spec.matchingPrecedence)
      schema.spec.matchingPrecedence = PRECEDENCE_DEFAULT;
  },
  prepareForCreate: clearStatus,
  prepareForUpdate: keepStatus,
  resetFields: ['status'],
  validate,
  validateUpdate: validate,
  subresources: {
    status: statusSubresource<FlowSchema>({
      keepMetadata: ALL_METADATA,
      validateUpdate: (schema) => checkConditionTypes(schema.status?.conditions),
    }),
  },
  printer: {
    ...printer<Schema>(
      [
        NAME,
        column('PriorityLevel', 'string', 'Priority level of the requests that match.'),
        column('MatchingPrecedence', 'string', 'Of the schemas that match, the least one counts.'),
        column('DistinguisherMethod', 'string', 'What tells the flows of the schema apart.'),
        AGE,
        column('MissingPL', 'string', 'Whether the priority level does not exist.'),
      ],
      (schema, nowMs) => [
        schema.metadata.name ?? '',
        schema.spec?.priorityLevelConfiguration?.name ?? '',
        schema.spec?.matchingPrecedence ?? 0,
        schema.spec?.distinguisherMethod?.type ?? NONE,
        age(schema, nowMs),
        schema.status?.conditions?.find((condition) => condition.type === 'Dangling')?.status ?? '?',
      ],
    ),
    compare: (a, b) =>
      (a.spec?.matchingPrecedence ?? 0) - (b.spec?.matchingPrecedence ?? 0) ||
      compareText(a.metadata.name, b.metadata.name),
  },
});

function compareText(a = '', b = ''): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function validate(schema: Schema): FieldError[] {
  const errors: FieldError[] = [];
  const name = schema.metadata.name ?? '';
  const { matchingPrecedence: precedence = 0, distinguisherMethod: method, rules = [] } = schema.spec ?? {};
  const at = 'spec.matchingPrecedence';
  if (precedence <= 0) errors.push(invalidValue(at, precedence, 'must be a positive value'));
  if (precedence > PRECEDENCE_MAX)
    errors.push(invalidValue(at, precedence, `must not be greater than ${PRECEDENCE_MAX}`));
  if (precedence === 1 && name !== 'exempt') {
    errors.push(invalidValue(at, precedence, "only the schema named 'exempt' may have matchingPrecedence 1"));
  }
  if (method !== undefined && !DISTINGUISHERS.includes(method.type ?? '')) {
    errors.push(notSupported('spec.distinguisherMethod.type', method, DISTINGUISHERS));
  }
  const level = schema.spec?.priorityLevelConfiguration?.name ?? '';
  const levelField = 'spec.priorityLevelConfiguration.name';
  if (level === '') errors.push(required(levelField, 'must reference a priority level'));
  else addProblems(errors, levelField, level, nameIsDnsSubdomain(level, false));
  rules.forEach((rule, i) => {
    checkRule(errors, `spec.rules[${i}]`, rule);
  });
  const fixed = mandatorySpec(defaultFlowSchemas(), name);
  if (fixed !== null && !sameValues('io.k8s.api.flowcontrol.v1.FlowSchemaSpec', schema.spec, fixed)) {
    errors.push(invalidValue('spec', schema.spec ?? {}, `spec of '${name}' must equal the fixed value`));
  }
  return [...errors, ...checkConditionTypes(schema.status?.conditions)];
}

function checkRule(errors: FieldError[], field: string, rule: PolicyRulesWithSubjects): void {
  const { resourceRules = [], nonResourceRules = [] } = rule;
  const subjects = rule.subjects ?? [];
  if (subjects.length === 0) errors.push(required(`${field}.subjects`, 'subjects must contain at least one value'));
  subjects.forEach((subject, i) => {
    checkSubject(errors, `${field}.subjects[${i}]`, subject);
  });
  if (resourceRules.length === 0 && nonResourceRules.length === 0) {
    errors.push(required(field, 'at least one of resourceRules and nonResourceRules has to be non-empty'));
  }
  resourceRules.forEach((resourceRule, i) => {
    checkResourceRule(errors, `${field}.resourceRules[${i}]`, resourceRule);
  });
  nonResourceRules.forEach((nonResourceRule, i) => {
    checkNonResourceRule(errors, `${field}.nonResourceRules[${i}]`, nonResourceRule);
  });
}

const MEMBERS = { ServiceAccount: 'serviceAccount', User: 'user', Group: 'group' } as const;

function checkSubject(errors: FieldError[], field: string, subject: FlowcontrolV1Subject): void {
  const kind = subject.kind ?? '';
  if (!Object.hasOwn(MEMBERS, kind)) {
    errors.push(notSupported(`${field}.kind`, kind, Object.keys(MEMBERS)));
    return;
  }
  for (const [other, member] of Object.entries(MEMBERS)) {
    if (other !== kind && subject[member] !== undefined) {
      errors.push(forbiddenField(`${field}.${member}`, `${member} is forbidden when subject kind is not '${other}'`));
    }
  }
  const member = MEMBERS[kind as keyof typeof MEMBERS];
  const named = subject[member];
  if (named === undefined) {
    errors.push(required(`${field}.${member}`, `${member} is required when subject kind is '${kind}'`));
    return;
  }
  const name = named.name ?? '';
  if (name === '') errors.push(required(`${field}.${member}.name`));
  if (member === 'serviceAccount')
    checkServiceAccount(errors, `${field}.serviceAccount`, name, subject.serviceAccount?.namespace ?? '');
}

function checkServiceAccount(errors: FieldError[], field: string, name: string, namespace: string): void {
  if (name !== '' && name !== '*') addProblems(errors, `${field}.name`, name, nameIsDnsSubdomain(name, false));
  if (namespace === '') errors.push(required(`${field}.namespace`, 'must specify namespace for service account'));
  else addProblems(errors, `${field}.namespace`, namespace, nameIsDnsLabel(namespace, false));
}

function checkVerbs(errors: FieldError[], field: string, verbs: readonly string[]): void {
  if (verbs.length === 0) {
    errors.push(required(field, 'verbs must contain at least one value'));
  } else if (verbs.includes('*')) {
    if (verbs.length > 1) errors.push(invalidValue(field, verbs, "if '*' is present, must not specify other verbs"));
  } else if (verbs.some((verb) => !VERBS.includes(verb))) {
    errors.push(notSupported(field, verbs, VERBS));
  }
}

/** `*` stands alone. */
function checkWildcard(errors: FieldError[], field: string, values: readonly string[], what: string): void {
  if (values.length > 1 && values.includes('*')) {
    errors.push(invalidValue(field, values, `if '*' is present, must not specify other ${what}`));
  }
}

function checkResourceRule(errors: FieldError[], field: string, rule: ResourcePolicyRule): void {
  const namespaces = rule.namespaces ?? [];
  const apiGroups = rule.apiGroups ?? [];
  const resources = rule.resources ?? [];
  checkVerbs(errors, `${field}.verbs`, rule.verbs ?? []);
  if (apiGroups.length === 0)
    errors.push(required(`${field}.apiGroups`, 'resource rules must supply at least one api group'));
  checkWildcard(errors, `${field}.apiGroups`, apiGroups, 'api groups');
  if (resources.length === 0)
    errors.push(required(`${field}.resources`, 'resource rules must supply at least one resource'));
  checkWildcard(errors, `${field}.resources`, resources, 'resources');
  if (namespaces.length === 0 && rule.clusterScope !== true) {
    const text = 'resource rules that are not cluster scoped must supply at least one namespace';
    errors.push(required(`${field}.namespaces`, text));
  }
  checkWildcard(errors, `${field}.namespaces`, namespaces, 'namespaces');
  if (namespaces.includes('*')) return;
  namespaces.forEach((namespace, i) => {
    for (const problem of nameIsDnsLabel(namespace, false)) {
      const text = `each member of this list must be '*' or a DNS-1123 label; ${problem}`;
      errors.push(invalidValue(`${field}.namespaces[${i}]`, namespace, text));
    }
  });
}

function checkNonResourceRule(errors: FieldError[], field: string, rule: NonResourcePolicyRule): void {
  const urls = rule.nonResourceURLs ?? [];
  checkVerbs(errors, `${field}.verbs`, rule.verbs ?? []);
  const at = `${field}.nonResourceURLs`;
  if (urls.length === 0) errors.push(required(at, 'nonResourceURLs must contain at least one value'));
  checkWildcard(errors, at, urls, 'non-resource URLs');
  if (urls.includes('*')) return;
  urls.forEach((url, i) => {
    const problem = urlProblem(url);
    if (problem !== '') errors.push(invalidValue(`${at}[${i}]`, url, problem));
  });
}

function urlProblem(url: string): string {
  if (url === '') return 'must not be empty';
  if (url === '/') return '';
  if (!url.startsWith('/')) return 'must start with slash';
  if (url.includes(' ')) return 'must not contain white-space';
  if (url.includes('//')) return 'must not contain double slash';
  const star = url.indexOf('*');
  return star < 0 || (star === url.length - 1 && url.endsWith('/*')) ? '' : 'wildcard can only do suffix matching';
}
