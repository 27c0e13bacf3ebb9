import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { systemCodeOf } from '#base/errors';

/**
 * Rows as they were sent, compressed, one file for each delivery: so that a figure can be traced to what its sender
 * wrote. What is quarantined or secret is not in it.
 */
export interface RawRows {
  write(batchId: string, rows: readonly KeptRow[]): Promise<void>;
  /** `undefined` when they are no longer kept. */
  read(batchId: string): Promise<readonly KeptRow[] | undefined>;
  remove(batchId: string): Promise<void>;
  /** Removes what is older, and then the oldest until the rest fits. */
  sweep(limits: { beforeMs: number; mostBytes: number }): Promise<void>;
}
export interface KeptRow {
  readonly row: number;
  readonly line: number | null;
  readonly sent: string;
}

const pack = promisify(gzip);
const unpack = promisify(gunzip);
/** Nothing that we wrote ourselves is larger. */
const MOST_UNPACKED_BYTES = 200_000_000;

export function createRawRows(folder: string): RawRows {
  const pathOf = (batchId: string): string => join(folder, `${batchId}.gz`);
  return {
    async write(batchId, rows) {
      await mkdir(folder, { recursive: true });
      const text = rows.map(({ row, line, sent }) => `${JSON.stringify([row, line, sent])}\n`).join('');
      const part = `${pathOf(batchId)}.part`;
      await writeFile(part, await pack(text, { level: 1 }), { mode: 0o600 });
      await rename(part, pathOf(batchId));
    },
    async read(batchId) {
      try {
        const bytes = await unpack(await readFile(pathOf(batchId)), { maxOutputLength: MOST_UNPACKED_BYTES });
        return bytes.toString('utf8').split('\n').flatMap(keptRow);
      } catch (error) {
        if (systemCodeOf(error) === 'ENOENT') return undefined;
        throw error;
      }
    },
    remove: (batchId) => rm(pathOf(batchId), { force: true }),
    async sweep({ beforeMs, mostBytes }) {
      const names = await readdir(folder).catch(() => []);
      const files = [];
      for (const name of names) {
        const found = await stat(join(folder, name)).catch(() => undefined);
        if (found !== undefined) files.push({ name, atMs: found.mtimeMs, bytes: found.size });
      }
      let sum = 0;
      for (const { name, atMs, bytes } of files.sort((one, other) => other.atMs - one.atMs)) {
        sum += bytes;
        if (atMs < beforeMs || sum > mostBytes) await rm(join(folder, name), { force: true });
      }
    },
  };
}

function keptRow(text: string): KeptRow[] {
  if (text === '') return [];
  const [row, line, sent] = JSON.parse(text);
  return [{ row, line, sent }];
}
