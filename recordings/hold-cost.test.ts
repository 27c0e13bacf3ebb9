import { createHash } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { StreamRole } from '#contracts/media';
import { createFakeClock } from '../tests/fakes/clock.ts';
import { createTemporaryDatabase } from '../tests/fakes/database.ts';
import { createHoldCosts } from './hold-cost.ts';
import { DAY_MS } from './retention-due.ts';
import { createSegmentStore, type NewSegment, type SegmentStore } from './segment-store.ts';

const NOW = Date.UTC(2026, 10, 25, 1);
const TEN = 600_000;
const clock = createFakeClock(NOW);
const head = new Uint8Array(createHash('sha256').digest());
let database: Awaited<ReturnType<typeof createTemporaryDatabase>>;
let store: SegmentStore;
beforeEach(async () => {
  database = await createTemporaryDatabase();
  store = createSegmentStore(database);
});
afterEach(() => database.close());

function segment(cameraId: string, role: StreamRole, startMs: number, bytes: number): NewSegment {
  return {
    ...{ cameraId, role, diskId: 'd', path: `${cameraId}/${role}/${startMs}`, startMs, endMs: startMs + TEN, bytes },
    ...{ initBytes: 1, headBytes: 1, fragments: 1, timescale: 1000, codec: 'avc1.640028', audioCodec: null },
    ...{ width: 1, height: 1, previousHead: head, head },
  };
}
const nothingOpen = { of: () => undefined };

it('counts whole files that the range touches, of every stream, of this camera, closed or being written', async () => {
  for (let at = 0; at < 6; at += 1) await store.adopt(segment('a', 'main', NOW - 6 * TEN + at * TEN, 100), []);
  await store.adopt(segment('a', 'sub', NOW - 6 * TEN, 7), []);
  await store.adopt(segment('b', 'main', NOW - 6 * TEN, 1000), []);
  const cost = createHoldCosts({ store, open: nothingOpen, clock });
  const from = NOW - 6 * TEN;
  expect(await cost('a', from + 1, from + 2)).toEqual({ recordedBytes: 107, forecastBytes: 0 });
  expect(await cost('a', from + TEN - 1, from + TEN + 1)).toEqual({ recordedBytes: 207, forecastBytes: 0 });
  // At the very seam both are kept: `covers` asks the same.
  expect(await cost('a', from + TEN, from + TEN + 1)).toEqual({ recordedBytes: 207, forecastBytes: 0 });
  expect(await cost('a', from - 5000, from - 1)).toEqual({ recordedBytes: 0, forecastBytes: 0 });
  expect(await cost('nobody', 0, NOW)).toEqual({ recordedBytes: 0, forecastBytes: 0 });

  const open = segment('a', 'main', NOW, 55);
  const id = await store.open(open);
  const withOpen = createHoldCosts({
    ...{ store, clock },
    open: { of: ({ role }) => (role === 'main' ? { segment: { ...open, id, state: 'open' }, groups: [] } : undefined) },
  });
  expect(await withOpen('a', NOW + 1, NOW + 2)).toMatchObject({ recordedBytes: 55 });
});

it('forecasts the part that lies in the future at the rate of the last days', async () => {
  // A day of recording, ten minutes in each hour.
  for (let hour = 1; hour <= 24; hour += 1) await store.adopt(segment('a', 'main', NOW - hour * 3_600_000, 1000), []);
  const cost = createHoldCosts({ store, open: nothingOpen, clock });
  expect(await cost('a', NOW + DAY_MS, NOW + 3 * DAY_MS)).toEqual({ recordedBytes: 0, forecastBytes: 48_000 });
  const mixed = await cost('a', NOW - 3_600_000, NOW + DAY_MS / 2);
  expect(mixed).toEqual({ recordedBytes: 1000, forecastBytes: 12_000 });
});
