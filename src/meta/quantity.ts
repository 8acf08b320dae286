/** resource.Quantity as plain data: an amount in units of 10^-9 and the notation in which it is written. */
export interface Quantity {
  readonly nano: bigint;
  readonly format: QuantityFormat;
}

export type QuantityFormat = 'DecimalSI' | 'BinarySI' | 'DecimalExponent';

export const QUANTITY_FORMAT_TEXT =
  "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

const NANO = 1_000_000_000n;
/** Amounts are capped at 2^63-1 as upstream does. */
const NANO_MAX = (2n ** 63n - 1n) * NANO;
/** Digits and exponents beyond these cannot change a result within the cap, and would cost time. */
const TEXT_MAX = 256;
const EXPONENT_MAX = 100;

const DECIMAL_SUFFIXES = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'];
const BINARY_SUFFIXES = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const SHAPE = /^([+-]?)([0-9]*)(?:\.([0-9]*))?([numkMGTPE]?|[KMGTPE]i|[eE][+-]?[0-9]+)$/;
/** Canonical as it stands: 1 to 999 with a decimal suffix, 1 to 1023 with a binary one, or zero. */
const CANONICAL = /^(?:0|[1-9][0-9]{0,2}[mkMGTPE]?|(?:[1-9][0-9]{0,2}|10(?:[01][0-9]|2[0-3]))[KMGTPE]i)$/;

/** Null when the text is no quantity. */
export function parseQuantity(text: string): Quantity | null {
  if (text.length > TEXT_MAX) return null;
  const match = SHAPE.exec(text);
  if (match === null) return null;
  const [, sign, whole = '', fraction = '', suffix = ''] = match;
  if (whole === '' && fraction === '') return null;
  const digits = BigInt(whole + fraction);
  const { format, scaled } = scale(digits, fraction.length, suffix);
  const capped = scaled > NANO_MAX ? NANO_MAX : scaled;
  return { nano: sign === '-' ? -capped : capped, format };
}

/** `0.1` is `100m`, `1024Mi` is `1Gi`. Null when the text is no quantity. */
export function canonicalQuantity(text: string): string | null {
  if (CANONICAL.test(text)) return text;
  const quantity = parseQuantity(text);
  return quantity === null ? null : quantityText(quantity);
}

export function quantityText(quantity: Quantity): string {
  const { nano } = quantity;
  if (nano === 0n) return '0';
  const sign = nano < 0n ? '-' : '';
  const magnitude = nano < 0n ? -nano : nano;
  if (quantity.format === 'BinarySI' && magnitude >= 1024n * NANO && magnitude % NANO === 0n) {
    return sign + binaryText(magnitude / NANO);
  }
  let amount = magnitude;
  let step = 0;
  while (amount % 1000n === 0n && step < DECIMAL_SUFFIXES.length - 1) {
    amount /= 1000n;
    step++;
  }
  if (quantity.format !== 'DecimalExponent') return `${sign}${amount}${DECIMAL_SUFFIXES[step]}`;
  return step === 3 ? `${sign}${amount}` : `${sign}${amount}e${(step - 3) * 3}`;
}

/** Negative, zero or positive, as of a sort. */
export function compareQuantities(a: Quantity, b: Quantity): number {
  return a.nano < b.nano ? -1 : a.nano > b.nano ? 1 : 0;
}

/** The sum keeps the notation of `a`, unless `a` is zero. */
export function addQuantities(a: Quantity, b: Quantity): Quantity {
  return { nano: a.nano + b.nano, format: a.nano === 0n ? b.format : a.format };
}

export function subtractQuantities(a: Quantity, b: Quantity): Quantity {
  return { nano: a.nano - b.nano, format: a.nano === 0n ? b.format : a.format };
}

/** Whole units, rounded up (away from zero), as `Quantity.Value()`. */
export function quantityValue(quantity: Quantity): bigint {
  return divideAwayFromZero(quantity.nano, NANO);
}

/** Thousandths, rounded up (away from zero), as `Quantity.MilliValue()`. */
export function quantityMilliValue(quantity: Quantity): bigint {
  return divideAwayFromZero(quantity.nano, 1_000_000n);
}

function scale(digits: bigint, fractionDigits: number, suffix: string): { format: QuantityFormat; scaled: bigint } {
  if (suffix.endsWith('i')) {
    const factor = 1024n ** BigInt(BINARY_SUFFIXES.indexOf(suffix));
    return { format: 'BinarySI', scaled: divideUp(digits * factor * NANO, 10n ** BigInt(fractionDigits)) };
  }
  const exponential = suffix.length > 1;
  const exponent = exponential ? Number(suffix.slice(1)) : (DECIMAL_SUFFIXES.indexOf(suffix) - 3) * 3;
  const power = Math.max(-EXPONENT_MAX, Math.min(EXPONENT_MAX, exponent)) + 9 - fractionDigits;
  const scaled = power >= 0 ? digits * 10n ** BigInt(power) : divideUp(digits, 10n ** BigInt(-power));
  return { format: exponential ? 'DecimalExponent' : 'DecimalSI', scaled };
}

function binaryText(amount: bigint): string {
  let rest = amount;
  let step = 0;
  while (rest % 1024n === 0n && step < BINARY_SUFFIXES.length - 1) {
    rest /= 1024n;
    step++;
  }
  return `${rest}${BINARY_SUFFIXES[step]}`;
}

function divideUp(dividend: bigint, divisor: bigint): bigint {
  return (dividend + divisor - 1n) / divisor;
}

function divideAwayFromZero(dividend: bigint, divisor: bigint): bigint {
  return dividend < 0n ? -divideUp(-dividend, divisor) : divideUp(dividend, divisor);
}
