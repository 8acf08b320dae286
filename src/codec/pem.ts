/** PEM (RFC 7468): texts between `-----BEGIN TYPE-----` and `-----END TYPE-----`. */

export interface PemBlock {
  readonly type: string;
  readonly hasHeaders: boolean;
  /** The whole block, as it stands. */
  readonly text: string;
  readonly der: Buffer;
}

const BEGIN = '-----BEGIN ';
const END = '-----END ';
const DASHES = '-----';
const HEADER = /^[A-Za-z-]+:/m;
const TYPE_BYTES_MAX = 64;

/** Blocks in their order; `rest`: text outside of them. One pass: a text of many beginnings without an end costs nothing more. */
export function parsePem(text: string): { blocks: PemBlock[]; rest: string } {
  const blocks: PemBlock[] = [];
  const rest: string[] = [];
  let at = 0;
  for (;;) {
    const begin = text.indexOf(BEGIN, at);
    const end = begin < 0 ? -1 : text.indexOf(END, begin);
    const close = end < 0 ? -1 : text.indexOf(DASHES, end + END.length);
    if (close < 0) break;
    const block = blockOf(text.slice(begin, close + DASHES.length));
    if (block === null) {
      rest.push(text.slice(at, close));
    } else {
      rest.push(text.slice(at, begin));
      blocks.push(block);
    }
    at = close + DASHES.length;
  }
  rest.push(text.slice(at));
  return { blocks, rest: rest.join('') };
}

/** Null when beginning and end do not fit each other. */
function blockOf(text: string): PemBlock | null {
  const typeEnd = text.indexOf(DASHES, BEGIN.length);
  const type = text.slice(BEGIN.length, typeEnd);
  const ending = `${END}${type}${DASHES}`;
  if (type.length > TYPE_BYTES_MAX || !text.endsWith(ending)) return null;
  const body = text.slice(typeEnd + DASHES.length, text.length - ending.length);
  const hasHeaders = HEADER.test(body);
  const base64 = hasHeaders ? body.slice(body.search(/\r?\n\r?\n/) + 1) : body;
  return { type, hasHeaders, text, der: Buffer.from(base64, 'base64') };
}
