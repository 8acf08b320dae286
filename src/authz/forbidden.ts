/** What a client is told when it may not. */
import { goQuote } from '../base/go-text.ts';
import { forbidden, type StatusError } from '../meta/status.ts';
import type { AuthorizationAttributes } from './authorizer.ts';

/** 403. `reason`: the authorizer's, '' for none. */
export function forbiddenError(attributes: AuthorizationAttributes, reason: string): StatusError {
  const why = escapeHtml(forbiddenText(attributes));
  const what = { group: attributes.group, resource: attributes.resource };
  return forbidden(what, attributes.name, reason === '' ? why : `${why}: ${reason}`);
}

/** Body (text/plain) of the 500 for an authorizer that failed without a decision. */
export function authorizationFailureText(requestUri: string, error: string): string {
  return escapeHtml(`Internal Server Error: ${goQuote(requestUri)}: ${error}`);
}

function forbiddenText(attributes: AuthorizationAttributes): string {
  const who = `User ${goQuote(attributes.user.name)} cannot ${attributes.verb}`;
  if (!attributes.isResource) return `${who} path ${goQuote(attributes.path)}`;
  const { resource, subresource, namespace } = attributes;
  const what = goQuote(subresource === '' ? resource : `${resource}/${subresource}`);
  const where = namespace === '' ? 'at the cluster scope' : `in the namespace ${goQuote(namespace)}`;
  return `${who} resource ${what} in API group ${goQuote(attributes.group)} ${where}`;
}

/** Names come from requests: a browser that takes the answer for HTML must find no tags in it. */
function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
