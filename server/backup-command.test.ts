import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '#base/clock';
import { silentLogger } from '#base/log';
import { createSecretBox, loadOrCreateKey } from '#base/secrets';
import { type Config, configSchema } from '../config/schema.ts';
import { backUp, restore } from './backup-command.ts';
import { createSqliteDatabase } from './store/sqlite.ts';

const PASSPHRASE = 'bảy núi An Giang 2026';
let folder: string;
let said: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tamnhin-backup-'));
  said = '';
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockImplementation((text) => {
      said += text;
      return true;
    });
  }
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

const configOf = (name: string, more: Record<string, unknown> = {}): Config =>
  configSchema.parse({ data: { directory: join(folder, name), ...more } });

/** A data folder with a group whose name was sealed by its key; `running` stays open and goes on writing. */
async function makeData(): Promise<{ stop: () => Promise<void> }> {
  const directory = join(folder, 'old');
  await mkdir(directory);
  const box = createSecretBox(await loadOrCreateKey(join(directory, 'secret.key')));
  const database = await createSqliteDatabase({
    path: join(directory, 'tamnhin.db'),
    clock: systemClock,
    log: silentLogger(),
  });
  const insert = 'INSERT INTO camera_groups (id, name, parent_id, created_ms) VALUES (?, ?, NULL, 0)';
  await database.run(insert, 'sealed', Buffer.from(box.seal('mật khẩu')).toString('base64'));
  let stopped = false;
  const writing = (async () => {
    for (let at = 0; !stopped; at += 1) {
      await database.run(insert, `g${at}`, `group ${at}`);
      // The database answers in the same turn: without this nothing else would have one.
      await new Promise(setImmediate);
    }
  })();
  return {
    async stop() {
      stopped = true;
      await writing;
      await database.close();
    },
  };
}

async function unseal(name: string): Promise<string> {
  const box = createSecretBox(await loadOrCreateKey(join(folder, name, 'secret.key')));
  const database = await createSqliteDatabase({
    path: join(folder, name, 'tamnhin.db'),
    clock: systemClock,
    log: silentLogger(),
  });
  const row = await database.get<{ name: string }>("SELECT name FROM camera_groups WHERE id = 'sealed'");
  const tables = await database.all("SELECT name FROM sqlite_schema WHERE name = 'backup_info'");
  await database.close();
  expect(tables).toEqual([]);
  return box.open(Buffer.from(row?.name ?? '', 'base64'));
}

describe('backup and restore', () => {
  it('bring everything to a clean machine, taken while the server writes', async () => {
    const data = await makeData();
    const file = join(folder, 'backup.db');
    expect(await backUp(configOf('old', { backupPassphrase: PASSPHRASE }), file)).toBe(0);
    await data.stop();
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await restore(configOf('new', { backupPassphrase: PASSPHRASE }), file)).toBe(0);
    expect(await unseal('new')).toBe('mật khẩu');
  });

  it('keep the key out without a passphrase, and ask for it', async () => {
    const data = await makeData();
    await data.stop();
    const file = join(folder, 'backup.db');
    const key = await readFile(join(folder, 'old', 'secret.key'));
    expect(await backUp(configOf('old'), file)).toBe(0);
    expect(said).toContain('is not in it');
    expect((await readFile(file)).includes(key.subarray(0, 64))).toBe(false);
    expect(await restore(configOf('new'), file)).toBe(1);
    expect(said).toContain('put your copy of the key file at');
    await mkdir(join(folder, 'new'), { recursive: true });
    await writeFile(join(folder, 'new', 'secret.key'), key);
    expect(await restore(configOf('new'), file)).toBe(0);
    expect(await unseal('new')).toBe('mật khẩu');
  });

  it('overwrite nothing, and take no wrong passphrase, other key, damage or foreign file', async () => {
    const data = await makeData();
    await data.stop();
    const file = join(folder, 'backup.db');
    expect(await backUp(configOf('old', { backupPassphrase: PASSPHRASE }), file)).toBe(0);
    expect(await backUp(configOf('old'), file)).toBe(1);
    expect(await restore(configOf('old'), file)).toBe(1);
    expect(await restore(configOf('new', { backupPassphrase: 'something else 12' }), file)).toBe(1);
    expect(said).toContain('the passphrase is another one');
    await mkdir(join(folder, 'keyed'));
    await loadOrCreateKey(join(folder, 'keyed', 'secret.key'));
    expect(await restore(configOf('keyed', { backupPassphrase: PASSPHRASE }), file)).toBe(1);
    expect(said).toContain('is another key');
    expect(await restore(configOf('new'), join(folder, 'old', 'tamnhin.db'))).toBe(1);
    expect(said).toContain('is no backup of Tamnhin');
    const bytes = await readFile(file);
    bytes.fill(0x41, Math.floor(bytes.byteLength / 2));
    await writeFile(file, bytes);
    expect(await restore(configOf('new', { backupPassphrase: PASSPHRASE }), file)).toBe(1);
    await expect(stat(join(folder, 'new', 'tamnhin.db'))).rejects.toThrow();
  });
});
