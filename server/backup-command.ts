import { createHash, randomBytes, scryptSync } from 'node:crypto';
import { closeSync, createReadStream, existsSync, openSync, readFileSync } from 'node:fs';
import { copyFile, mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Fault, messageOf } from '#base/errors';
import { createSecretBox, loadOrCreateKey } from '#base/secrets';
import type { Config } from '../config/schema.ts';
import { type Connection, openConnection } from './store/connection.ts';
import { loadSqlite } from './store/sqlite-package.ts';
import { VERSION } from './version.ts';

/**
 * `tamnhin backup FILE` and `tamnhin restore FILE`. A backup is one SQLite file: the database as it is at one moment,
 * taken while the server runs, and a table beside its own with the configuration and, only where a passphrase is given,
 * the key for stored secrets. Video is not in it: recordings stay on their disks and are found again by their names.
 */

const TABLE = 'backup_info';
/** As for passwords: minutes of guessing for each try would be better, but a person waits. */
const SCRYPT = { N: 2 ** 17, r: 8, p: 1, maxmem: 256 * 2 ** 20 } as const;
const SALT_BYTES = 16;

interface Info {
  readonly program: string;
  readonly madeMs: string;
  /** First 16 hex digits of the SHA-256 of the key that seals secrets in it. */
  readonly keyFingerprint: string;
  /** Base64: salt, then the key sealed by one derived from the passphrase; empty without. */
  readonly sealedKey: string;
  /** The text of the file that TAMNHIN_CONFIG named; empty where there was none. */
  readonly config: string;
}

/** Resolves to the exit code. */
export async function backUp(config: Config, target: string | undefined): Promise<number> {
  if (target === undefined) return fail('usage: tamnhin backup FILE');
  const source = databasePath(config);
  if (!existsSync(source)) return fail(`There is no database at ${source}.`);
  if (existsSync(target)) return fail(`${target} is there already; a backup overwrites nothing.`);
  const keyFile = keyPath(config);
  if (!existsSync(keyFile)) return fail(`The key file ${keyFile} is missing: what it sealed could not be read again.`);

  const partial = `${target}.part`;
  const sqlite = await loadSqlite();
  try {
    const key = await loadOrCreateKey(keyFile);
    // VACUUM INTO accepts an empty file, which is how the copy gets its mode.
    closeSync(openSync(partial, 'w', 0o600));
    const reading = openConnection(sqlite, source, 'reader');
    try {
      reading.raw.prepare('VACUUM INTO ?').run(partial);
    } finally {
      reading.close();
    }
    const { backupPassphrase } = config.data;
    const configFile = process.env.TAMNHIN_CONFIG;
    writeInfo(new sqlite(partial), {
      program: VERSION,
      madeMs: String(Date.now()),
      keyFingerprint: fingerprint(key),
      sealedKey: backupPassphrase === undefined ? '' : sealKey(key, backupPassphrase),
      config: configFile === undefined ? '' : readFileSync(configFile, 'utf8'),
    });
    await sync(partial);
    await rename(partial, target);
    const sum = createHash('sha256');
    await pipeline(createReadStream(target), sum);
    process.stdout.write(`${target}: SHA-256 ${sum.digest('hex')}\n`);
    process.stdout.write(
      backupPassphrase === undefined
        ? `The key for stored secrets is not in it. Keep a copy of ${keyFile} in another place: without it camera passwords and signing keys are lost.\n`
        : 'The key for stored secrets is in it, sealed by the passphrase.\n',
    );
    return 0;
  } catch (error) {
    await rm(partial, { force: true });
    return fail(`The backup failed: ${messageOf(error)}`);
  }
}

/** Into a data folder without a database; everything is checked before the first file is put in place. */
export async function restore(config: Config, source: string | undefined): Promise<number> {
  if (source === undefined) return fail('usage: tamnhin restore FILE');
  const target = databasePath(config);
  if (existsSync(target)) return fail(`There is a database at ${target} already; a restore overwrites nothing.`);
  if (!existsSync(source)) return fail(`There is no file ${source}.`);
  const partial = `${target}.restoring`;
  const sqlite = await loadSqlite();
  try {
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    await copyFile(source, partial);
    const copy = openConnection(sqlite, partial, 'writer');
    let info: Info;
    try {
      info = takeInfo(copy, source);
      await placeKey(config, info);
      copy.raw.pragma('journal_mode = DELETE');
    } finally {
      copy.close();
    }
    await sync(partial);
    await rename(partial, target);
    process.stdout.write(`Restored what was backed up at ${new Date(Number(info.madeMs)).toISOString()}.\n`);
    if (info.config !== '') {
      const path = join(dirname(target), 'restored-config.json');
      await writeFile(path, info.config, { mode: 0o600 });
      process.stdout.write(`Its configuration is in ${path}: look at it, and start with TAMNHIN_CONFIG=${path}.\n`);
    }
    process.stdout.write('Recordings made after the backup are found by: tamnhin recordings check --repair\n');
    return 0;
  } catch (error) {
    for (const name of [partial, `${partial}-wal`, `${partial}-shm`]) await rm(name, { force: true });
    return fail(`Nothing was restored: ${messageOf(error)}`);
  }
}

