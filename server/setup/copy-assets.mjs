// Copies what tsc leaves behind: files beside the sources that the program reads at run time.
import { cpSync, readdirSync } from 'node:fs';
import { extname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(fileURLToPath(import.meta.url), '../../..');
const ASSETS = new Set(['.json', '.sql', '.svg', '.csv', '.wsdl', '.xml']);
const FOLDERS = ['server', 'camera-adapters', 'analytics', 'recordings', 'config'];

for (const folder of FOLDERS) {
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true, recursive: true })) {
    if (!entry.isFile() || !ASSETS.has(extname(entry.name)) || entry.name.startsWith('tsconfig')) continue;
    const source = join(entry.parentPath ?? entry.path, entry.name);
    cpSync(source, join(root, 'dist', relative(root, source)));
  }
}
