import { readFileSync } from 'node:fs';

/** The version in package.json, which lies one folder above this file in the sources and two in the build. */
export const VERSION: string = read();

function read(): string {
  for (const path of ['../package.json', '../../package.json']) {
    try {
      const found: unknown = JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));
      if (typeof found === 'object' && found !== null && 'version' in found) return String(found.version);
    } catch {
      // Not there: the other one is.
    }
  }
  return 'unknown';
}
