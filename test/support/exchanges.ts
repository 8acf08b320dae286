/**
 * Requests and their exact answers, as text:
 *
 *     GET /api/v1/namespaces/nope        method and path
 *     accept: application/yaml           request headers
 *     | data: {}                         body, line by line; `token: none` sends no credentials
 *     => 404 application/json            status and content type; then headers that matter, then the body
 *     {"kind":"Status",…}
 *
 * A line that begins with # is a title. Exchanges are parted by empty lines.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Answer, Api } from './api.ts';

export interface Exchange {
  readonly title: string;
  readonly method: string;
  readonly path: string;
  /** The request as written. */
  readonly request: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly token: string | null | undefined;
  readonly body: string | undefined;
  readonly expected: string;
}

/** All others are the same for every answer, or never the same. */
const SHOWN = [
  'allow',
  'cache-control',
  'connection',
  'content-encoding',
  'location',
  'retry-after',
  'vary',
  'warning',
  'www-authenticate',
  'x-content-type-options',
];
const BODY_SHOWN_MAX = 3000;

export function readExchanges(path: string): Exchange[] {
  return readFileSync(path, 'utf8')
    .split(/\n\n+/)
    .filter((block) => block.trim() !== '')
    .map(readExchange);
}

export async function exchange(api: Api, { method, path, headers, token, body }: Exchange): Promise<string> {
  return answerText(await api.ask(method, path, body, token === undefined ? { headers } : { headers, token }));
}

/** Replaces what is expected by what came: to be read with care before it is committed. */
export function writeExchanges(path: string, exchanges: readonly Exchange[], outcomes: readonly string[]): void {
  const blocks = exchanges.map(({ title, request }, index) => `# ${title}\n${request}\n${outcomes[index]}`);
  writeFileSync(path, `${blocks.join('\n\n')}\n`);
}

function readExchange(block: string): Exchange {
  const lines = block.trim().split('\n');
  const title = lines[0]?.startsWith('# ') ? lines.shift()!.slice(2) : '';
  const split = lines.findIndex((line) => line.startsWith('=> '));
  const request = split === -1 ? lines : lines.slice(0, split);
  const [method = '', path = ''] = (request[0] ?? '').split(' ');
  const headers: Record<string, string> = {};
  const body: string[] = [];
  for (const line of request.slice(1)) {
    if (line.startsWith('|')) body.push(line.slice(2));
    else headers[line.slice(0, line.indexOf(':'))] = line.slice(line.indexOf(':') + 1).trim();
  }
  const { token, ...rest } = headers;
  return {
    title: title === '' ? `${method} ${path}` : title,
    method,
    path,
    request: request.join('\n'),
    headers: rest,
    token: token === 'none' ? null : token,
    body: body.length === 0 ? undefined : body.join('\n'),
    expected: split === -1 ? '' : lines.slice(split).join('\n'),
  };
}

function answerText({ status, headers, bytes }: Answer): string {
  const lines = [`=> ${status} ${headers['content-type'] ?? ''}`.trimEnd()];
  for (const name of SHOWN) {
    const value = headers[name];
    // Every answer that says nothing else of caches says this.
    if (value === undefined || value === 'no-cache, private' || value === 'keep-alive') continue;
    lines.push(`${name}: ${Array.isArray(value) ? value.join(', ') : value}`);
  }
  const text = bytes.toString('utf8');
  const isText = !text.includes('\ufffd') && !text.includes('\0');
  if (text !== '')
    lines.push(isText && text.length <= BODY_SHOWN_MAX ? steady(text.trimEnd()) : `(${isText ? 'long' : 'binary'})`);
  return lines
    .join('\n')
    .replace(/[ \t]+$/gm, '')
    .replace(/\n\n+/g, '\n');
}

function steady(text: string): string {
  return text
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'UID')
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, 'TIME')
    .replace(/(resourceVersion\\?"?: ?)\\?"\d+\\?"/g, '$1"REVISION"')
    .replace(/("continue": ?)"[^"]+"/g, '$1"CONTINUE"')
    .replace(/"serverAddress":"[^"]+"/g, '"serverAddress":"ADDRESS"')
    .replace(/(current: )\d+/g, '$1REVISION')
    .replace(/("fixed-)[a-z0-9]{5}"/g, '$1XXXXX"')
    .replace(/"\d+s"/g, '"0s"');
}
