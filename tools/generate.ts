/**
 * Writes the tables of src/generated/ from the published API description.
 *
 *   node tools/generate.ts [--reference DIR] [--check]
 *
 * DIR holds openapi-v2.json, protobuf-fields.json, resources.json and rbac-bootstrap.json; Go's facts are in
 * tools/go-facts.txt and tools/go-internal.txt. `--check` writes nothing: it verifies each file's digest and compares the tables with the models
 * of @kubernetes/client-node, and, when DIR is given, with what would be written.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { typeTable } from '../src/schema/types.ts';
import { compareWithModels } from './generate/client-models.ts';
import { isIntact } from './generate/files.ts';
import { readGoFacts } from './generate/go-facts.ts';
import { FILES, type Inputs, makeFiles } from './generate/make.ts';

const root = new URL('..', import.meta.url);
const { values } = parseArgs({
  options: { reference: { type: 'string' }, check: { type: 'boolean', default: false } },
});
const reference = values.reference === undefined ? null : pathToFileURL(`${resolve(values.reference)}/`);
const problems: string[] = [];

const files = reference === null ? null : makeFiles(readInputs(reference));
if (values.check) await check(files);
else write(files);
if (problems.length > 0) {
  process.stderr.write(`${problems.join('\n')}\n`);
  process.exitCode = 1;
}

function readInputs(directory: URL): Inputs {
  const json = (name: string): never => JSON.parse(readFileSync(new URL(name, directory), 'utf8')) as never;
  return {
    openApi: json('openapi-v2.json'),
    go: readGoFacts(new URL('tools/go-facts.txt', root)),
    internal: readFileSync(new URL('tools/go-internal.txt', root), 'utf8'),
    protobuf: json('protobuf-fields.json'),
    resources: json('resources.json'),
    rbac: json('rbac-bootstrap.json'),
  };
}

function write(made: ReadonlyMap<string, string> | null): void {
  if (made === null) {
    problems.push('name the directory of the inputs with --reference');
    return;
  }
  for (const [name, text] of made) writeFileSync(generated(name), text);
}

async function check(made: ReadonlyMap<string, string> | null): Promise<void> {
  for (const name of FILES) {
    const text = readFileSync(generated(name), 'utf8');
    if (!isIntact(text)) problems.push(`src/generated/${name} was edited by hand`);
    if (made !== null && made.get(name) !== text) problems.push(`src/generated/${name} is stale: npm run generate`);
  }
  const { problems: differences, compared } = await compareWithModels(typeTable());
  problems.push(...differences);
  if (compared < 600) problems.push(`only ${compared} models of the client were found to compare with`);
}

function generated(name: string): URL {
  return new URL(`src/generated/${name}`, root);
}
