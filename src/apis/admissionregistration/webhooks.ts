import type {
  MutatingWebhook,
  MutatingWebhookConfiguration,
  ValidatingWebhook,
  ValidatingWebhookConfiguration,
} from '../../generated/interfaces.ts';
import { type FieldError, invalidValue, notSupported, required } from '../../meta/field-error.ts';
import { validateLabelSelector } from '../../meta/label-selector.ts';
import { dns1035LabelProblems } from '../../meta/names.ts';
import { behavior, type Stored } from '../behavior.ts';
import { addProblems, checkOneOf, checkUnique } from '../field-rules.ts';
import { AGE, age, column, NAME, printer } from '../printing.ts';
import { checkClientConfig, checkFullyQualifiedName, defaultClientConfig } from './client-config.ts';
import { checkMatchConditions } from './match-conditions.ts';
import { checkRule, defaultRules, FAILURE_POLICIES, MATCH_POLICIES } from './rules.ts';

type Webhook = ValidatingWebhook & Pick<MutatingWebhook, 'reinvocationPolicy'>;

interface Configuration {
  webhooks?: Webhook[];
}

const REVIEW_VERSIONS = ['v1', 'v1beta1'];
const SIDE_EFFECTS = ['None', 'NoneOnDryRun', 'Some', 'Unknown'];
const NO_SIDE_EFFECTS = ['None', 'NoneOnDryRun'];

/** What older releases let pass in a stored object is let pass again. */
interface Leniency {
  readonly sideEffects: boolean;
  readonly reviewVersions: boolean;
  readonly names: boolean;
  readonly selectors: boolean;
}

const STRICT: Leniency = { sideEffects: false, reviewVersions: false, names: false, selectors: false };

const webhookPrinter = printer<Stored<Configuration>>(
  [NAME, column('Webhooks', 'integer', 'Number of webhooks.'), AGE],
  (object, nowMs) => [object.metadata.name ?? '', (object.webhooks ?? []).length, age(object, nowMs)],
);

export const validatingWebhookConfigurations = behavior<ValidatingWebhookConfiguration>({
  generation: 'spec',
  allowUnconditionalUpdate: false,
  setDefaults,
  validate: (object) => validate(object, STRICT),
  validateUpdate: (object, old) => validate(object, leniencyOf(old)),
  printer: webhookPrinter,
});

export const mutatingWebhookConfigurations = behavior<MutatingWebhookConfiguration>({
  generation: 'spec',
  allowUnconditionalUpdate: false,
  setDefaults(object) {
    setDefaults(object);
    for (const webhook of object.webhooks ?? []) webhook.reinvocationPolicy ??= 'Never';
  },
  validate: (object) => validate(object, STRICT),
  validateUpdate: (object, old) => validate(object, leniencyOf(old)),
  printer: webhookPrinter,
});

function setDefaults(object: Configuration): void {
  for (const webhook of object.webhooks ?? []) {
    webhook.failurePolicy ??= 'Fail';
    webhook.matchPolicy ??= 'Equivalent';
    webhook.namespaceSelector ??= {};
    webhook.objectSelector ??= {};
    webhook.timeoutSeconds ??= 10;
    defaultRules(webhook.rules);
    defaultClientConfig(webhook.clientConfig);
  }
}

function validate(object: Configuration, leniency: Leniency): FieldError[] {
  const errors: FieldError[] = [];
  const webhooks = object.webhooks ?? [];
  webhooks.forEach((webhook, i) => {
    checkWebhook(errors, `webhooks[${i}]`, webhook, leniency);
    checkReviewVersions(
      errors,
      `webhooks[${i}].admissionReviewVersions`,
      webhook.admissionReviewVersions ?? [],
      leniency,
    );
  });
  if (!leniency.names) {
    checkUnique(
      errors,
      webhooks.map((webhook) => webhook.name),
      (i) => `webhooks[${i}].name`,
    );
  }
  return errors;
}

function checkWebhook(errors: FieldError[], field: string, webhook: Webhook, leniency: Leniency): void {
  checkFullyQualifiedName(errors, `${field}.name`, webhook.name);
  (webhook.rules ?? []).forEach((rule, i) => {
    checkRule(errors, `${field}.rules[${i}]`, rule);
  });
  checkOneOf(errors, `${field}.failurePolicy`, webhook.failurePolicy, FAILURE_POLICIES);
  checkOneOf(errors, `${field}.matchPolicy`, webhook.matchPolicy, MATCH_POLICIES);
  const allowed = leniency.sideEffects ? SIDE_EFFECTS : NO_SIDE_EFFECTS;
  const sideEffects = webhook.sideEffects ?? null;
  if (sideEffects === null) errors.push(required(`${field}.sideEffects`, `must specify one of ${allowed.join(', ')}`));
  else if (!allowed.includes(sideEffects)) errors.push(notSupported(`${field}.sideEffects`, sideEffects, allowed));
  const seconds = webhook.timeoutSeconds;
  if (seconds !== undefined && (seconds > 30 || seconds < 1)) {
    errors.push(invalidValue(`${field}.timeoutSeconds`, seconds, 'the timeout value must be between 1 and 30 seconds'));
  }
  const validation = { allowInvalidValues: leniency.selectors };
  errors.push(...validateLabelSelector(webhook.namespaceSelector, `${field}.namespaceSelector`, validation));
  errors.push(...validateLabelSelector(webhook.objectSelector, `${field}.objectSelector`, validation));
  checkOneOf(errors, `${field}.reinvocationPolicy`, webhook.reinvocationPolicy, ['IfNeeded', 'Never']);
  checkClientConfig(errors, `${field}.clientConfig`, webhook.clientConfig);
  checkMatchConditions(errors, `${field}.matchConditions`, webhook.matchConditions);
}

function checkReviewVersions(
  errors: FieldError[],
  field: string,
  versions: readonly string[],
  leniency: Leniency,
): void {
  const known = REVIEW_VERSIONS.join(', ');
  if (versions.length === 0) {
    errors.push(required(field, `must specify one of ${known}`));
    return;
  }
  const seen = new Set<string>();
  versions.forEach((version, i) => {
    if (seen.has(version)) errors.push(invalidValue(`${field}[${i}]`, version, 'duplicate version'));
    else addProblems(errors, `${field}[${i}]`, version, dns1035LabelProblems(version));
    seen.add(version);
  });
  if (!leniency.reviewVersions && !versions.some((version) => REVIEW_VERSIONS.includes(version))) {
    errors.push(invalidValue(field, versions, `must include at least one of ${known}`));
  }
}

function leniencyOf(old: Configuration): Leniency {
  const webhooks = old.webhooks ?? [];
  const bad = (webhook: Webhook): boolean =>
    [webhook.namespaceSelector, webhook.objectSelector].some(
      (selector) => validateLabelSelector(selector, '').length > 0,
    );
  return {
    sideEffects: webhooks.some(({ sideEffects }) => !NO_SIDE_EFFECTS.includes(sideEffects ?? '')),
    reviewVersions: webhooks.some(
      ({ admissionReviewVersions }) => !(admissionReviewVersions ?? []).some((v) => REVIEW_VERSIONS.includes(v)),
    ),
    names: new Set(webhooks.map((webhook) => webhook.name)).size < webhooks.length,
    selectors: webhooks.some(bad),
  };
}
