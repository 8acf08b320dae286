/** Image references, as far as the default of imagePullPolicy depends on them. */

/**
 * The tag that a container runtime would pull: `latest` when the reference names neither tag nor digest, '' when it names
 * only a digest or is malformed.
 */
export function imageTag(reference: string): string {
  const at = reference.indexOf('@');
  const named = at < 0 ? reference : reference.slice(0, at);
  const colon = named.lastIndexOf(':');
  const hasTag = colon > named.lastIndexOf('/');
  const repository = hasTag ? named.slice(0, colon) : named;
  if (!isRepository(repository)) return '';
  if (hasTag) return named.slice(colon + 1);
  return at < 0 ? 'latest' : '';
}

/** Paths are lower case; a registry's host need not be. */
function isRepository(repository: string): boolean {
  const slash = repository.indexOf('/');
  const host = slash < 0 ? '' : repository.slice(0, slash);
  const hasHost = host.includes('.') || host.includes(':') || host === 'localhost' || host !== host.toLowerCase();
  const path = hasHost ? repository.slice(slash + 1) : repository;
  if (path === '' || path !== path.toLowerCase()) return false;
  return !path.includes(' ') && !path.includes(':') && !path.startsWith('/') && !path.endsWith('/');
}
