import assert from 'node:assert/strict';
import type { Handler } from './exchange.ts';
import type { ListenerOptions } from './listener.ts';
import type { TestAuthority } from './test-pki.ts';

/** A listener for tests on any free port, with a certificate of `authority`; an error of the handler fails the test. */
export async function testListenerOptions(authority: TestAuthority, handler: Handler): Promise<ListenerOptions> {
  return {
    handler,
    host: '127.0.0.1',
    port: 0,
    certificate: { ...(await authority.server()), clientCa: null, byServerName: [] },
    http2: true,
    http2MaxStreamsPerConnection: 0,
    connectionsMax: null,
    tlsMinVersion: 'TLSv1.2',
    tlsCiphers: null,
    onClientError: () => {},
    onHandlerError: (error) => assert.fail(String(error)),
  };
}
