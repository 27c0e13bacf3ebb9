import { type FileHandle, open } from 'node:fs/promises';
import type { Clock } from '#base/clock';
import { messageOf } from '#base/errors';
import type { Logger } from '#base/log';

/**
 * Brings commits to the disk within a second of being made, from a thread of its own: a power cut costs at most that
 * second, and the thread that carries live video never waits for a disk.
 *
 * Opening the write-ahead log is safe; opening the database itself would not be, because closing any descriptor of a
 * file gives up the locks that SQLite holds on it (POSIX advisory locks).
 */
export interface WalSync {
  /** Something was committed. */
  committed(): void;
  close(): Promise<void>;
}

const SYNC_WITHIN_MS = 1000;

export async function createWalSync(databasePath: string, clock: Clock, log: Logger): Promise<WalSync> {
  const file = await open(`${databasePath}-wal`, 'r+');
  let cancel: (() => void) | undefined;
  let running: Promise<void> = Promise.resolve();

  return {
    committed() {
      cancel ??= clock.after(SYNC_WITHIN_MS, () => {
        cancel = undefined;
        running = running.then(() => sync(file, log));
      });
    },
    async close() {
      cancel?.();
      await running;
      await file.close();
    },
  };
}

async function sync(file: FileHandle, log: Logger): Promise<void> {
  try {
    await file.datasync();
  } catch (error) {
    log.error({ reason: messageOf(error) }, 'the disk did not confirm what was written to the database');
  }
}
