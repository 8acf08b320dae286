import type { WebhookClientConfig } from '../../generated/interfaces.ts';
import { type FieldError, invalidValue, required } from '../../meta/field-error.ts';
import { portNumberProblems } from '../../meta/formats.ts';
import { dns1123SubdomainProblems } from '../../meta/names.ts';
import { addProblems } from '../field-rules.ts';

const SERVICE_PORT = 443;

export function defaultClientConfig(config: WebhookClientConfig | undefined): void {
  if (config?.service !== undefined) config.service.port ??= SERVICE_PORT;
}

/** Of webhooks and of conversion. */
export function checkClientConfig(errors: FieldError[], field: string, config: WebhookClientConfig | undefined): void {
  const { url, service } = config ?? {};
  if ((url === undefined) === (service === undefined)) {
    errors.push(required(field, 'exactly one of url or service is required'));
  } else if (url !== undefined) {
    checkUrl(errors, `${field}.url`, url);
  } else if (service !== undefined) {
    checkService(errors, `${field}.service`, service);
  }
}

const FORM = '; desired format: https://host[/path]';

function checkUrl(errors: FieldError[], field: string, text: string): void {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null) {
    errors.push(required(field, `url must be a valid URL: parse ${JSON.stringify(text)}: invalid URL${FORM}`));
    return;
  }
  const say = (problem: string, value: string): void => {
    errors.push(invalidValue(field, value, problem + FORM));
  };
  if (url.protocol !== 'https:') say("'https' is the only allowed URL scheme", url.protocol.slice(0, -1));
  if (url.host === '') say('host must be specified', url.host);
  if (url.username !== '' || url.password !== '') say('user information is not permitted in the URL', url.username);
  if (url.hash !== '') say('fragments are not permitted in the URL', url.hash.slice(1));
  if (url.search !== '') say('query parameters are not permitted in the URL', url.search.slice(1));
}

interface ServiceReference {
  readonly name?: string;
  readonly namespace?: string;
  readonly path?: string;
  readonly port?: number;
}

function checkService(errors: FieldError[], field: string, service: ServiceReference): void {
  const { name = '', namespace = '', path = '', port } = service;
  if (name === '') errors.push(required(`${field}.name`, 'service name is required'));
  if (namespace === '') errors.push(required(`${field}.namespace`, 'service namespace is required'));
  if (port !== undefined && portNumberProblems(port).length > 0) {
    errors.push(invalidValue(`${field}.port`, port, `port is not valid: ${portNumberProblems(port).join(',')}`));
  }
  if (path === '' || path === '/') return;
  checkPath(errors, `${field}.path`, path);
}

function checkPath(errors: FieldError[], field: string, path: string): void {
  const say = (problem: string): void => {
    errors.push(invalidValue(field, path, problem));
  };
  if (!path.startsWith('/')) say("must start with a '/'");
  const steps = path.slice(1).split('/');
  if (steps.at(-1) === '') steps.pop();
  steps.forEach((step, i) => {
    if (step === '') say(`segment[${i}] may not be empty`);
    else for (const problem of dns1123SubdomainProblems(step)) say(`segment[${i}]: ${problem}`);
  });
}

/** A name of at least three labels: `hook.example.com`. */
export function checkFullyQualifiedName(errors: FieldError[], field: string, name: string | undefined): void {
  if (name === undefined || name === '') {
    errors.push(required(field));
    return;
  }
  addProblems(errors, field, name, dns1123SubdomainProblems(name));
  if (dns1123SubdomainProblems(name).length === 0 && name.split('.').length < 3) {
    errors.push(invalidValue(field, name, 'should be a domain with at least three segments separated by dots'));
  }
}
