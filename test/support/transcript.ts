/**
 * Sessions in a terminal, as text: what is typed, what is fed, what must come back.
 *
 *     $ kubectl get cm a        the command; 'single quotes' hold spaces together
 *     < data: {}                its standard input
 *     NAME   DATA   AGE         its output, after what differs from run to run was replaced
 *     ! Error from server       its error output
 *     [1]                       its exit code when that is not 0
 */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Ran, Tool } from './kubectl.ts';

export interface Step {
  readonly command: string;
  readonly stdin: string;
  /** Output, error output and exit code, as written above. */
  readonly expected: string;
}

export function readTranscript(path: string): Step[] {
  const steps: { command: string; stdin: string; expected: string }[] = [];
  for (const line of readFileSync(path, 'utf8').split('\n').slice(0, -1)) {
    const step = steps.at(-1);
    if (line.startsWith('$ ')) steps.push({ command: line.slice(2), stdin: '', expected: '' });
    else if (step === undefined) throw new Error(`${path} does not begin with a command`);
    else if (line.startsWith('< ') || line === '<') step.stdin += `${line.slice(2)}\n`;
    else step.expected += `${line}\n`;
  }
  return steps;
}

/** Runs a step with the tool that its first word names. */
export async function play(
  step: Step,
  tools: Readonly<Record<string, Tool>>,
  env: Record<string, string>,
): Promise<string> {
  const [name = '', ...args] = wordsOf(step.command);
  const tool = tools[name];
  if (tool === undefined) throw new Error(`no tool ${name}`);
  return outcomeText(await tool.with({ stdin: step.stdin, env }, ...args));
}

/** Replaces what is expected by what came: to be read with care before it is committed. */
export function writeTranscript(path: string, steps: readonly Step[], outcomes: readonly string[]): void {
  const text = steps.map(({ command, stdin }, index) => {
    const fed = stdin.replace(/^/gm, '< ').replace(/< $/, '');
    return `$ ${command}\n${fed}${outcomes[index]}`;
  });
  writeFileSync(path, text.join(''));
}

function wordsOf(command: string): string[] {
  return [...command.matchAll(/(?:[^\s']|'[^']*')+/g)].map(([word]) => word.replaceAll("'", ''));
}

function outcomeText({ code, stdout, stderr }: Ran): string {
  const out = stdout === '' || stdout.endsWith('\n') ? stdout : `${stdout}\n`;
  const err = stderr.replace(/\n$/, '').replace(/^/gm, '! ');
  return `${steady(out)}${stderr === '' ? '' : `${steady(err)}\n`}${code === 0 ? '' : `[${code}]\n`}`;
}

/** Words for what no two runs have in common. Ages keep their place in the table. */
function steady(text: string): string {
  return text
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'UID')
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, 'TIME')
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+ \+0000/g, 'TIME')
    .replace(/("?resourceVersion"?: ?)"\d+"/g, '$1"REVISION"')
    .replace(/("continue": ?)"[^"]+"/g, '$1"CONTINUE"')
    .replace(/https:\/\/127\.0\.0\.1:\d+/g, 'SERVER')
    .replace(/X509SHA256=[0-9a-f]{64}/g, 'X509SHA256=HASH')
    .replace(/(many-)[a-z0-9]{5}\b/g, '$1XXXXX')
    .replace(/\/(LIVE|MERGED)-\d+\//g, '/$1/')
    .replace(/^(! )?[IWE]\d{4} \d\d:\d\d:\d\d\.\d+ +\d+ /gm, '$1')
    .replace(/(?<=\s)\d{1,2}s(?=\s)/g, '0s')
    .replace(/[ \t]+$/gm, '');
}
