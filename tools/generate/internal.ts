/** Makes the table of kube-apiserver's internal structs from tools/go-internal.txt, the output of tools/gointernal. */

/** A line a struct: its name, then its fields as src/schema/internal-form.ts reads them. */
export function buildInternal(facts: string): string {
  const lines: string[] = [];
  for (const line of facts.trim().split('\n')) {
    const [first = '', second = '', third = ''] = line.split(' ');
    if (first === '=') lines.push(second);
    else lines[lines.length - 1] += ` ${field(first, second, third)}`;
  }
  return lines.join('\n');
}

function field(goName: string, json: string, expression: string): string {
  const usual = `${goName.slice(0, 1).toLowerCase()}${goName.slice(1)}`;
  const name = json === '-' ? '' : json;
  return `${name === usual ? goName : `${goName}=${name}`}:${expression}`;
}
