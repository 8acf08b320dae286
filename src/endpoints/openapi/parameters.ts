/** Parameters of a path item: which stand on the path, which on the operation. */
import { openApiFacts, type ParameterFact } from './facts.ts';
import type { Operation, PathItem } from './operations.ts';

export interface Parameter extends ParameterFact {
  /** Name in `/parameters` of a v2 document; null: written out where it is used. */
  readonly key: string | null;
}

const NAMESPACE = 'namespace-vgWSWtn3';

/** Parameters that all operations of the path share, sorted by name; a lone operation's stand here as well. */
export function pathParameters(item: PathItem): Parameter[] {
  const [first, ...others] = item.operations;
  const parameters = (first?.parameters ?? [])
    .filter((key) => others.every((operation) => operation.parameters.includes(key)))
    .map(parameterOf);
  if (item.namespaced) parameters.push(parameterOf(NAMESPACE));
  if (item.nameOf !== null) {
    const description = `name of the ${item.nameOf}`;
    parameters.push({ key: null, shared: false, name: 'name', in: 'path', type: 'string', description });
  }
  return parameters.sort(compare);
}

/** Parameters of one operation that the path does not have, sorted by name; without the body. */
export function operationParameters(operation: Operation, onPath: readonly Parameter[]): Parameter[] {
  return operation.parameters
    .map(parameterOf)
    .filter((own) => !onPath.some((shared) => shared.key === own.key && shared.name === own.name))
    .sort(compare);
}

function parameterOf(key: string): Parameter {
  const fact = openApiFacts().parameters[key];
  if (fact === undefined) throw new Error(`no parameter ${key}`);
  return { key: fact.shared ? key : null, ...fact };
}

function compare(a: Parameter, b: Parameter): number {
  if (a.name !== b.name) return a.name < b.name ? -1 : 1;
  return a.in < b.in ? -1 : 1;
}
