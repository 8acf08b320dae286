/**
 * Records of a CSV text (RFC 4180) as Go's encoding/csv reads them: blank lines are skipped, `\r\n` ends a line like
 * `\n`, fields may be quoted. Throws an Error with Go's text for stray quotes. Lines and columns count from 1, in bytes.
 */
export function parseCsv(text: string): string[][] {
  const reader: Reader = { text: text.replaceAll('\r\n', '\n'), at: 0, line: 1, lineStart: 0 };
  const records: string[][] = [];
  while (reader.at < reader.text.length) {
    if (reader.text[reader.at] === '\n') endLine(reader);
    else records.push(readRecord(reader));
  }
  return records;
}

interface Reader {
  readonly text: string;
  at: number;
  line: number;
  lineStart: number;
}

function readRecord(reader: Reader): string[] {
  const fields: string[] = [];
  const startLine = reader.line;
  for (;;) {
    fields.push(reader.text[reader.at] === '"' ? readQuoted(reader, startLine) : readPlain(reader));
    const next = reader.text[reader.at];
    if (next === ',') {
      reader.at++;
      continue;
    }
    if (next === '\n') endLine(reader);
    return fields;
  }
}

function readPlain(reader: Reader): string {
  const start = reader.at;
  for (; reader.at < reader.text.length; reader.at++) {
    const character = reader.text[reader.at];
    if (character === ',' || character === '\n') break;
    if (character === '"') throw syntaxError(reader, reader.line, reader.at, 'bare " in non-quoted-field');
  }
  return reader.text.slice(start, reader.at);
}

function readQuoted(reader: Reader, startLine: number): string {
  let value = '';
  reader.at++;
  for (;;) {
    const quote = reader.text.indexOf('"', reader.at);
    const end = quote < 0 ? reader.text.length : quote;
    for (let at = reader.text.indexOf('\n', reader.at); at >= 0 && at < end; at = reader.text.indexOf('\n', at + 1)) {
      reader.line++;
      reader.lineStart = at + 1;
    }
    value += reader.text.slice(reader.at, end);
    reader.at = end + 1;
    if (quote < 0) throw syntaxError(reader, startLine, end, 'extraneous or missing " in quoted-field');
    const next = reader.text[reader.at];
    if (next === undefined || next === ',' || next === '\n') return value;
    if (next !== '"') throw syntaxError(reader, startLine, quote, 'extraneous or missing " in quoted-field');
    value += '"';
    reader.at++;
  }
}

function endLine(reader: Reader): void {
  reader.at++;
  reader.line++;
  reader.lineStart = reader.at;
}

function syntaxError(reader: Reader, startLine: number, at: number, what: string): Error {
  const column = Buffer.byteLength(reader.text.slice(reader.lineStart, at)) + 1;
  const where =
    startLine === reader.line
      ? `parse error on line ${reader.line}`
      : `record on line ${startLine}; parse error on line ${reader.line}`;
  return new Error(`${where}, column ${column}: ${what}`);
}
