import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Database } from '#base/database';
import { silentLogger } from '#base/log';
import type { NewEvent } from '#contracts/events';
import { type RecordingPolicy, recordingPolicySchema } from '#contracts/recordings';
import { createTemporaryDatabase } from '../tests/fakes/database.ts';
import { cameraInput, createTestRegister } from '../tests/fakes/register.ts';
import { createEventLog, type EventLog } from './events/event-log.ts';
import { followEvents } from './recordings-part.ts';

let database: Database;
let events: EventLog;
let cameraId: string;
let triggered: [string, number][];
let policy: RecordingPolicy;
beforeEach(async () => {
  database = await createTemporaryDatabase();
  events = createEventLog({ database, log: silentLogger() });
  const { register } = await createTestRegister(database);
  cameraId = (await register.create(cameraInput())).camera.id;
  triggered = [];
  policy = recordingPolicySchema.parse({ mode: 'event', streams: 'main', retention: { days: 1 } });
  followEvents(
    events,
    register,
    () => policy,
    (id, atMs) => triggered.push([id, atMs]),
  );
});
afterEach(async () => {
  await events.close();
  await database.close();
});

const picture = (fault: 'black' | 'turned', camera = cameraId): NewEvent => ({
  type: `vn.tamnhin.picture.${fault}`,
  timeMs: 5000,
  severity: 'minor',
  cameraId: camera,
  data: { role: 'main', sinceMs: 0, pictures: null },
});

it('records around what happened where a camera looks, and not around what happened to its cable', async () => {
  const common = { timeMs: 1, severity: 'minor', cameraId } as const;
  await events.append({
    ...common,
    type: 'vn.tamnhin.camera.down',
    data: { role: 'main', fault: 'timeout', detail: '', lastFrameMs: null },
  });
  await events.append({ ...common, type: 'vn.tamnhin.camera.live', data: { role: 'main', downForMs: 1 } });
  await events.append({
    ...common,
    type: 'vn.tamnhin.picture.cleared',
    data: { fault: 'black', eventId: 'e', forMs: 1 },
  });
  await events.append(picture('black', 'nobody'));
  expect(triggered).toEqual([]);
  await events.append(picture('black'));
  expect(triggered).toEqual([[cameraId, 5000]]);
});

it('follows what the policy names', async () => {
  policy = { ...policy, triggers: ['vn.tamnhin.picture.turned'] };
  await events.append(picture('black'));
  expect(triggered).toEqual([]);
  await events.append(picture('turned'));
  expect(triggered).toHaveLength(1);
  policy = { ...policy, triggers: [] };
  await events.append(picture('turned'));
  expect(triggered).toHaveLength(1);
});
