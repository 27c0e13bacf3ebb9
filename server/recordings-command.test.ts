import { mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { loadConfig } from '../config/load.ts';
import { fakeSigner, plainFragments, plainInfo, writeSegment } from '../tests/fakes/segment-files.ts';
import { readDisks } from './read-disks.ts';
import { checkRecordingsCommand } from './recordings-command.ts';

const DISK_ID = '0f4b1d5e-6f0a-4c1b-9a52-3d1c2b7e8f90';
let folder: string;
let printed: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tamnhin-command-'));
  printed = '';
  const keep = (text: string | Uint8Array): boolean => {
    printed += String(text);
    return true;
  };
  vi.spyOn(process.stdout, 'write').mockImplementation(keep);
  vi.spyOn(process.stderr, 'write').mockImplementation(keep);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

async function run(flags: { repair?: boolean; deep?: boolean } = {}): Promise<number> {
  printed = '';
  const config = loadConfig({ TAMNHIN_DATA_DIRECTORY: folder });
  return checkRecordingsCommand(config, { repair: false, deep: false, openDisks: readDisks, ...flags });
}

describe('tamnhin recordings check', () => {
  it('makes a lost index anew, and says what is wrong by words and by its exit code', async () => {
    const root = join(folder, 'recordings');
    await mkdir(root);
    await writeFile(join(root, 'tamnhin-disk.json'), JSON.stringify({ id: DISK_ID, createdMs: 0 }));
    const fragments = plainFragments(Date.UTC(2026, 10, 25), 30);
    const { file } = await writeSegment({
      disk: { id: DISK_ID, root },
      info: plainInfo,
      fragments,
      seals: { every: 10, signer: fakeSigner },
    });
    await writeFile(join(root, 'a\u001b[2Jb'), '');

    expect(await run()).toBe(1);
    expect(printed).toContain('no database');
    expect(await run({ repair: true })).toBe(0);
    expect(printed).toMatch(/noRow \(repaired\): "cam-1\/.*1 problems, 1 repaired/s);
    expect(printed).not.toContain('\u001b');
    expect(await run()).toBe(0);
    expect(printed).toMatch(/1 recordings in the index, 1 files.*Nothing is wrong/s);
    await truncate(file, 1000);
    expect(await run({ deep: true })).toBe(1);
    expect(printed).toMatch(/wrongSize: .*With --repair/s);
    expect(await run({ deep: true, repair: true })).toBe(0);
    expect(await run({ deep: true })).toBe(0);
    await rm(join(root, 'tamnhin-disk.json'));
    expect(await run()).toBe(1);
    expect(printed).toContain('diskMissing');
  });
});
