import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { Fault, systemCodeOf } from '#base/errors';

/**
 * Photos of citizens: never kept as they came. Each is decoded, turned as its camera says, made smaller and written anew
 * as JPEG, so that what the phone knew about place, owner and device is not in it.
 */
export interface ReportPhotos {
  /** Rejects with `invalid` (`photo.unreadable`) for what is no JPEG, PNG or WebP picture. */
  clean(bytes: Uint8Array): Promise<Uint8Array>;
  /** Resolves when it is on the disk. */
  keep(reportId: string, photoId: string, jpeg: Uint8Array): Promise<void>;
  /** `undefined` when it is gone. */
  read(reportId: string, photoId: string): Promise<Uint8Array | undefined>;
  forget(reportId: string, photoId?: string): Promise<void>;
}

/** Longer side in pixels: enough to read a number plate across the street. */
const LONGEST_SIDE = 2048;
/** A phone of today has 50; what says more is made to fill memory. */
const MOST_PIXELS = 80_000_000;
const JPEG_QUALITY = 80;
/** Pictures decoded at once, and those that may wait for it. */
const AT_ONCE = 2;
const MOST_WAITING = 40;
const DECODE_SECONDS = 20;
/** What people were photographed doing is for the program alone. */
const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;
/** Ids are folders and files here. */
const ID = /^[\w-]{1,64}$/;

export function createReportPhotos(folder: string): ReportPhotos {
  const waiting: (() => void)[] = [];
  let running = 0;

  async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (running >= AT_ONCE) {
      if (waiting.length >= MOST_WAITING) {
        throw new Fault('tooMany', 'portal.busy', 'too many pictures at once', { retryAfterMs: 10_000 });
      }
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else running += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  }

  function pathOf(reportId: string, photoId: string): string | undefined {
    return ID.test(reportId) && ID.test(photoId) ? join(folder, reportId, `${photoId}.jpg`) : undefined;
  }

  return {
    clean: (bytes) =>
      inTurn(async () => {
        // Before any decoder sees it: the library also knows formats that reach for other files.
        if (!isPicture(bytes)) throw unreadable();
        try {
          return await sharp(bytes, { limitInputPixels: MOST_PIXELS, failOn: 'error', animated: false })
            .timeout({ seconds: DECODE_SECONDS })
            .autoOrient()
            .resize({ width: LONGEST_SIDE, height: LONGEST_SIDE, fit: 'inside', withoutEnlargement: true })
            .flatten({ background: '#ffffff' })
            .toColourspace('srgb')
            .jpeg({ quality: JPEG_QUALITY, mozjpeg: false })
            .toBuffer();
        } catch (cause) {
          throw unreadable(cause);
        }
      }),

    async keep(reportId, photoId, jpeg) {
      const path = pathOf(reportId, photoId);
      if (path === undefined) throw new Error('not the id of a report or photo');
      await mkdir(join(folder, reportId), { recursive: true, mode: FOLDER_MODE });
      const part = `${path}.${randomUUID().slice(0, 8)}.part`;
      try {
        const file = await open(part, 'wx', FILE_MODE);
        try {
          await file.writeFile(jpeg);
          await file.sync();
        } finally {
          await file.close();
        }
        await rename(part, path);
      } catch (error) {
        await rm(part, { force: true });
        throw error;
      }
    },

    async read(reportId, photoId) {
      const path = pathOf(reportId, photoId);
      if (path === undefined) return undefined;
      return readFile(path).catch((error: unknown) => {
        if (systemCodeOf(error) === 'ENOENT') return undefined;
        throw error;
      });
    },

    async forget(reportId, photoId) {
      if (!ID.test(reportId)) return;
      if (photoId === undefined) await rm(join(folder, reportId), { recursive: true, force: true });
      else await rm(pathOf(reportId, photoId) ?? '', { force: true });
    },
  };
}

/** By the first bytes of JPEG, PNG and WebP. */
function isPicture(bytes: Uint8Array): boolean {
  const starts = (at: number, ...values: number[]): boolean => values.every((value, i) => bytes[at + i] === value);
  return (
    starts(0, 0xff, 0xd8, 0xff) ||
    starts(0, 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a) ||
    (starts(0, 0x52, 0x49, 0x46, 0x46) && starts(8, 0x57, 0x45, 0x42, 0x50))
  );
}

function unreadable(cause?: unknown): Fault {
  return new Fault('invalid', 'photo.unreadable', 'this is no picture that can be read', { cause });
}
