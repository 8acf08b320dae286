/** The API of authorization.k8s.io: may somebody do this, and what may I do? */
import { parseFieldSelector } from '../meta/fields.ts';
import { parseLabelRequirements } from '../meta/label-parser.ts';
import type { KubeObject } from '../meta/object.ts';
import type { PolicyRule } from '../meta/rbac-types.ts';
import { badRequest, invalid, StatusError } from '../meta/status.ts';
import type { UserInfo } from '../meta/user.ts';
import type { Action, ActionRequest } from '../registry/action.ts';
import type { AuthorizationAttributes, Authorizer } from './authorizer.ts';
import {
  type AccessReviewSpec,
  type ReviewKind,
  type SelectorAttributes,
  validateAccessReview,
} from './review-validation.ts';
import type { RuleResolver } from './rule-resolver.ts';

const GROUP = 'authorization.k8s.io';

/** May the named user do this? */
export function subjectAccessReview(authorizer: Authorizer): Action {
  return ({ object }) => review(authorizer, 'subject', object, subjectOf(specOf(object)));
}

/** May the caller do this? */
export function selfSubjectAccessReview(authorizer: Authorizer): Action {
  return ({ object, user }) => review(authorizer, 'self', object, user);
}

/** May the named user do this in the namespace of the review? */
export function localSubjectAccessReview(authorizer: Authorizer): Action {
  return ({ object, namespace }) => {
    const { metadata } = object;
    if ((metadata.namespace ?? '') === '' && namespace !== '') metadata.namespace = namespace;
    if (namespace === '') throw badRequest('namespace is required on this type: ');
    if (namespace !== metadata.namespace) {
      throw badRequest(`spec.resourceAttributes.namespace must match namespace: ${namespace}`);
    }
    return review(authorizer, 'local', object, subjectOf(specOf(object)));
  };
}

/** What may the caller do in the namespace? */
export function selfSubjectRulesReview(resolver: RuleResolver): Action {
  return ({ object, user }: ActionRequest): KubeObject => {
    const { namespace = '' } = (object['spec'] ?? {}) as { namespace?: string };
    if (namespace === '') throw badRequest('no namespace on request');
    const rules = resolver.rulesFor(user, namespace);
    return {
      ...headOf(object),
      metadata: {},
      spec: {},
      status: {
        resourceRules: rules.resourceRules.map(resourceRule),
        nonResourceRules: rules.nonResourceRules.map(nonResourceRule),
        incomplete: rules.incomplete,
        ...(rules.error === '' ? {} : { evaluationError: rules.error }),
      },
    };
  };
}

async function review(
  authorizer: Authorizer,
  kind: ReviewKind,
  object: KubeObject,
  user: UserInfo,
): Promise<KubeObject> {
  const spec = specOf(object);
  const errors = validateAccessReview(kind, spec, object.metadata);
  // Upstream has lost the object's kind at this place, and its message begins with a dot.
  if (errors.length > 0) throw invalid({ group: GROUP, resource: '' }, '', errors);
  const { decision, reason, error } = await authorizer.authorize(reviewedAttributes(spec, user));
  const problems = [error, ...selectorProblems(spec)].filter((problem) => problem !== '');
  return {
    ...object,
    status: {
      allowed: decision === 'allow',
      ...(decision === 'deny' ? { denied: true } : {}),
      ...(reason === '' ? {} : { reason }),
      ...(problems.length === 0 ? {} : { evaluationError: problems.join('; ') }),
    },
  };
}

/** The request that a review asks about, as the authorizer would see it. */
export function reviewedAttributes(spec: AccessReviewSpec, user: UserInfo): AuthorizationAttributes {
  const resource = spec.resourceAttributes ?? null;
  if (resource === null) {
    const { path = '', verb = '' } = spec.nonResourceAttributes ?? {};
    const none = { group: '', version: '', resource: '', subresource: '', namespace: '', name: '' };
    return { user, verb, isResource: false, path, ...none };
  }
  return {
    user,
    verb: resource.verb ?? '',
    isResource: true,
    group: resource.group ?? '',
    version: resource.version || '*',
    resource: resource.resource ?? '',
    subresource: resource.subresource ?? '',
    namespace: resource.namespace ?? '',
    name: resource.name ?? '',
    path: '',
  };
}

/** The type decoder has checked the fields' types. */
function specOf(object: KubeObject): AccessReviewSpec {
  return (object['spec'] ?? {}) as AccessReviewSpec;
}

function subjectOf(spec: AccessReviewSpec): UserInfo {
  return { name: spec.user ?? '', uid: spec.uid ?? '', groups: spec.groups ?? [], extra: spec.extra ?? {} };
}

/** Selectors only narrow a request, so what cannot be read of them is passed over, and told. */
function selectorProblems(spec: AccessReviewSpec): string[] {
  const { fieldSelector, labelSelector } = spec.resourceAttributes ?? {};
  return [
    selectorProblem('fieldSelector', fieldSelector, isFieldSelector, isFieldOperator),
    selectorProblem('labelSelector', labelSelector, isLabelSelector, isLabelOperator),
  ];
}

function selectorProblem(
  name: string,
  selector: SelectorAttributes | undefined,
  isSelector: (text: string) => boolean,
  isOperator: (operator: string, values: readonly string[]) => boolean,
): string {
  const field = `spec.resourceAttributes.${name}`;
  const { rawSelector = '', requirements = [] } = selector ?? {};
  if (requirements.length === 0) {
    return rawSelector === '' || isSelector(rawSelector) ? '' : `${field} ignored due to parse error`;
  }
  const good = requirements.filter(({ operator = '', values = [] }) => isOperator(operator, values));
  if (good.length === requirements.length) return '';
  return `${field} ${good.length === 0 ? '' : 'partially '}ignored due to parse error`;
}

function isFieldSelector(text: string): boolean {
  try {
    parseFieldSelector(text);
    return true;
  } catch (error) {
    if (error instanceof StatusError) return false;
    throw error;
  }
}

function isLabelSelector(text: string): boolean {
  return typeof parseLabelRequirements(text) !== 'string';
}

function isFieldOperator(operator: string, values: readonly string[]): boolean {
  return (operator === 'In' || operator === 'NotIn') && values.length === 1;
}

function isLabelOperator(operator: string): boolean {
  return operator === 'In' || operator === 'NotIn' || operator === 'Exists' || operator === 'DoesNotExist';
}

function headOf(object: KubeObject): { apiVersion?: string; kind?: string } {
  const { apiVersion, kind } = object;
  return { ...(kind === undefined ? {} : { kind }), ...(apiVersion === undefined ? {} : { apiVersion }) };
}

function resourceRule(rule: PolicyRule): object {
  const { verbs, apiGroups = [], resources = [], resourceNames = [] } = rule;
  return {
    verbs,
    ...(apiGroups.length === 0 ? {} : { apiGroups }),
    ...(resources.length === 0 ? {} : { resources }),
    ...(resourceNames.length === 0 ? {} : { resourceNames }),
  };
}

function nonResourceRule(rule: PolicyRule): object {
  return { verbs: rule.verbs, nonResourceURLs: rule.nonResourceURLs ?? [] };
}
