import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { AUDIT_ACTIONS } from '../../player/admin/audit-actions.ts';

const server = resolve(fileURLToPath(new URL('.', import.meta.url)), '../../server');

/** The actions that the server's source names, wherever an entry is written. */
function written(): string[] {
  const sources = readdirSync(server, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts'))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'));
  const calls = /(?:\baction: |\b(?:note|changeToken)\([^']*)'([a-zA-Z]+\.[a-zA-Z]+)'/g;
  return sources.flatMap((source) => [...source.matchAll(calls)].map(([, action]) => action ?? ''));
}

it('says in words each thing that the server writes into the audit, and nothing that it does not', () => {
  expect([...new Set(written())].sort()).toEqual([...AUDIT_ACTIONS].sort());
});
