/** From the YAML package's nodes to plain data. */
import { Buffer } from 'node:buffer';
import type { LineCounter, ParsedNode, Scalar } from 'yaml';
import { goQuote } from '../base/go-text.ts';
import { nestingDepthMax, yamlAliasNodesMax, yamlNodesMax } from '../base/limits.ts';
import { setOwn } from '../base/own.ts';
import { DecodeError } from './decode-error.ts';
import { yamlError } from './yaml-problem.ts';
import { type PlainScalar, resolvePlain } from './yaml-scalar.ts';

export interface NodeContext {
  readonly library: typeof import('yaml');
  readonly lines: LineCounter;
  /** Filled: `line 3: key "a" already set in map`. */
  readonly duplicates: string[];
}

/** The value that JSON would have. Throws DecodeError for what JSON cannot say and for what grows beyond the limits. */
export function valueOfNode(node: ParsedNode | null, context: NodeContext): unknown {
  return new Walker(context).value(node, 0);
}

type Members = Record<string, unknown>;

class Walker {
  readonly #context: NodeContext;
  readonly #anchors = new Map<string, ParsedNode>();
  /** Anchors whose aliases are being expanded. */
  readonly #expanding = new Set<string>();
  #nodes = 0;
  #aliasNodes = 0;

  constructor(context: NodeContext) {
    this.#context = context;
  }

  value(node: ParsedNode | null, depth: number): unknown {
    const { isAlias, isMap, isScalar, isSeq } = this.#context.library;
    if (++this.#nodes > yamlNodesMax) throw new DecodeError('yaml: document is too large');
    if (this.#expanding.size > 0 && ++this.#aliasNodes > yamlAliasNodesMax) {
      throw new DecodeError('yaml: document contains excessive aliasing');
    }
    if (depth > nestingDepthMax) throw new DecodeError(`yaml: exceeded max depth of ${nestingDepthMax}`);
    if (node === null) return null;
    if (isAlias(node)) return this.#alias(node as ParsedNode & { source: string }, depth);
    const anchored = node as ParsedNode & { anchor?: string };
    if (anchored.anchor !== undefined) this.#anchors.set(anchored.anchor, node);
    if (isScalar(node)) return jsonValue(this.#scalar(node as Scalar.Parsed));
    if (isSeq(node)) return (node.items as ParsedNode[]).map((item) => this.value(item, depth + 1));
    if (isMap(node)) return this.#map(node.items as MapItems, depth);
    return null;
  }

  #map(items: MapItems, depth: number): Members {
    const { isScalar } = this.#context.library;
    const members: Members = {};
    // Names of this mapping itself: those that a merge brought may be set again.
    const given = new Set<string>();
    for (const { key, value } of items) {
      if (key !== null && isScalar(key) && key.type === 'PLAIN' && key.source === '<<' && key.tag === undefined) {
        this.#merge(value, members, depth);
        continue;
      }
      const name = this.#name(key, depth);
      if (given.has(name) && this.#context.duplicates.length < DUPLICATES_MAX)
        this.#context.duplicates.push(`line ${this.#line(key)}: key ${goQuote(name)} already set in map`);
      given.add(name);
      setOwn(members, name, this.value(value, depth + 1));
    }
    return members;
  }

  /** A mapping (or a list of them, of which the first wins) whose members this mapping takes over. */
  #merge(node: ParsedNode | null, members: Members, depth: number): void {
    const value = this.value(node, depth + 1);
    const sources = Array.isArray(value) ? value.toReversed() : [value];
    for (const source of sources) {
      if (typeof source !== 'object' || source === null || Array.isArray(source)) {
        throw new DecodeError('yaml: map merge requires map or sequence of maps as the value');
      }
      for (const [name, member] of Object.entries(source)) setOwn(members, name, member);
    }
  }

  #name(key: ParsedNode | null, depth: number): string {
    const { isAlias, isScalar } = this.#context.library;
    let node = key;
    if (node !== null && isAlias(node)) node = this.#anchor((node as ParsedNode & { source: string }).source);
    if (node === null) throw unsupportedName();
    if (!isScalar(node))
      throw new DecodeError('yaml: invalid map key: a member cannot be named by a map or a sequence');
    this.value(node, depth + 1);
    const scalar = this.#scalar(node as Scalar.Parsed);
    if (scalar.kind === 'null') throw unsupportedName();
    return scalar.kind === 'float' ? floatName(scalar.value as number) : String(scalar.value);
  }

