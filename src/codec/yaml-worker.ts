/** The thread that parses large YAML bodies: one after another, each answered by the JSON that it stands for. */
import { Buffer } from 'node:buffer';
import { parentPort } from 'node:worker_threads';
import { DecodeError } from './decode-error.ts';
import { parseYaml } from './yaml.ts';
import type { YamlAnswer } from './yaml-reader.ts';

parentPort?.on('message', async (body: Uint8Array) => {
  const answer = await answerTo(Buffer.from(body.buffer));
  parentPort?.postMessage(answer, 'json' in answer ? [answer.json.buffer] : []);
});

/** What goes wrong otherwise ends the thread, which fails the request. */
async function answerTo(body: Buffer): Promise<YamlAnswer> {
  try {
    const { value, duplicates } = await parseYaml(body);
    return { json: new TextEncoder().encode(JSON.stringify(value)), duplicates };
  } catch (error) {
    if (error instanceof DecodeError) return { refused: error.message };
    throw error;
  }
}
