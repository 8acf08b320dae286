/**
 * YAML request bodies, read as upstream reads them: one document, YAML 1.1's plain scalars, members named by scalars of
 * any kind. Aliases are expanded within limits. The parser is a package, loaded with the first body that needs it.
 */
import { type Buffer, isUtf8 } from 'node:buffer';
import { nestingDepthMax, yamlLexemesMax } from '../base/limits.ts';
import { DecodeError } from './decode-error.ts';
import { parseJson } from './json.ts';
import { problemText } from './yaml-problem.ts';
import { valueOfNode } from './yaml-value.ts';

export interface ParsedYaml {
  readonly value: unknown;
  /** The JSON text, when the body was JSON (which is YAML): its duplicate members are not yet looked for. */
  readonly text: string | null;
  /** Of YAML: `line 3: key "a" already set in map`. */
  readonly duplicates: readonly string[];
}

/** Longest time that parsing goes on without letting other work run. */
const SLICE_MS = 8;
const LEXEMES_PER_LOOK = 512;

/** Most clients that say YAML send JSON: a body that is JSON is parsed as such, at once. null: it is not. */
export function parseJsonAsYaml(body: Buffer): ParsedYaml | null {
  if (body[0] !== 0x7b) return null;
  try {
    const { value, text } = parseJson(body);
    return { value, text, duplicates: [] };
  } catch (error) {
    if (error instanceof DecodeError) return null;
    throw error;
  }
}

/** Throws DecodeError `yaml: line 3: …`. An empty document is null. Of several documents the first one counts. */
export async function parseYaml(body: Buffer): Promise<ParsedYaml> {
  const json = parseJsonAsYaml(body);
  if (json !== null) return json;
  if (!isUtf8(body)) throw new DecodeError('yaml: invalid leading UTF-8 octet');
  const library = await import('yaml');
  const lines = new library.LineCounter();
  const document = await firstDocument(library, body.toString(), lines);
  if (document === null) return { value: null, text: null, duplicates: [] };
  const duplicates: string[] = [];
  const value = valueOfNode(document.contents, { library, lines, duplicates });
  return { value, text: null, duplicates };
}

type Library = typeof import('yaml');

/** The first document; null when there is none. Nobody asks whether later ones are sound. */
async function firstDocument(library: Library, text: string, lines: InstanceType<Library['LineCounter']>) {
  // Plain scalars stay text here: what they mean is decided by upstream's rules. Looking for unique names is quadratic.
  const options = {
    schema: 'failsafe',
    version: '1.1',
    uniqueKeys: false,
    logLevel: 'silent',
    prettyErrors: false,
  } as const;
  const composer = new library.Composer(options);
  stopAtFirstError(composer, lines);
  let documents = 0;
  for await (const token of tokensOf(library, text, lines)) {
    if (token.type === 'document' && ++documents === 2) break;
    for (const document of composer.next(token)) return sound(document, lines);
  }
  return composedSoFar(composer, lines);
}

/**
 * Drives the package's lexer and parser piece by piece and lets other requests run in between: a body of the largest
 * size takes seconds.
 */
async function* tokensOf(library: Library, text: string, lines: InstanceType<Library['LineCounter']>) {
  const parser = new library.Parser(lines.addNewLine);
  lines.addNewLine(0);
  let lexemes = 0;
  let sliceStart = performance.now();
  for (const lexeme of new library.Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) yield token;
    if (parser.stack.length > nestingDepthMax + 2)
      throw new DecodeError(`yaml: exceeded max depth of ${nestingDepthMax}`);
    if (++lexemes % LEXEMES_PER_LOOK !== 0) continue;
    if (lexemes > yamlLexemesMax) throw new DecodeError('yaml: document is too large');
    if (performance.now() - sliceStart > SLICE_MS) {
      await new Promise((resolve) => setImmediate(resolve));
      sliceStart = performance.now();
    }
  }
  for (const token of parser.end()) yield token;
}

function composedSoFar(composer: InstanceType<Library['Composer']>, lines: InstanceType<Library['LineCounter']>) {
  for (const document of composer.end()) return sound(document, lines);
  return null;
}

/**
 * The package collects every error, of which a hostile body has a million, and only the first is of use. Its handler is
 * replaced through the property that holds it; should a later version have none of that name, `sound` still finds it.
 */
function stopAtFirstError(composer: object, lines: InstanceType<Library['LineCounter']>): void {
  let first: DecodeError | null = null;
  const onError = (source: ErrorSource, code: string, message: string, warning?: boolean): void => {
    if (warning === true) return;
    const offset = typeof source === 'number' ? source : 'offset' in source ? source.offset : source[0];
    // The package reports what it catches as one more error.
    first ??= new DecodeError(problemText(code, message, lines.linePos(offset).line));
    throw first;
  };
  Object.assign(composer, { onError });
}

type ErrorSource = number | readonly [number, number, ...number[]] | { readonly offset: number };

/** The document, unless it has an error. */
function sound<D extends { readonly errors: readonly { code: string; message: string; pos: [number, number] }[] }>(
  document: D,
  lines: InstanceType<Library['LineCounter']>,
): D {
  const [problem] = document.errors;
  if (problem === undefined) return document;
  throw new DecodeError(problemText(problem.code, problem.message, lines.linePos(problem.pos[0]).line));
}
