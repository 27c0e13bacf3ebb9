import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Real clips, models, pictures and maps for tests and for looking; they lie beside the project and are no part of it. */
const folder = resolve(import.meta.dirname, '../../shared/material');

/** Path of a file of the material, or `undefined` with a plain message where the folder is missing; fails in CI. */
export function material(name: string): string | undefined {
  const path = join(folder, name);
  if (existsSync(path)) return path;
  const message = `the test material is missing: ${path}`;
  if (process.env.CI === 'true') throw new Error(message);
  process.stderr.write(`${message}; the tests that need it are skipped\n`);
  return undefined;
}