  #alias(node: { source: string }, depth: number): unknown {
    const { source } = node;
    const target = this.#anchor(source);
    if (this.#expanding.has(source)) throw new DecodeError(`yaml: anchor '${source}' value contains itself`);
    this.#expanding.add(source);
    const value = this.value(target, depth);
    this.#expanding.delete(source);
    return value;
  }

  #anchor(name: string): ParsedNode {
    const target = this.#anchors.get(name);
    if (target === undefined) throw new DecodeError(`yaml: unknown anchor '${name}' referenced`);
    return target;
  }

  #scalar(node: Scalar.Parsed): PlainScalar {
    const text = node.type === 'PLAIN' ? node.source : String(node.value ?? '');
    const plain = node.type === 'PLAIN' || node.type === undefined;
    const { tag } = node;
    if (tag === undefined) return plain ? resolvePlain(text) : { kind: 'string', value: text };
    if (tag === `${CORE}binary`) return { kind: 'string', value: binaryText(text) };
    const wanted = tag.startsWith(CORE) ? tag.slice(CORE.length) : '';
    if (wanted === 'str' || !RESOLVED_TAGS.includes(wanted)) return { kind: 'string', value: text };
    const found = resolvePlain(text);
    if (found.kind === wanted || (wanted === 'float' && found.kind === 'int')) return found;
    const short = found.kind === 'string' ? 'str' : found.kind;
    throw new DecodeError(
      yamlError(this.#line(node as ParsedNode), `cannot decode !!${short} \`${text}\` as a !!${wanted}`),
    );
  }

  #line(node: ParsedNode | null): number {
    return node?.range == null ? 1 : this.#context.lines.linePos(node.range[0]).line;
  }
}

/** Reported at most, as of JSON. */
const DUPLICATES_MAX = 100;

type MapItems = readonly { readonly key: ParsedNode | null; readonly value: ParsedNode | null }[];

const CORE = 'tag:yaml.org,2002:';
const RESOLVED_TAGS: readonly string[] = ['bool', 'int', 'float', 'null', 'timestamp'];

function jsonValue(scalar: PlainScalar): unknown {
  if (scalar.kind === 'float' && !Number.isFinite(scalar.value)) {
    const name = Number.isNaN(scalar.value) ? 'NaN' : scalar.value === Number.POSITIVE_INFINITY ? '+Inf' : '-Inf';
    throw new DecodeError(`json: unsupported value: ${name}`);
  }
  return scalar.value;
}

function binaryText(text: string): string {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64').replaceAll('=', '') !== text.replaceAll(/[\s=]/g, '')) {
    throw new DecodeError('yaml: !!binary value contains invalid base64 data');
  }
  return bytes.toString();
}

/** As a 32-bit float prints, which is what upstream names members by. */
function floatName(value: number): string {
  if (Number.isNaN(value)) return '.nan';
  if (!Number.isFinite(value)) return value > 0 ? '.inf' : '-.inf';
  for (let digits = 1; digits <= 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === Math.fround(value)) return goFloat(short);
  }
  return goFloat(value);
}

/** Go's `%g` with as many digits as needed: with an exponent below 1e-4 and from 1e6 on. */
export function goFloat(value: number): string {
  const [mantissa = '', exponent = ''] = value.toExponential().split('e');
  const power = Number(exponent);
  if (power >= -4 && power < 6) return String(value);
  return `${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}

function unsupportedName(): DecodeError {
  return new DecodeError('unsupported map key of type: %!s(<nil>), key: <nil>');
}
