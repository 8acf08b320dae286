/** What this server says it is. Clients compare major, minor and gitVersion with what they know of Kubernetes. */
import type { RouteHandler } from './context.ts';
import { encodePrettyJson } from './encode.ts';
import { JSON_TYPE, sendBytes } from './respond.ts';

/** Keelson's own version. */
export const VERSION = '0.1.1';

/** The Kubernetes release whose API this is. */
export const KUBERNETES_VERSION = 'v1.36.2';

/** version.Info, as of `/version`. */
export const VERSION_INFO = {
  major: '1',
  minor: '36',
  emulationMajor: '1',
  emulationMinor: '36',
  minCompatibilityMajor: '1',
  minCompatibilityMinor: '35',
  gitVersion: `${KUBERNETES_VERSION}+keelson`,
  gitCommit: '',
  gitTreeState: 'clean',
  buildDate: '1970-01-01T00:00:00Z',
  goVersion: 'go1.26.0',
  compiler: 'gc',
  platform: `${process.platform}/${process.arch === 'x64' ? 'amd64' : process.arch}`,
} as const;

export function createVersionRoute(): RouteHandler {
  const body = encodePrettyJson(VERSION_INFO);
  return (ctx) => sendBytes(ctx, 200, JSON_TYPE, body);
}
