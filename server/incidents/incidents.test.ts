import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createChangeLog } from '#base/change-log';
import { silentLogger } from '#base/log';
import type { AlertView } from '#contracts/alerts';
import { alertView } from '../../tests/fakes/alerts.ts';
import { createFakeClock } from '../../tests/fakes/clock.ts';
import { createTemporaryDatabase } from '../../tests/fakes/database.ts';
import { createIncidents, type Incidents } from './incidents.ts';

const AN = { id: 'an', name: 'Nguyễn An' };
let folder: string;
let database: Awaited<ReturnType<typeof createTemporaryDatabase>>;
let incidents: Incidents;
let told: string[];
/** Alerts by id; only where they belong changes. */
let alerts: Map<string, AlertView>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tamnhin-incidents-'));
  database = await createTemporaryDatabase();
  alerts = new Map([['a1', alertView({ id: 'a1', cameraId: 'c1' })]]);
  told = [];
  const nothing = async () => Promise.reject(new Error('there is none here'));
  incidents = createIncidents({
    ...{ database, clock: createFakeClock(), log: silentLogger(), folder },
    alerts: {
      find: nothing,
      ofIncident: async () => [],
      async setIncident(_queries, alertId, incidentId) {
        const before = alerts.get(alertId) ?? alertView();
        const now = { ...before, incidentId };
        alerts.set(alertId, now);
        return { before, now };
      },
      tell: () => {},
    },
    pictures: { read: async () => undefined },
    exports: { find: nothing, start: nothing, archive: nothing, onChanged: () => () => {} },
    holds: { create: nothing },
    cameraNumber: () => 7,
  });
  incidents.onChanged(({ title, version }) => told.push(`${title} ${version}`));
});
afterEach(async () => {
  await incidents.end();
  await database.close();
  await rm(folder, { recursive: true });
});

const open = (title: string, alertIds: string[] = []) =>
  incidents.open({ title, description: '', severity: 'moderate', place: null, alertIds, cameraIds: [] }, AN);
async function noted() {
  const changes = await createChangeLog(database).follow(0, 100);
  return changes.flatMap((one) => (one.about === 'incident' ? [one] : []));
}

it('keeps each change for those outside as it stood then, with what its timeline was', async () => {
  const id = await open('A');
  await incidents.note(id, 'only for us', AN);
  await incidents.addCamera(id, 'c2', AN);
  await incidents.close(id, 'Xong', AN);
  await incidents.note(id, 'later', AN);
  await incidents.reopen(id, AN);
  const changes = await noted();
  expect(changes.map(({ change, incident }) => [incident.version, change, incident.state, incident.cameraIds])).toEqual(
    [
      [1, 'opened', 'open', []],
      [2, 'changed', 'open', []],
      [3, 'changed', 'open', ['c2']],
      [4, 'closed', 'closed', ['c2']],
      [5, 'changed', 'closed', ['c2']],
      [6, 'changed', 'open', ['c2']],
    ],
  );
  const third = changes[2]?.incident.lastEntry ?? 0;
  expect((await incidents.entries(id, third)).map(({ entry }) => entry.kind)).toEqual([
    'opened',
    'note',
    'cameraAdded',
  ]);
  expect(changes[0]?.incident).not.toHaveProperty('openedBy');
});

it('tells of both when an alert goes from one to the other', async () => {
  await open('A', ['a1']);
  await open('B', ['a1']);
  expect(told).toEqual(['A 1', 'B 1', 'A 2']);
  expect((await noted()).map(({ incident }) => `${incident.title} ${incident.version}`)).toEqual(['A 1', 'A 2', 'B 1']);
});
