/** The Huffman code of header texts (RFC 7541, 5.2 and appendix B), read four bits at a time. */

/** The length of each symbol's code, in base 36; the code is canonical, so that they say it all. The last is the end of the string. */
const CODE_BITS =
  'dnsssssssoussussssssssusssssssss6aacd68baa8b8666555666666678f6cad67777777777777777777777878djde6f56565666577666567655677777fbeds' +
  'kmkkmmmnmnnnnnonoomnonnnnlmnmnnomlkmmnnlnmmolmnnllmlnmnnkmmmnmmnqqkjmnmpqqqrrqopjlqrrqrollqqsrrrkoklmllnmmppooqnqrqqrrrrrsrrrrrqu';
const END_OF_STRING = 256;
const CODE_BITS_MAX = 30;

/** Inner nodes of the code's tree; a state is a node reached by the bits since the last symbol. Two children each: a node, or ~symbol. */
const CHILDREN: number[] = [0, 0];
/** Whether the bits to a node are fewer than eight ones: what may stand at the end (RFC 7541, 5.2). */
const MAY_END: boolean[] = [true];
{
  const bits = Array.from(CODE_BITS, (digit) => Number.parseInt(digit, 36));
  let code = 0;
  for (let length = 1; length <= CODE_BITS_MAX; length++) {
    code *= 2;
    for (let symbol = 0; symbol <= END_OF_STRING; symbol++) if (bits[symbol] === length) plant(code++, length, symbol);
  }
}

function plant(code: number, length: number, symbol: number): void {
  let node = 0;
  for (let left = length - 1; left > 0; left--) {
    const at = 2 * node + ((code >>> left) & 1);
    if (CHILDREN[at] === 0) {
      const depth = length - left;
      MAY_END.push(depth < 8 && code >>> left === 2 ** depth - 1);
      CHILDREN[at] = CHILDREN.push(0, 0) / 2 - 1;
    }
    node = CHILDREN[at]!;
  }
  CHILDREN[2 * node + (code & 1)] = ~symbol;
}

/** By state and four bits: the next state in the upper bits, then 0x100 and the symbol where one is complete; -1: not a code. */
const STEPS = new Int32Array(8 * CHILDREN.length);
for (let step = 0; step < STEPS.length; step++) STEPS[step] = stepOf(step >> 4, step & 15);

function stepOf(state: number, nibble: number): number {
  let node = state;
  let symbol = 0;
  for (let bit = 3; bit >= 0; bit--) {
    const next = CHILDREN[2 * node + ((nibble >> bit) & 1)]!;
    if (next === ~END_OF_STRING) return -1;
    if (next < 0) {
      symbol = 0x100 | ~next;
      node = 0;
    } else node = next;
  }
  return (node << 9) | symbol;
}

/** Null: not such a code. */
export function decodeHuffman(bytes: Buffer, start: number, end: number): Buffer | null {
  // The shortest code has five bits.
  const decoded = Buffer.allocUnsafe(Math.ceil(((end - start) * 8) / 5));
  let length = 0;
  let state = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    const high = STEPS[(state << 4) | (byte >> 4)]!;
    if (high < 0) return null;
    if ((high & 0x100) !== 0) decoded[length++] = high & 0xff;
    const low = STEPS[((high >> 9) << 4) | (byte & 15)]!;
    if (low < 0) return null;
    if ((low & 0x100) !== 0) decoded[length++] = low & 0xff;
    state = low >> 9;
  }
  return MAY_END[state] === true ? decoded.subarray(0, length) : null;
}