function writeInfo(raw: Connection['raw'], info: Info): void {
  try {
    raw.exec(`CREATE TABLE ${TABLE} (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT`);
    const insert = raw.prepare(`INSERT INTO ${TABLE} (name, value) VALUES (?, ?)`);
    for (const [name, value] of Object.entries(info)) insert.run(name, value);
  } finally {
    raw.close();
  }
}

/** Reads what a backup says of itself and takes it out, so that the database is again what it was. */
function takeInfo(copy: Connection, source: string): Info {
  const damage = copy.all<{ integrity_check: string }>('PRAGMA integrity_check(1)', [])[0]?.integrity_check;
  if (damage !== 'ok') throw new Fault('invalid', 'backup.damaged', `${source} is damaged: ${damage}`);
  const [table] = copy.all('SELECT name FROM sqlite_schema WHERE name = ?', [TABLE]);
  if (table === undefined) throw new Fault('invalid', 'backup.foreign', `${source} is no backup of Tamnhin`);
  const rows = copy.all<{ name: string; value: string }>(`SELECT name, value FROM ${TABLE}`, []);
  const value = (name: keyof Info): string => rows.find((row) => row.name === name)?.value ?? '';
  const names = ['program', 'madeMs', 'keyFingerprint', 'sealedKey', 'config'] as const;
  const [program, madeMs, keyFingerprint, sealedKey, config] = names.map(value);
  copy.raw.exec(`DROP TABLE ${TABLE}`);
  return {
    program: program ?? '',
    madeMs: madeMs ?? '0',
    keyFingerprint: keyFingerprint ?? '',
    sealedKey: sealedKey ?? '',
    config: config ?? '',
  };
}

async function placeKey(config: Config, info: Info): Promise<void> {
  const path = keyPath(config);
  if (existsSync(path)) {
    if (fingerprint(await loadOrCreateKey(path)) === info.keyFingerprint) return;
    throw new Fault('invalid', 'backup.otherKey', `${path} is another key than the one that this backup needs`);
  }
  const { backupPassphrase } = config.data;
  if (info.sealedKey === '') {
    throw new Fault('invalid', 'backup.keyMissing', `its key is not in it: put your copy of the key file at ${path}`);
  }
  if (backupPassphrase === undefined) {
    throw new Fault('invalid', 'backup.passphraseMissing', 'its key is sealed: set TAMNHIN_DATA_BACKUP_PASSPHRASE');
  }
  const key = openKey(info.sealedKey, backupPassphrase);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `${Buffer.from(key).toString('hex')}\n`, { mode: 0o600, flag: 'wx' });
}

function sealKey(key: Uint8Array, passphrase: string): string {
  const salt = randomBytes(SALT_BYTES);
  const box = createSecretBox(scryptSync(passphrase, salt, 32, SCRYPT));
  return Buffer.concat([salt, box.seal(Buffer.from(key).toString('hex'))]).toString('base64');
}

function openKey(sealed: string, passphrase: string): Uint8Array {
  const bytes = Buffer.from(sealed, 'base64');
  const box = createSecretBox(scryptSync(passphrase, bytes.subarray(0, SALT_BYTES), 32, SCRYPT));
  try {
    return Buffer.from(box.open(bytes.subarray(SALT_BYTES)), 'hex');
  } catch (cause) {
    throw new Fault('invalid', 'backup.wrongPassphrase', 'the passphrase is another one', { cause });
  }
}

const fingerprint = (key: Uint8Array): string => createHash('sha256').update(key).digest('hex').slice(0, 16);
const databasePath = ({ data }: Config): string => join(resolve(data.directory), 'tamnhin.db');
const keyPath = ({ data }: Config): string => data.keyFile ?? join(resolve(data.directory), 'secret.key');

async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function fail(why: string): number {
  process.stderr.write(`${why}\n`);
  return 1;
}
