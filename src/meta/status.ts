import { problemCharactersMax } from '../base/limits.ts';
import { type FieldError, fieldErrorText } from './field-error.ts';
import { type GroupResource, groupResourceText } from './object.ts';

/** metav1.Status reasons that this server produces. */
export type StatusReason =
  | 'Unauthorized'
  | 'Forbidden'
  | 'NotFound'
  | 'AlreadyExists'
  | 'Conflict'
  | 'Gone'
  | 'Invalid'
  | 'ServerTimeout'
  | 'Timeout'
  | 'TooManyRequests'
  | 'BadRequest'
  | 'MethodNotAllowed'
  | 'NotAcceptable'
  | 'RequestEntityTooLarge'
  | 'UnsupportedMediaType'
  | 'InternalError'
  | 'Expired'
  | 'ServiceUnavailable'
  | '';

export interface StatusCause {
  reason?: string;
  message?: string;
  field?: string;
}

export interface StatusDetails {
  name?: string;
  group?: string;
  kind?: string;
  uid?: string;
  causes?: StatusCause[];
  retryAfterSeconds?: number;
}

/** metav1.Status as it goes over the wire. */
export interface Status {
  kind: 'Status';
  apiVersion: 'v1';
  metadata: { continue?: string; resourceVersion?: string; remainingItemCount?: number };
  status: 'Success' | 'Failure';
  message?: string;
  reason?: StatusReason;
  details?: StatusDetails;
  code: number;
}

/** What the client is told: everything thrown that is not a StatusError is a bug (500). */
export class StatusError extends Error {
  readonly code: number;
  readonly reason: StatusReason;
  readonly details: StatusDetails | null;
  /** metadata.continue of the Status: the token with which an expired list can go on, inconsistently. */
  readonly continueToken: string | null;

  constructor(
    code: number,
    reason: StatusReason,
    message: string,
    details: StatusDetails | null = null,
    continueToken: string | null = null,
  ) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.details = details;
    this.continueToken = continueToken;
  }
}

export function statusOf(error: StatusError): Status {
  // In the order of Go's struct, which is the order on the wire.
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: error.continueToken === null ? {} : { continue: error.continueToken },
    status: 'Failure',
    message: error.message,
    ...(error.reason === '' ? {} : { reason: error.reason }),
    ...(error.details === null ? {} : { details: error.details }),
    code: error.code,
  };
}

function about(gr: GroupResource, name: string): StatusDetails {
  const details: StatusDetails = {};
  if (name !== '') details.name = name;
  if (gr.group !== '') details.group = gr.group;
  if (gr.resource !== '') details.kind = gr.resource;
  return details;
}

export function unauthorized(): StatusError {
  return new StatusError(401, 'Unauthorized', 'Unauthorized');
}

export function forbidden(gr: GroupResource, name: string, why: string): StatusError {
  const what =
    gr.resource === ''
      ? ''
      : name === ''
        ? `${groupResourceText(gr)} is `
        : `${groupResourceText(gr)} ${JSON.stringify(name)} is `;
  return new StatusError(403, 'Forbidden', `${what}forbidden: ${why}`, about(gr, name));
}

export function notFound(gr: GroupResource, name: string): StatusError {
  return new StatusError(
    404,
    'NotFound',
    `${groupResourceText(gr)} ${JSON.stringify(name)} not found`,
    about(gr, name),
  );
}

/** No such path. */
export function pathNotFound(): StatusError {
  return new StatusError(404, 'NotFound', 'the server could not find the requested resource', {});
}

export function alreadyExists(gr: GroupResource, name: string): StatusError {
  return new StatusError(
    409,
    'AlreadyExists',
    `${groupResourceText(gr)} ${JSON.stringify(name)} already exists`,
    about(gr, name),
  );
}

/** All generated names were taken (KEP-4420). */
export function generateNameConflict(gr: GroupResource, name: string): StatusError {
  return new StatusError(
    409,
    'AlreadyExists',
    `${groupResourceText(gr)} ${JSON.stringify(name)} already exists, the server was not able to generate a unique name for the object`,
    {
      ...about(gr, name),
      retryAfterSeconds: 1,
    },
  );
}

