import { hash, randomUUID } from 'node:crypto';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Clock } from '#base/clock';
import type { Database } from '#base/database';
import { Fault, systemCodeOf } from '#base/errors';
import type { Logger } from '#base/log';
import type { PrivacyMask } from '#contracts/camera';
import type { EvidenceFile } from '#contracts/evidence';
import { type OverlayEncoder, STREAM_ROLES } from '#contracts/media';
import { type ExportInput, type ExportView, exportInputSchema } from '#contracts/recordings';
import { type ArchiveContent, type NamedFile, partialOf, writeArchive } from './export-archive.ts';
import { prepareContents } from './export-contents.ts';
import { type ExportSources, type PlannedFile, planFiles } from './export-file.ts';
import { needOf, roomBeside } from './export-room.ts';
import type { EvidenceKeys } from './keys.ts';
import { type Overlay, watermarkLines } from './overlay.ts';

/**
 * Exports that people have asked for: written one at a time while nobody waits, kept for some days, begun anew after a
 * restart. Who may ask for what is the door's to say.
 */
export interface Exports {
  /** Newest first; `ownerId` absent: everybody's. */
  list(ownerId?: string): Promise<readonly ExportView[]>;
  find(id: string): Promise<OwnedExport>;
  /** Rejects with a fault where nothing was recorded, the disk has no room, or too many wait. */
  start(input: ExportInput, by: { readonly ownerId: string; readonly name: string }): Promise<ExportView>;
  /** Stops one that is not done, removes the file of one that is. */
  remove(id: string): Promise<void>;
  /** The finished zip; rejects with `notFound` before it is done and after it is gone. */
  archive(id: string): Promise<{ readonly path: string; readonly bytes: number; readonly name: string }>;
  /** Whether all masks that the camera has today are burnt into the finished export. */
  isMasked(view: OwnedExport, cameraId: string): boolean;
  onChanged(listener: (ownerId: string, view: ExportView) => void): () => void;
  close(): Promise<void>;
}

export type OwnedExport = ExportView & {
  readonly ownerId: string;
  /** By camera: a digest of the masks that were burnt in. */
  readonly maskedWith: Readonly<Record<string, string>>;
};

export interface ExportsDeps {
  readonly sources: ExportSources;
  readonly keys: EvidenceKeys;
  readonly database: Database;
  readonly folder: string;
  /** The page that checks an export. */
  readonly verifier: () => Promise<string>;
  /** What is known of a camera now; recordings outlive their camera. */
  readonly cameraOf: (cameraId: string) => Pick<EvidenceFile, 'camera' | 'clock'>;
  /** Also of cameras that were removed: their recordings are still there. */
  readonly masksOf: (cameraId: string) => readonly PrivacyMask[];
  readonly encoder: OverlayEncoder;
  readonly program: string;
  readonly clock: Clock;
  readonly log: Logger;
}

const MOST_WAITING = 50;
const KEEP_MS = 7 * 86_400_000;
const SWEEP_MS = 3_600_000;
/** ms between two messages of one export. */
const TELL_EVERY_MS = 300;
/** How much of the work the encoding is, where there is some. */
const ENCODING_SHARE = 0.95;

interface Row {
  readonly id: string;
  readonly state: ExportView['state'];
  readonly request: string;
  readonly createdBy: string;
  readonly ownerId: string;
  readonly createdMs: number;
  readonly finishedMs: number | null;
  readonly bytes: number | null;
  readonly error: string | null;
  readonly masked: string;
}
const maskedSchema = z.record(z.string(), z.string());

const COLUMNS = `id, state, request, created_by AS createdBy, owner_id AS ownerId, created_ms AS createdMs,
  finished_ms AS finishedMs, bytes, error, masked`;

