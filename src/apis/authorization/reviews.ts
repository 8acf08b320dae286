/** What an access review must say. Reviews are answered and never stored. */
import type {
  FieldSelectorAttributes,
  LabelSelectorAttributes,
  LocalSubjectAccessReview,
  SelfSubjectAccessReview,
  SelfSubjectRulesReview,
  SubjectAccessReview,
  SubjectAccessReviewSpec,
} from '../../generated/interfaces.ts';
import { type FieldError, invalidValue, required } from '../../meta/field-error.ts';
import type { ObjectMeta } from '../../meta/object.ts';
import { behavior } from '../behavior.ts';

export const subjectAccessReviews = behavior<SubjectAccessReview>({
  validate(review) {
    const errors: FieldError[] = [];
    checkAttributes(errors, review.spec ?? {});
    checkSubject(errors, review.spec ?? {});
    checkMetadata(errors, review.metadata, false);
    return errors;
  },
});

export const selfSubjectAccessReviews = behavior<SelfSubjectAccessReview>({
  validate(review) {
    const errors: FieldError[] = [];
    checkAttributes(errors, review.spec ?? {});
    checkMetadata(errors, review.metadata, false);
    return errors;
  },
});

export const localSubjectAccessReviews = behavior<LocalSubjectAccessReview>({
  validate(review) {
    const errors: FieldError[] = [];
    const { resourceAttributes: resource, nonResourceAttributes: path } = review.spec ?? {};
    checkAttributes(errors, review.spec ?? {});
    checkSubject(errors, review.spec ?? {});
    checkMetadata(errors, review.metadata, true);
    if (resource !== undefined && (resource.namespace ?? '') !== (review.metadata.namespace ?? '')) {
      errors.push(
        invalidValue('spec.resourceAttributes.namespace', resource.namespace ?? '', 'must match metadata.namespace'),
      );
    }
    if (path !== undefined) {
      errors.push(invalidValue('spec.nonResourceAttributes', path, 'disallowed on this kind of request'));
    }
    return errors;
  },
});

export const selfSubjectRulesReviews = behavior<SelfSubjectRulesReview>({});

type Attributes = Pick<Partial<SubjectAccessReviewSpec>, 'resourceAttributes' | 'nonResourceAttributes'>;

function checkAttributes(errors: FieldError[], spec: Attributes): void {
  const { resourceAttributes: resource, nonResourceAttributes: path } = spec;
  if (resource !== undefined && path !== undefined) {
    errors.push(
      invalidValue('spec.nonResourceAttributes', path, 'cannot be specified in combination with resourceAttributes'),
    );
  }
  if (resource === undefined && path === undefined) {
    const text = 'exactly one of nonResourceAttributes or resourceAttributes must be specified';
    errors.push(invalidValue('spec.resourceAttributes', null, text));
  }
  checkSelector(errors, 'fieldSelector', resource?.fieldSelector);
  checkSelector(errors, 'labelSelector', resource?.labelSelector);
}

function checkSelector(
  errors: FieldError[],
  name: string,
  selector: FieldSelectorAttributes | LabelSelectorAttributes | undefined,
): void {
  if (selector === undefined) return;
  const field = `spec.resourceAttributes.${name}`;
  const { rawSelector = '', requirements = [] } = selector;
  if (rawSelector !== '' && requirements.length > 0) {
    errors.push(
      invalidValue(`${field}.rawSelector`, rawSelector, 'may not specified at the same time as requirements'),
    );
  }
  if (rawSelector === '' && requirements.length === 0) {
    errors.push(
      required(`${field}.requirements`, `when ${field} is specified, requirements or rawSelector is required`),
    );
  }
  requirements.forEach(({ key = '', operator, values = [] }, i) => {
    const at = `${field}.requirements[${i}]`;
    if (key === '') errors.push(required(`${at}.key`, 'must be specified'));
    if (operator === undefined) errors.push(required(`${at}.operator`, 'must be specified'));
    const needsValues = operator === 'In' || operator === 'NotIn';
    if (needsValues && values.length === 0) {
      errors.push(required(`${at}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
    }
    if ((operator === 'Exists' || operator === 'DoesNotExist') && values.length > 0) {
      const detail = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'";
      errors.push({ type: 'FieldValueForbidden', field: `${at}.values`, value: undefined, detail });
    }
  });
}

function checkSubject(errors: FieldError[], spec: Partial<SubjectAccessReviewSpec>): void {
  const { user = '', groups = [] } = spec;
  if (user === '' && groups.length === 0)
    errors.push(invalidValue('spec.user', user, 'at least one of user or group must be specified'));
}

/** What the server itself filled in does not count. */
const SYSTEM_FIELDS = new Set(['uid', 'creationTimestamp', 'managedFields', 'generation']);

function checkMetadata(errors: FieldError[], metadata: ObjectMeta, namespaced: boolean): void {
  const extra = Object.keys(metadata).filter((key) => !SYSTEM_FIELDS.has(key) && !(namespaced && key === 'namespace'));
  if (extra.length === 0) return;
  errors.push(invalidValue('metadata', metadata, namespaced ? 'must be empty except for namespace' : 'must be empty'));
}
