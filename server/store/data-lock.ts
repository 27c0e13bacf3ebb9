import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { systemCodeOf } from '#base/errors';
import { loadSqlite } from './sqlite-package.ts';

/** A program that has just been told to stop may still be at it, ms. */
const WAITS_MS = 3000;

/**
 * Keeps a second program out of a data folder: it would take recordings that are being written for what a crash has left.
 * The lock is the operating system's, on a database with nothing in it, so that it ends with its process however that
 * ends. Returns what lets go of it. Throws where another has it.
 */
export async function lockDataFolder(folder: string): Promise<() => void> {
  const Sqlite = await loadSqlite();
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'running.lock');
  closeSync(openSync(path, 'a', 0o600));
  const lock = new Sqlite(path, { timeout: WAITS_MS });
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    if (systemCodeOf(error) !== 'SQLITE_BUSY') throw error;
    throw new Error(
      `another Tamnhin runs on the data folder ${folder}; stop it, or choose another folder with TAMNHIN_DATA_DIRECTORY`,
    );
  }
  return () => lock.close();
}