export async function createExports(deps: ExportsDeps): Promise<Exports> {
  const { sources, database, folder, clock } = deps;
  const log = deps.log.child({ part: 'exports' });
  const listeners = new Set<(ownerId: string, view: ExportView) => void>();
  let running: { readonly id: string; readonly controller: AbortController; progress: number } | undefined;
  let working: Promise<void> = Promise.resolve();
  let closed = false;

  await mkdir(folder, { recursive: true, mode: 0o700 });
  await database.run("UPDATE evidence_exports SET state = 'queued' WHERE state = 'running'");
  await tidy();
  const stopSweep = clock.every(SWEEP_MS, () => void sweep());
  await sweep();
  next();

  const pathOf = (id: string): string => join(folder, `${id}.zip`);
  /** Files that were encoded, until they are in the zip. */
  const workOf = (id: string): string => join(folder, `${id}${WORK}`);

  function viewOf(row: Row): OwnedExport {
    const { cameraIds, fromMs, toMs, reason, caseNumber, masks, watermark } = inputOf(row);
    return {
      ...{ id: row.id, state: row.state, cameraIds, fromMs, toMs, reason, caseNumber, masks, watermark },
      ...{ createdBy: row.createdBy, createdMs: row.createdMs, ownerId: row.ownerId, bytes: row.bytes },
      progress: row.state === 'done' ? 1 : running?.id === row.id ? running.progress : 0,
      expiresMs: row.state === 'done' && row.finishedMs !== null ? row.finishedMs + KEEP_MS : null,
      error: row.error,
      maskedWith: maskedSchema.parse(JSON.parse(row.masked)),
    };
  }

  async function find(id: string): Promise<OwnedExport> {
    const row = await database.get<Row>(`SELECT ${COLUMNS} FROM evidence_exports WHERE id = ?`, id);
    if (row === undefined) throw new Fault('notFound', 'export.unknown', 'there is no such export');
    return viewOf(row);
  }

  async function tell(id: string): Promise<void> {
    const view = await find(id).catch(() => undefined);
    if (view === undefined) return;
    for (const listener of listeners) listener(view.ownerId, shown(view));
  }

  async function finish(id: string, state: ExportView['state'], error: string | null, bytes: number | null) {
    await rm(workOf(id), { recursive: true, force: true });
    await database.run(
      'UPDATE evidence_exports SET state = ?, error = ?, bytes = ?, finished_ms = ? WHERE id = ?',
      state,
      error,
      bytes,
      clock.now(),
      id,
    );
    await tell(id);
  }

  /** Takes the oldest that waits; called again when it is done. */
  function next(): void {
    working = working.then(async () => {
      if (closed) return;
      const row = await database.get<Row>(
        `SELECT ${COLUMNS} FROM evidence_exports WHERE state = 'queued' ORDER BY created_ms LIMIT 1`,
      );
      if (row === undefined) return;
      await write(row).catch((error: unknown) => log.error({ err: error, export: row.id }, 'an export was lost'));
      next();
    });
  }

  async function write(row: Row): Promise<void> {
    const controller = new AbortController();
    const own = { id: row.id, controller, progress: 0 };
    running = own;
    const { changes } = await database.run(
      "UPDATE evidence_exports SET state = 'running' WHERE id = ? AND state = 'queued'",
      row.id,
    );
    if (changes === 0) {
      // Taken back between the look and here.
      running = undefined;
      return;
    }
    await tell(row.id);
    let toldMs = clock.monotonic();
    const { signal } = controller;
    const onProgress = (part: number): void => {
      own.progress = part;
      if (clock.monotonic() - toldMs < TELL_EVERY_MS) return;
      toldMs = clock.monotonic();
      void tell(row.id);
    };
    try {
      const input = inputOf(row);
      const overlays = overlaysOf(row, input);
      const contents = await prepareContents(
        {
          plans: await plan(input),
          overlayOf: (cameraId) => overlays.get(cameraId),
          encoder: deps.encoder,
          program: deps.program,
          folder: workOf(row.id),
        },
        { signal, onProgress: (part) => onProgress(part * ENCODING_SHARE) },
      );
      const encodedShare = contents.some(({ kind }) => kind === 'processed') ? ENCODING_SHARE : 0;
      const { bytes } = await writeArchive(
        pathOf(row.id),
        {
          files: named(contents, deps.cameraOf),
          about: {
            exportId: row.id,
            createdMs: clock.now(),
            createdBy: row.createdBy,
            reason: input.reason,
            caseNumber: input.caseNumber,
            asked: { fromMs: input.fromMs, toMs: input.toMs },
            program: deps.program,
          },
          signer: deps.keys.signer(),
          publicKeys: new Map(deps.keys.publicKeys().map(({ id, publicKey }) => [id, publicKey])),
          verifier: await deps.verifier(),
        },
        { signal, onProgress: (part) => onProgress(encodedShare + part * (1 - encodedShare)) },
      );
      await database.run('UPDATE evidence_exports SET masked = ? WHERE id = ?', maskedText(overlays), row.id);
      await finish(row.id, 'done', null, bytes);
    } catch (error) {
      // A stop of the program leaves it `running`: the next start takes it up again.
      if (closed) return;
      if (controller.signal.aborted) return await finish(row.id, 'cancelled', null, null);
      log.error({ err: error, export: row.id }, 'an export failed');
      await finish(row.id, 'failed', codeOf(error), null);
    } finally {
      running = undefined;
    }
  }

  /** What is burnt in, by camera: the masks of now, for a mask that was drawn while the export waited counts. */
  function overlaysOf(row: Row, input: ExportInput): ReadonlyMap<string, Overlay> {
    const watermark = input.watermark
      ? watermarkLines({ name: row.createdBy, timeMs: row.createdMs, caseNumber: input.caseNumber })
      : null;
    const overlays = new Map<string, Overlay>();
    for (const cameraId of input.cameraIds) {
      const masks = input.masks ? deps.masksOf(cameraId) : [];
      if (masks.length > 0 || watermark !== null) overlays.set(cameraId, { masks, watermark });
    }
    return overlays;
  }

  async function plan(input: ExportInput): Promise<readonly PlannedFile[]> {
    const plans: PlannedFile[] = [];
    for (const cameraId of input.cameraIds) {
      for (const role of input.role === undefined ? STREAM_ROLES : [input.role]) {
        const found = await planFiles(sources, { ...input, cameraId, role }).catch((error: unknown) => {
          throw new Fault('unavailable', 'export.diskMissing', 'a disk with recordings is not there', { cause: error });
        });
        plans.push(...found);
        // Roles are tried best first.
        if (found.length > 0) break;
      }
    }
    return plans;
  }

  /** What is neither taken nor promised to an export that is not done. */
  async function freeRoom(): Promise<number> {
    const promised = await database.all<{ id: string; needed: number }>(
      "SELECT id, needed_bytes AS needed FROM evidence_exports WHERE state IN ('queued', 'running')",
    );
    return roomBeside(
      folder,
      promised.map(({ id, needed }) => ({ needed, places: [partialOf(pathOf(id)), workOf(id)] })),
    );
  }

  async function sweep(): Promise<void> {
    try {
      const old = await database.all<{ id: string }>(
        'SELECT id FROM evidence_exports WHERE finished_ms IS NOT NULL AND finished_ms < ?',
        clock.now() - KEEP_MS,
      );
      for (const { id } of old) await forget(id);
    } catch (error) {
      log.warn({ err: error }, 'old exports could not be removed');
    }
  }

  /** What a stop left: half archives, and encoded files of exports that will not go on. */
  async function tidy(): Promise<void> {
    const waiting = await database.all<{ id: string }>("SELECT id FROM evidence_exports WHERE state = 'queued'");
    const kept = new Set(waiting.map(({ id }) => `${id}${WORK}`));
    for (const name of await readdir(folder)) {
      if (name.endsWith('.part') || (name.endsWith(WORK) && !kept.has(name))) {
        await rm(join(folder, name), { recursive: true, force: true });
      }
    }
  }

  async function forget(id: string): Promise<void> {
    await rm(pathOf(id), { force: true });
    await database.run('DELETE FROM evidence_exports WHERE id = ?', id);
  }

  return {
    async list(ownerId) {
      const rows =
        ownerId === undefined
          ? await database.all<Row>(`SELECT ${COLUMNS} FROM evidence_exports ORDER BY created_ms DESC LIMIT 200`)
          : await database.all<Row>(
              `SELECT ${COLUMNS} FROM evidence_exports WHERE owner_id = ? ORDER BY created_ms DESC LIMIT 200`,
              ownerId,
            );
      return rows.map(viewOf).map(shown);
    },
    find,
    async start(input, by) {
      const waiting = await database.get<{ n: number }>(
        "SELECT COUNT(*) AS n FROM evidence_exports WHERE state IN ('queued', 'running')",
      );
      if (closed || (waiting?.n ?? 0) >= MOST_WAITING) {
        throw new Fault('tooMany', 'export.tooMany', `${MOST_WAITING} exports wait already`);
      }
      const plans = await plan(input);
      if (plans.length === 0) {
        throw new Fault('notFound', 'export.nothingRecorded', 'nothing was recorded of these cameras in this range');
      }
      const needed = needOf(plans, (cameraId) => input.watermark || (input.masks && deps.masksOf(cameraId).length > 0));
      if (needed > (await freeRoom())) {
        throw new Fault('unavailable', 'export.noRoom', 'the disk of the data folder has no room for this export');
      }
      const id = randomUUID();
      await database.run(
        `INSERT INTO evidence_exports (id, state, request, created_by, owner_id, created_ms, needed_bytes)
         VALUES (?, 'queued', ?, ?, ?, ?, ?)`,
        id,
        JSON.stringify(input),
        by.name,
        by.ownerId,
        clock.now(),
        needed,
      );
      next();
      return shown(await find(id));
    },
    async remove(id) {
      const { state } = await find(id);
      if (running?.id === id) running.controller.abort();
      else if (state === 'queued') await finish(id, 'cancelled', null, null);
      else await forget(id);
    },
    async archive(id) {
      const view = await find(id);
      const path = pathOf(id);
      const file = view.state === 'done' ? await stat(path).catch(() => undefined) : undefined;
      if (file === undefined) throw new Fault('notFound', 'export.notReady', 'this export has no file');
      const day = new Date(view.fromMs).toISOString().slice(0, 16).replaceAll(/[-:]/g, '');
      return { path, bytes: file.size, name: `tamnhin-${day}-${id.slice(0, 8)}.zip` };
    },
    isMasked: ({ maskedWith }, cameraId) => maskedWith[cameraId] === maskDigest(deps.masksOf(cameraId)),
    onChanged(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      closed = true;
      stopSweep();
      running?.controller.abort();
      await working;
    },
  };
}

