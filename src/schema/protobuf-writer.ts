/** The wire format of protobuf, written into one growing buffer; a message's length is set when its end is known. */
export class ProtobufWriter {
  #bytes: Buffer;
  #end = 0;

  constructor(sizeHint = 4096) {
    this.#bytes = Buffer.allocUnsafe(sizeHint);
  }

  /** What was written so far; shares memory with the writer. */
  finish(): Buffer {
    return this.#bytes.subarray(0, this.#end);
  }

  tag(number: number, wireType: number): void {
    this.unsigned(number * 8 + wireType);
  }

  /** Not negative, up to 2^53. */
  unsigned(value: number): void {
    this.#reserve(10);
    let rest = value;
    while (rest >= 0x80) {
      this.#bytes[this.#end++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#bytes[this.#end++] = rest;
  }

  /** A signed integer; negative ones take ten bytes, in two's complement. */
  signed(value: number): void {
    if (value >= 0) {
      this.unsigned(value);
      return;
    }
    this.#reserve(10);
    let rest = BigInt.asUintN(64, BigInt(Math.trunc(value)));
    for (; rest >= 0x80n; rest >>= 7n) this.#bytes[this.#end++] = Number(rest & 0x7fn) | 0x80;
    this.#bytes[this.#end++] = Number(rest);
  }

  double(value: number): void {
    this.#reserve(8);
    this.#end = this.#bytes.writeDoubleLE(value, this.#end);
  }

  text(value: string): void {
    const length = Buffer.byteLength(value);
    this.unsigned(length);
    this.#reserve(length);
    this.#end += this.#bytes.write(value, this.#end);
  }

  raw(value: Buffer): void {
    this.unsigned(value.length);
    this.append(value);
  }

  append(value: Buffer): void {
    this.#reserve(value.length);
    this.#end += value.copy(this.#bytes, this.#end);
  }

  /** Begins a message; its end is told with the place answered. */
  open(): number {
    this.#reserve(1);
    return this.#end++;
  }

  /** Most messages are shorter than 128 bytes, and their length fits the byte left for it; longer ones move up. */
  close(place: number): void {
    const length = this.#end - place - 1;
    const extra = length < 0x80 ? 0 : length < 0x4000 ? 1 : length < 0x20_0000 ? 2 : length < 0x1000_0000 ? 3 : 4;
    this.#reserve(extra);
    if (extra > 0) this.#bytes.copyWithin(place + 1 + extra, place + 1, this.#end);
    const end = this.#end + extra;
    this.#end = place;
    this.unsigned(length);
    this.#end = end;
  }

  #reserve(bytes: number): void {
    if (this.#end + bytes <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#end + bytes));
    this.#bytes.copy(grown, 0, 0, this.#end);
    this.#bytes = grown;
  }
}
