/**
 * Every bound on what a request may make the process do, in one place: the unit stands in the name, and what must hold
 * between two bounds is checked when the module loads.
 */

const KIB = 1024;
const MIB = 1024 * KIB;

/** A request body. Larger ones are refused with 413. */
export const requestBodyBytesMax = 3 * MIB;

/** All headers of a request, as in Go. Larger ones are refused with 431, or their stream is. */
export const requestHeaderBytesMax = MIB;

/** Headers of a request, likewise. */
export const requestHeadersMax = 2_000;

/** Groups and extra values that one request may act with, each of which takes a permission of its own. */
export const impersonatedValuesMax = 1_000;

/** One stored value. Larger ones are refused with 413 by the write, as etcd's own request limit does. */
export const storedValueBytesMax = 1.5 * MIB;

/** Objects and arrays inside each other, in any body. Far below what recursion over the value can bear. */
export const nestingDepthMax = 1000;

/** Pieces that the lexer cuts one YAML body into: bounds the time that it takes, a few seconds in slices. */
export const yamlLexemesMax = 2_000_000;

/** A YAML body up to this length is parsed where it arrives, within a few milliseconds; a longer one in a thread. */
export const yamlInlineBytesMax = 4 * KIB;

/** Memory for the objects of the thread that parses YAML. */
export const yamlThreadHeapMiB = 1024;

/** Nodes (scalars, mappings, sequences) that one YAML document may come to, with its aliases expanded. */
export const yamlNodesMax = 1_000_000;

/** Nodes that come from expanding aliases alone, so that a short document cannot become a large one. */
export const yamlAliasNodesMax = 100_000;

/** Operations of one JSON patch. */
export const jsonPatchOperationsMax = 10_000;

/** Bytes that the copy operations of one JSON patch may add. */
export const jsonPatchCopyBytesMax = 3 * MIB;

/** Items of lists that one strategic merge patch merges once more, because it names what holds them again. */
export const strategicMergeRepeatedItemsMax = 200_000;

/** The texts of all Warning headers of one response together, in characters. Beyond it every text is cut. */
export const warningCharactersMax = 4096;

/** One warning's text, in characters, once the texts together have passed `warningCharactersMax`. */
export const warningCutCharacters = 256;

/** The texts of one Status' problems together, in characters: the one that passes it is the last. */
export const problemCharactersMax = MIB;

/** Different Accept headers whose outcome is remembered. */
export const acceptCacheEntriesMax = 512;

/** An Accept header that is worth remembering, so that the cache stays small. */
export const acceptCacheKeyLengthMax = 512;

/** Log lines that wait for a slow stderr; later ones are dropped and counted. */
export const logQueueBytesMax = 4 * MIB;

/** Whether what must hold between the limits does; the first relation that does not, as text. */
export function brokenLimitRelation(): string | null {
  const relations: readonly (readonly [string, boolean])[] = [
    ['a stored value fits a request body', storedValueBytesMax <= requestBodyBytesMax],
    ['a JSON patch cannot copy more than a body may hold', jsonPatchCopyBytesMax <= requestBodyBytesMax],
    ['most YAML bodies need no thread', yamlInlineBytesMax <= requestBodyBytesMax],
    ['aliases are a part of the nodes', yamlAliasNodesMax <= yamlNodesMax],
    ['a YAML node is at least one lexeme', yamlNodesMax <= yamlLexemesMax],
    ['what is acted with fits the headers', impersonatedValuesMax <= requestHeadersMax],
    ['the deepest body is shorter than the longest', nestingDepthMax * 2 <= requestBodyBytesMax],
    ['a cut warning fits the budget', warningCutCharacters <= warningCharactersMax],
    ['remembered Accept headers stay below a mebibyte', acceptCacheEntriesMax * acceptCacheKeyLengthMax <= MIB],
  ];
  for (const [text, holds] of relations) if (!holds) return text;
  return null;
}

const broken = brokenLimitRelation();
if (broken !== null) throw new Error(`limits.ts: it must hold that ${broken}`);