const WORK = '.work';

const inputOf = (row: Row): ExportInput => exportInputSchema.parse(JSON.parse(row.request));

function shown({ ownerId: _owner, maskedWith: _masks, ...view }: OwnedExport): ExportView {
  return view;
}

function codeOf(error: unknown): string {
  if (error instanceof Fault) return error.code;
  return systemCodeOf(error) === 'ENOSPC' ? 'export.noRoom' : 'export.failed';
}

/** Of what they cover: a mask with another name is the same mask. */
function maskDigest(masks: readonly PrivacyMask[]): string {
  return hash('sha256', JSON.stringify(masks.map(({ points }) => points)));
}

function maskedText(overlays: ReadonlyMap<string, Overlay>): string {
  return JSON.stringify(Object.fromEntries([...overlays].map(([id, { masks }]) => [id, maskDigest(masks)])));
}

/** `camera-12-main.mp4`; a number behind it where one camera needs several files, and `masked` or `copy` before that. */
function named(contents: readonly ArchiveContent[], cameraOf: ExportsDeps['cameraOf']): readonly NamedFile[] {
  const counts = new Map<string, number>();
  return contents.map((content) => {
    const { cameraId, role } = content.plan;
    const known = cameraOf(cameraId);
    const kind =
      content.kind === 'recorded' ? '' : content.file.processing.masks.length > 0 ? '-masked' : '-watermarked';
    const base = `camera-${known.camera.number || cameraId}-${role}${kind}`;
    const count = (counts.get(base) ?? 0) + 1;
    counts.set(base, count);
    return { content, name: `${base}${count === 1 ? '' : `-${count}`}.mp4`, ...known };
  });
}
