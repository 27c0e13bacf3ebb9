import { readFileSync } from 'node:fs';

/** Documents in the manner of other people's servers, written for our tests: `open311/extended.json`. */
export function corpus(name: string): Buffer {
  return readFileSync(new URL(name, import.meta.url));
}
