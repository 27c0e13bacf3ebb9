import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault, systemCodeOf } from '#base/errors';

/** The files of exhibits: kept as long as their incident, and known by their fingerprint. */
export interface ExhibitFiles {
  /** Resolves when it is on the disk. */
  keep(incidentId: string, exhibitId: string, bytes: Uint8Array): Promise<Fingerprint>;
  /** The same with a copy of a file. */
  keepCopy(incidentId: string, exhibitId: string, path: string): Promise<Fingerprint>;
  /** Rejects with `notFound` when it is gone, and with `unavailable` when it is not what it was. */
  checked(incidentId: string, exhibitId: string, sha256: string): Promise<{ path: string; bytes: number }>;
}

export interface Fingerprint {
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  readonly bytes: number;
}

/** As recordings: what people were filmed doing is for the program alone. */
const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;
/** Ids are folders and files here. */
const ID = /^[\w-]{1,64}$/;

export function createExhibitFiles(folder: string): ExhibitFiles {
  function pathOf(incidentId: string, exhibitId: string): string {
    if (!ID.test(incidentId) || !ID.test(exhibitId)) throw missing();
    return join(folder, incidentId, exhibitId);
  }

  /** Under its name only when it is whole: `write` gets a name beside it. */
  async function put(
    incidentId: string,
    exhibitId: string,
    write: (part: string) => Promise<void>,
  ): Promise<Fingerprint> {
    const path = pathOf(incidentId, exhibitId);
    const part = `${path}.${randomUUID().slice(0, 8)}.part`;
    await mkdir(join(folder, incidentId), { recursive: true, mode: FOLDER_MODE });
    try {
      await write(part);
      const file = await open(part, 'r+');
      try {
        await file.chmod(FILE_MODE);
        await file.sync();
      } finally {
        await file.close();
      }
      const fingerprint = await fingerprintOf(part);
      await rename(part, path);
      return fingerprint;
    } catch (error) {
      await rm(part, { force: true });
      throw error;
    }
  }

  return {
    keep: (incidentId, exhibitId, bytes) =>
      put(incidentId, exhibitId, async (part) => {
        const file = await open(part, 'wx', FILE_MODE);
        try {
          await file.writeFile(bytes);
        } finally {
          await file.close();
        }
      }),
    keepCopy: (incidentId, exhibitId, path) => put(incidentId, exhibitId, (part) => copyFile(path, part)),
    async checked(incidentId, exhibitId, sha256) {
      const path = pathOf(incidentId, exhibitId);
      const found = await fingerprintOf(path).catch((error: unknown) => {
        if (systemCodeOf(error) === 'ENOENT') throw missing();
        throw error;
      });
      if (found.sha256 !== sha256) {
        throw new Fault(
          'unavailable',
          'exhibit.changed',
          'the file of this exhibit is not what was taken into the incident',
        );
      }
      return { path, bytes: found.bytes };
    },
  };
}

async function fingerprintOf(path: string): Promise<Fingerprint> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path)) hash.update(piece);
  return { sha256: hash.digest('hex'), bytes: (await stat(path)).size };
}

function missing(): Fault {
  return new Fault('notFound', 'exhibit.missing', 'there is no file of this exhibit');
}
