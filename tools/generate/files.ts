/** The frame of generated files: a header with the digest of the payload, so that an edit by hand is noticed. */
import { createHash } from 'node:crypto';

const MARK = '// sha256 of what follows: ';

/** The whole file: header, then the payload. `payload` is TypeScript text. */
export function frame(payload: string): string {
  return `// Made by \`npm run generate\` from the published API description. Never edited by hand.\n${MARK}${digest(payload)}\n${payload}`;
}

/** Whether a file's payload is the one its header was made for. */
export function isIntact(text: string): boolean {
  const at = text.indexOf(MARK);
  if (at < 0) return false;
  const end = text.indexOf('\n', at);
  return text.slice(at + MARK.length, end) === digest(text.slice(end + 1));
}

/** A template literal holding `text`, readable line by line. */
export function templateLiteral(text: string): string {
  return `\`${text.replace(/[\\`]|\$\{/g, '\\$&')}\``;
}

function digest(payload: string): string {
  return createHash('sha256').update(payload).digest('hex');
}
