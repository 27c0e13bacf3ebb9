import { randomUUID } from 'node:crypto';
import type { Clock } from '#base/clock';
import { Fault } from '#base/errors';
import type { FeedFormat, Mapping } from '#contracts/feeds';

/** Files that somebody looks at before they are taken in. In memory: who loses one has the file itself. */
export interface Upload {
  readonly id: string;
  readonly feedId: string;
  /** Whose it is: nobody else commits it. */
  readonly ownerId: string;
  readonly bytes: Uint8Array;
  readonly format: FeedFormat;
  readonly mapping: Mapping;
  readonly expiresMs: number;
}

const KEPT_MS = 1_800_000;
const MOST_BYTES = 128_000_000;
const MOST_OF_ONE = 5;

export function createUploads(clock: Pick<Clock, 'now' | 'every'>) {
  const uploads = new Map<string, Upload>();

  function sweep(): void {
    for (const { id, expiresMs } of uploads.values()) if (expiresMs <= clock.now()) uploads.delete(id);
  }
  const stop = clock.every(60_000, sweep);

  function get(feedId: string, id: string, ownerId: string): Upload {
    sweep();
    const found = uploads.get(id);
    if (found?.feedId === feedId && found.ownerId === ownerId) return found;
    throw new Fault('notFound', 'upload.unknown', 'this upload is over; send the file again');
  }

  return {
    add(upload: Omit<Upload, 'id' | 'expiresMs'>): Upload {
      sweep();
      const own = [...uploads.values()].filter(({ ownerId }) => ownerId === upload.ownerId);
      // Who looks at a sixth file has left the first.
      for (const { id } of own.slice(0, Math.max(0, own.length - MOST_OF_ONE + 1))) uploads.delete(id);
      const kept = [...uploads.values()].reduce((sum, { bytes }) => sum + bytes.byteLength, 0);
      if (kept + upload.bytes.byteLength > MOST_BYTES) {
        throw new Fault('tooMany', 'upload.tooMany', 'too many files are looked at just now', { retryAfterMs: 60_000 });
      }
      const added = { ...upload, id: randomUUID(), expiresMs: clock.now() + KEPT_MS };
      uploads.set(added.id, added);
      return added;
    },
    get,
    remap(feedId: string, id: string, ownerId: string, mapping: Mapping): Upload {
      const changed = { ...get(feedId, id, ownerId), mapping, expiresMs: clock.now() + KEPT_MS };
      uploads.set(id, changed);
      return changed;
    },
    remove(feedId: string, id: string, ownerId: string): Upload {
      const found = get(feedId, id, ownerId);
      uploads.delete(id);
      return found;
    },
    close: stop,
  };
}
export type Uploads = ReturnType<typeof createUploads>;
