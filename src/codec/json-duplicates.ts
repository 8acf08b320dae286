/** Finds the members that a JSON text gives more than once, which `JSON.parse` hides. */
import { goQuote } from '../base/go-text.ts';
import type { Stages } from '../base/turns.ts';
import { closingQuote } from './json-scan.ts';

/** Errors reported at most, as upstream. */
const ERRORS_MAX = 100;
/** Paths may be as long as the body: together they stay far below it. */
const ERROR_LENGTH_MAX = 64 * 1024;

const CHARACTERS_PER_YIELD = 64 * 1024;

interface Container {
  /** Names seen so far; null for an array. */
  readonly names: Set<string> | null;
  readonly path: string;
  /** Of the current element of an array. */
  index: number;
  /** The current member's name. */
  name: string;
}

/** `text` is valid JSON. Each error once, in text order: `duplicate field "spec.containers[0].name"`. */
export function* findDuplicateMembers(text: string): Stages<string[]> {
  const found = new Set<string>();
  const open: Container[] = [];
  let length = 0;
  let expectsName = false;
  let lookAt = CHARACTERS_PER_YIELD;
  for (let i = 0; i < text.length && found.size < ERRORS_MAX && length < ERROR_LENGTH_MAX; i++) {
    if (i >= lookAt) {
      lookAt = i + CHARACTERS_PER_YIELD;
      yield;
    }
    const current = open[open.length - 1];
    switch (text[i]) {
      case '{':
      case '[':
        expectsName = text[i] === '{';
        open.push({
          names: expectsName ? new Set() : null,
          path: current === undefined ? '' : pathOf(current),
          index: 0,
          name: '',
        });
        break;
      case '}':
      case ']':
        open.pop();
        expectsName = false;
        break;
      case ',':
        if (current !== undefined) {
          current.index++;
          expectsName = current.names !== null;
        }
        break;
      case '"': {
        const end = closingQuote(text, i + 1);
        if (expectsName && current?.names != null) {
          current.name = JSON.parse(text.slice(i, end + 1)) as string;
          if (current.names.has(current.name)) {
            const error = `duplicate field ${goQuote(pathOf(current))}`;
            if (!found.has(error)) length += error.length;
            found.add(error);
          }
          current.names.add(current.name);
          expectsName = false;
        }
        i = end;
        break;
      }
    }
  }
  return [...found];
}

function pathOf(container: Container): string {
  if (container.names === null) return `${container.path}[${container.index}]`;
  return container.path === '' ? container.name : `${container.path}.${container.name}`;
}