export function conflict(gr: GroupResource, name: string, why: string): StatusError {
  return new StatusError(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${groupResourceText(gr)} ${JSON.stringify(name)}: ${why}`,
    about(gr, name),
  );
}

export const MODIFIED_TEXT =
  'the object has been modified; please apply your changes to the latest version and try again';

/** Server-side apply: other managers own the fields (KEP-555). */
export function applyConflict(causes: StatusCause[], message: string): StatusError {
  return new StatusError(409, 'Conflict', message, { causes });
}

/** 422: `kind` is the qualified kind, e.g. { group: 'apps', resource: 'Deployment' }. */
export function invalid(
  kind: GroupResource,
  name: string,
  errors: readonly FieldError[],
  shown: (error: FieldError) => FieldError = (error) => error,
): StatusError {
  const texts = new Set<string>();
  const causes: StatusCause[] = [];
  let characters = 0;
  for (const error of errors) {
    // Each may quote the whole value that it is about.
    if (characters > problemCharactersMax) break;
    const text = fieldErrorText(shown(error));
    characters += text.length;
    texts.add(text);
    causes.push({ reason: error.type, message: text.slice(error.field.length + 2), field: error.field });
  }
  const text = texts.size === 1 ? [...texts][0] : `[${[...texts].join(', ')}]`;
  return new StatusError(422, 'Invalid', `${groupResourceText(kind)} ${JSON.stringify(name)} is invalid: ${text}`, {
    ...about(kind, name),
    causes,
  });
}

export function badRequest(message: string): StatusError {
  return new StatusError(400, 'BadRequest', message);
}

export function methodNotSupported(gr: GroupResource, action: string): StatusError {
  return new StatusError(
    405,
    'MethodNotAllowed',
    `${action} is not supported on resources of kind ${JSON.stringify(groupResourceText(gr))}`,
    about(gr, ''),
  );
}

/** A path below the API that names no resource. */
export function resourceNotFound(): StatusError {
  return new StatusError(404, 'NotFound', 'the server could not find the requested resource', {});
}

/** The path exists, the method does not. */
export function methodNotAllowed(): StatusError {
  return new StatusError(
    405,
    'MethodNotAllowed',
    'the server does not allow this method on the requested resource',
    {},
  );
}

export function notAcceptable(accepted: readonly string[]): StatusError {
  return new StatusError(406, 'NotAcceptable', `only the following media types are accepted: ${accepted.join(', ')}`);
}

export function unsupportedMediaType(accepted: readonly string[]): StatusError {
  return new StatusError(
    415,
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`,
  );
}

export function requestEntityTooLarge(message: string): StatusError {
  return new StatusError(413, 'RequestEntityTooLarge', `Request entity too large: ${message}`);
}

export function expired(message: string, continueToken: string | null = null): StatusError {
  return new StatusError(410, 'Expired', message, null, continueToken);
}

export function tooLargeResourceVersion(asked: number, current: number): StatusError {
  return new StatusError(504, 'Timeout', `Timeout: Too large resource version: ${asked}, current: ${current}`, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    retryAfterSeconds: 1,
  });
}

export function timeout(message: string, retryAfterSeconds: number): StatusError {
  return new StatusError(504, 'Timeout', `Timeout: ${message}`, retryAfterSeconds > 0 ? { retryAfterSeconds } : {});
}

export function tooManyRequests(message: string, retryAfterSeconds: number): StatusError {
  return new StatusError(429, 'TooManyRequests', message, retryAfterSeconds > 0 ? { retryAfterSeconds } : {});
}

export function serviceUnavailable(message: string): StatusError {
  return new StatusError(503, 'ServiceUnavailable', message);
}

/** The cause goes to the log, not to the client's eyes, unless the text is fit for them. */
export function internalError(message: string): StatusError {
  return new StatusError(500, 'InternalError', `Internal error occurred: ${message}`, { causes: [{ message }] });
}
