/** Errors of the YAML package in the words of upstream's, where there is a word for them. */

const TEXTS: Readonly<Record<string, string>> = {
  ALIAS_PROPS: 'did not find expected key',
  BAD_ALIAS: 'did not find expected alphabetic or numeric character',
  BAD_DIRECTIVE: 'found unknown directive name',
  BAD_DQ_ESCAPE: 'found unknown escape character',
  BAD_INDENT: 'did not find expected key',
  BAD_PROP_ORDER: 'did not find expected node content',
  BAD_SCALAR_START: 'found character that cannot start any token',
  BLOCK_AS_IMPLICIT_KEY: 'mapping values are not allowed in this context',
  BLOCK_IN_FLOW: 'did not find expected node content',
  MULTILINE_IMPLICIT_KEY: 'mapping values are not allowed in this context',
  MULTIPLE_ANCHORS: 'did not find expected node content',
  MULTIPLE_TAGS: 'did not find expected node content',
  RESOURCE_EXHAUSTION: 'exceeded max depth of 10000',
  TAB_AS_INDENT: 'found character that cannot start any token',
};

/** `yaml: line 3: …`. The number of the first line is left out, as by upstream. */
export function problemText(code: string, message: string, line: number): string {
  return yamlError(line, Object.hasOwn(TEXTS, code) ? TEXTS[code]! : describe(code, message));
}

export function yamlError(line: number, text: string): string {
  return line > 1 ? `yaml: line ${line}: ${text}` : `yaml: ${text}`;
}

function describe(code: string, message: string): string {
  if (code === 'MISSING_CHAR') {
    if (/sequence/i.test(message)) return "did not find expected ',' or ']'";
    if (/map/i.test(message) && /flow|\}/.test(message)) return "did not find expected ',' or '}'";
    if (/quote/i.test(message)) return 'found unexpected end of stream';
    return "could not find expected ':'";
  }
  if (code === 'UNEXPECTED_TOKEN') return 'did not find expected node content';
  return message.slice(0, 1).toLowerCase() + message.slice(1);
}
