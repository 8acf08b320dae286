/** What structured-merge-diff says of a configuration that does not fit its type, as kubectl users read it. */
import type { CompiledType } from './compile.ts';
import { FieldPathError, itemElement, pathText } from './field-element.ts';
import { memberType } from './fields-of.ts';

/** As with unknown fields of other writes, so that a hostile body cannot make a long answer. */
const PROBLEMS_MAX = 100;

/**
 * Undeclared fields and values of the wrong kind in a configuration as it was parsed: `.spec.foo: field not declared in
 * schema`; several are a list of lines. '' when there are none.
 */
export function appliedProblems(type: CompiledType, config: unknown): string {
  const problems: Problem[] = [];
  check(type, config, problems);
  const texts = problems.map(({ path, text }) => (path === '' ? text : `${path}: ${text}`));
  const [first = ''] = texts;
  return texts.length > 1 ? ['errors:', ...texts.map((text) => `  ${text}`)].join('\n') : first;
}

type JsonObject = Readonly<Record<string, unknown>>;

interface Problem {
  /** Grows towards the root on the way back, so that a sound configuration costs a walk alone. */
  path: string;
  readonly text: string;
}

function check(type: CompiledType, value: unknown, problems: Problem[]): void {
  if (value === null || value === undefined || problems.length >= PROBLEMS_MAX) return;
  const text = kindProblem(type, value);
  if (text !== '') {
    problems.push({ path: '', text });
  } else if (type.kind === 'list') {
    const list = value as readonly unknown[];
    for (let i = 0; i < list.length; i++) {
      const mark = problems.length;
      check(type.element ?? type, list[i], problems);
      if (problems.length > mark) prefix(problems, mark, itemText(type, list[i], i));
    }
  } else if (type.kind === 'struct' || type.kind === 'map') {
    checkMembers(type, value as JsonObject, problems);
  }
}

function checkMembers(type: CompiledType, object: JsonObject, problems: Problem[]): void {
  for (const key in object) {
    const mark = problems.length;
    if (mark >= PROBLEMS_MAX) return;
    const member = memberType(type, key);
    if (member === null) problems.push({ path: '', text: 'field not declared in schema' });
    else check(member, object[key], problems);
    if (problems.length > mark) prefix(problems, mark, `.${key}`);
  }
}

function prefix(problems: Problem[], from: number, path: string): void {
  for (let i = from; i < problems.length; i++) {
    const problem = problems[i] as Problem;
    problem.path = path + problem.path;
  }
}

function kindProblem(type: CompiledType, value: unknown): string {
  switch (type.kind) {
    case 'scalar':
      return scalarProblem(type, value);
    case 'list':
      return Array.isArray(value) ? '' : `expected list, got &{${goText(value)}}`;
    case 'struct':
    case 'map':
      return typeof value === 'object' && !Array.isArray(value) ? '' : `expected map, got &{${goText(value)}}`;
    default:
      return '';
  }
}

function itemText(type: CompiledType, item: unknown, index: number): string {
  if (type.listType === '') return `[${index}]`;
  try {
    return pathText([itemElement(type, item)]);
  } catch (error) {
    if (error instanceof FieldPathError) return `[${index}]`;
    throw error;
  }
}

function scalarProblem(type: CompiledType, value: unknown): string {
  switch (type.scalar) {
    case 'boolean':
      return typeof value === 'boolean' ? '' : `expected boolean, got ${goText(value)}`;
    case 'int32':
    case 'int64':
    case 'double':
      return typeof value === 'number' ? '' : `expected numeric (int or float), got ${goTypeText(value)}`;
    case 'string':
    case 'bytes':
      return typeof value === 'string' ? '' : `expected string, got ${goText(value)}`;
    default:
      return '';
  }
}

/** Go's `%v` of parsed JSON. */
export function goText(value: unknown): string {
  if (value === null || value === undefined) return '<nil>';
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return `[${value.map(goText).join(' ')}]`;
  const members = Object.keys(value).sort();
  return `map[${members.map((key) => `${key}:${goText((value as JsonObject)[key])}`).join(' ')}]`;
}

function goTypeText(value: unknown): string {
  if (Array.isArray(value)) return '[]interface {}';
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'object' ? 'map[string]interface {}' : typeof value;
}
