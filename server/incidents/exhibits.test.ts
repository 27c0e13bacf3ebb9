import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Fault } from '#base/errors';
import { silentLogger } from '#base/log';
import type { ExportState, ExportView } from '#contracts/recordings';
import { createFakeClock } from '../../tests/fakes/clock.ts';
import { createTemporaryDatabase } from '../../tests/fakes/database.ts';
import { createIncidents, type Incidents } from './incidents.ts';

/** Clips are made by exports, which may end at any time, also while the program is down. */
const AN = { id: 'an', name: 'Nguyễn An' };
const CLIP = { cameraId: 'cam-1', fromMs: 1000, toMs: 9000, reason: 'bằng chứng', name: 'An', hold: null };
let folder: string;
let database: Awaited<ReturnType<typeof createTemporaryDatabase>>;
let incidents: Incidents;
let made: ReturnType<typeof createFakeExports>;

/** Exports that end when the test says so. */
function createFakeExports() {
  const states = new Map<string, { state: ExportState; error: string | null }>();
  const listeners = new Set<(ownerId: string, view: ExportView) => void>();
  const view = (id: string): ExportView => ({
    ...{ id, state: 'queued', error: null, cameraIds: [], fromMs: 0, toMs: 0, reason: '', caseNumber: '' },
    ...{ masks: true, watermark: false, createdBy: '', createdMs: 0, progress: 0, bytes: null, expiresMs: null },
    ...states.get(id),
  });
  return {
    states,
    listeners,
    async find(id: string) {
      if (!states.has(id)) throw new Fault('notFound', 'export.unknown', 'there is no such export');
      return view(id);
    },
    async start() {
      const id = `export-${states.size + 1}`;
      states.set(id, { state: 'queued', error: null });
      return view(id);
    },
    archive: async (id: string) => ({ path: join(folder, `${id}.zip`) }),
    onChanged(listener: (ownerId: string, view: ExportView) => void) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    ends(id: string, state: ExportState, error: string | null = null): void {
      states.set(id, { state, error });
      for (const listener of listeners) listener('', view(id));
    },
  };
}

function start(): void {
  incidents = createIncidents({
    ...{ database, clock: createFakeClock(), log: silentLogger(), folder: join(folder, 'incidents') },
    alerts: {
      find: async () => Promise.reject(new Error('there are no alerts here')),
      ofIncident: async () => [],
      setIncident: async () => Promise.reject(new Error('there are no alerts here')),
      tell: () => {},
    },
    pictures: { read: async () => undefined },
    exports: made,
    holds: { create: async () => Promise.reject(new Error('nobody may hold here')) },
    cameraNumber: () => 7,
  });
}
const exhibitOf = async (incidentId: string) => (await incidents.details(incidentId, () => true)).exhibits[0];
const opened = () =>
  incidents.open({ title: 'A', description: '', severity: 'moderate', place: null, alertIds: [], cameraIds: [] }, AN);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tamnhin-exhibits-'));
  database = await createTemporaryDatabase();
  made = createFakeExports();
  start();
});
afterEach(async () => {
  await incidents.end();
  await database.close();
  await rm(folder, { recursive: true });
});

it('takes a clip that was done while the program was down', async () => {
  const id = await opened();
  const clip = await incidents.exhibits.addClip(id, CLIP, AN);
  expect(clip).toMatchObject({ name: 'camera-7-19700101T000001.zip', sha256: null, holdId: null, error: null });
  await incidents.end();
  await writeFile(join(folder, 'export-1.zip'), 'PK');
  made.states.set('export-1', { state: 'done', error: null });
  start();
  await vi.waitFor(async () => expect(await exhibitOf(id)).toMatchObject({ bytes: 2 }));
  expect((await incidents.exhibits.file(id, clip.id)).path).toBe(join(folder, 'incidents', id, clip.id));
});

it('says why a clip could not be made: its export failed, or is gone, or its copy found no room', async () => {
  const id = await opened();
  const clip = await incidents.exhibits.addClip(id, CLIP, AN);
  made.ends('export-1', 'failed', 'export.diskMissing');
  await vi.waitFor(async () =>
    expect(await exhibitOf(id)).toMatchObject({ sha256: null, error: 'export.diskMissing' }),
  );
  await expect(incidents.exhibits.file(id, clip.id)).rejects.toMatchObject({ code: 'exhibit.notReady' });

  const other = await opened();
  await incidents.exhibits.addClip(other, CLIP, AN);
  made.ends('export-2', 'done');
  await vi.waitFor(async () => expect(await exhibitOf(other)).toMatchObject({ error: 'export.noRoom' }));
  expect(await readdir(join(folder, 'incidents', other))).toEqual([]);

  const third = await opened();
  await incidents.exhibits.addClip(third, CLIP, AN);
  await incidents.end();
  made.states.clear();
  start();
  await vi.waitFor(async () => expect(await exhibitOf(third)).toMatchObject({ error: 'export.failed' }));
});

it('keeps what has a fingerprint from everybody, the database included, and notices a file that is gone', async () => {
  const id = await opened();
  const clip = await incidents.exhibits.addClip(id, CLIP, AN);
  await writeFile(join(folder, 'export-1.zip'), 'PK');
  made.ends('export-1', 'done');
  await vi.waitFor(async () => expect(await exhibitOf(id)).toMatchObject({ bytes: 2 }));
  await expect(database.run("UPDATE incident_exhibits SET sha256 = 'x'")).rejects.toThrow('is what it is');
  await expect(database.run('DELETE FROM incident_exhibits')).rejects.toThrow('stay');
  await rm(join(folder, 'incidents', id, clip.id));
  await expect(incidents.exhibits.file(id, clip.id)).rejects.toMatchObject({ code: 'exhibit.missing' });
  await expect(incidents.exhibits.file('elsewhere', clip.id)).rejects.toMatchObject({ code: 'exhibit.unknown' });
});

it('takes nothing into an incident that is closed', async () => {
  const id = await opened();
  await incidents.close(id, 'xong', AN);
  await expect(incidents.exhibits.addClip(id, CLIP, AN)).rejects.toMatchObject({ code: 'incident.closed' });
  expect(made.states.size).toBe(0);
});
