import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Inputs that once reached something new, or broke something: one line of base64 each, committed. */
function fileOf(name: string): string {
  return fileURLToPath(new URL(`./corpus/${name}.txt`, import.meta.url));
}

export function readCorpus(name: string): Uint8Array[] {
  const file = fileOf(name);
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => Buffer.from(line, 'base64'));
}

export function writeCorpus(name: string, inputs: readonly Uint8Array[]): void {
  const lines = inputs.map((input) => Buffer.from(input).toString('base64'));
  writeFileSync(fileOf(name), `${lines.sort((a, b) => a.length - b.length || (a < b ? -1 : 1)).join('\n')}\n`);
}
