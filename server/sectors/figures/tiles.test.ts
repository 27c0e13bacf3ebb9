import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Database } from '#base/database';
import { silentLogger } from '#base/log';
import { NO_SCORES, type Scores } from '#contracts/quality';
import { cadenceSchema, type SectorTile } from '#contracts/sectors';
import { type CatalogueFake, createCatalogue, ratioOf } from '../../../tests/fakes/catalogue.ts';
import { createFakeClock, type FakeClock } from '../../../tests/fakes/clock.ts';
import { createTemporaryDatabase } from '../../../tests/fakes/database.ts';
import { createDeliveringStore, type DeliveringStore, dayValue } from '../../../tests/fakes/observations.ts';
import { createPlaces } from '../../../tests/fakes/places.ts';
import { createFigures, type FigureService } from './figures.ts';
import { createSectorPages } from './page.ts';
import { createTiles, type Tiles } from './tiles.ts';

let clock: FakeClock;
let database: Database;
let store: DeliveringStore;
let catalogue: CatalogueFake;
let figures: FigureService;
let tiles: Tiles;
let told: SectorTile[];
let scores: Scores;
let reckoned = 0;
const places = createPlaces();

beforeEach(async () => {
  clock = createFakeClock(Date.parse('2026-11-26T08:00:00+07:00'));
  database = await createTemporaryDatabase(clock);
  store = await createDeliveringStore(database, clock);
  catalogue = createCatalogue(
    {
      'health.visits': { kind: 'flow' },
      'health.secret': { kind: 'flow', confidentiality: 'restricted' },
      'other.share': ratioOf(['health.visits'], ['other.people']),
      'other.people': { kind: 'stock', shown: false },
    },
    ['health.visits', 'other.share'],
  );
  figures = createFigures({
    ...{ database, clock, catalogue, places, observations: store },
    ...{ obligations: () => [], syntheticFeeds: () => [], targets: async () => [] },
  });
  scores = NO_SCORES;
  reckoned = 0;
  told = [];
  tiles = createTiles({
    ...{ catalogue, places, observations: store, clock, log: silentLogger() },
    figures: {
      ...figures,
      figure(indicator, area) {
        if (indicator === 'health.visits') reckoned += 1;
        return figures.figure(indicator, area);
      },
    },
    scoresOf: () => scores,
    openEvents: () => ({}),
  });
  tiles.onChanged((tile) => told.push(tile));
  await tiles.list();
  told.length = 0;
});
afterEach(async () => {
  await tiles.close();
  figures.close();
  await database.close();
  expect(clock.pending()).toBe(0);
});

const visits = (value: number, date = '2026-11-25') => dayValue('health.visits', '30301', date, value);
async function heard(count: number): Promise<void> {
  await vi.waitFor(() => expect(told).toHaveLength(count), { interval: 2 });
}

it('is told within a second of a delivery, to those whose figures use it', async () => {
  await store.deliver('b1', [visits(41), dayValue('other.people', '30301', '2026-11-25', 82)]);
  clock.advance(500);
  await heard(2);
  expect(told.map(({ sector, headline }) => [sector, headline?.value])).toEqual([
    ['health', 41],
    ['other', 50],
  ]);
  const [first] = told;
  expect(first).toMatchObject({ curve: [41], newestMs: clock.now() - 500, synthetic: false });
  expect(first?.revision).toBeGreaterThanOrEqual(clock.now() - 500);
});

it('is reckoned a few times a second whatever comes, and ends with the last value', async () => {
  const before = reckoned;
  for (let push = 0; push < 20; push += 1) {
    await store.deliver(`b${push}`, [visits(push)]);
    clock.advance(100);
    await new Promise(setImmediate);
  }
  clock.advance(1000);
  await vi.waitFor(() => expect(told.at(-1)).toMatchObject({ headline: { value: 19 } }), { interval: 2 });
  expect(reckoned - before).toBeLessThanOrEqual(7);
  const revisions = told.map(({ revision }) => revision);
  expect(revisions).toEqual([...new Set(revisions)].sort((a, b) => a - b));
});

it('turns grey by itself when nothing comes', async () => {
  catalogue.put('health.visits', { kind: 'flow', cadence: cadenceSchema.parse({ every: 'day', graceMinutes: 60 }) });
  await store.deliver('b1', [visits(41)]);
  clock.advance(500);
  await heard(1);
  expect(told[0]).toMatchObject({ sector: 'health', headline: { state: 'fresh' } });
  told.length = 0;
  // From now on nobody touches anything.
  for (let hour = 0; hour < 18; hour += 1) {
    clock.advance(3_600_000);
    await new Promise(setImmediate);
    await tiles.list();
  }
  const last = () => told.filter(({ sector }) => sector === 'health').at(-1);
  await vi.waitFor(() => expect(last()).toMatchObject({ headline: { value: 41, state: 'stale', staleAtMs: null } }));
});

it('shows scores and events as they change, and says nothing when nothing did', async () => {
  tiles.touch('health');
  clock.advance(1000);
  await new Promise(setImmediate);
  expect(told).toEqual([]);
  scores = { ...NO_SCORES, clean: { a: 1, b: 2 } };
  tiles.touch('health');
  clock.advance(1000);
  await heard(1);
  expect(told[0]).toMatchObject({ sector: 'health', scores: { clean: { a: 1, b: 2 } } });
});

it('never carries what is restricted', async () => {
  const sealed = createCatalogue({ 'health.secret': { kind: 'flow', confidentiality: 'restricted' } }, [
    'health.secret',
  ]);
  const deps = { figures, catalogue: sealed, places, observations: store, clock, log: silentLogger() };
  const others = createTiles({ ...deps, scoresOf: () => NO_SCORES, openEvents: () => ({}) });
  await store.deliver('b1', [dayValue('health.secret', '30301', '2026-11-25', 7)]);
  expect(await others.list()).toMatchObject([{ headline: null, curve: [], newestMs: null }]);
  await others.close();
});

describe('the page of a sector', () => {
  it('has the shown figures in the order of the layout, with their curves', async () => {
    const page = createSectorPages({ figures, catalogue, places, clock, scoresOf: () => scores });
    await store.deliver('b1', [
      visits(40, '2026-11-23'),
      visits(41),
      dayValue('health.secret', '30301', '2026-11-25', 7),
    ]);
    const whole = await page({ sector: 'health', restricted: true });
    expect(whole.indicators.map(({ code }) => code)).toEqual(['health.visits', 'health.secret']);
    expect(whole.figures.map(({ value }) => value)).toEqual([41, 7]);
    expect(whole.curves['health.visits']?.map(({ value }) => value)).toEqual([40, null, 41]);
    const open = await page({ sector: 'health', area: '30302', restricted: false, atMs: clock.now() + 5000 });
    expect(open).toMatchObject({ areaCode: '30302', atMs: clock.now(), figures: [{ state: 'missing' }] });
    const past = await page({ sector: 'health', restricted: false, atMs: clock.now() - 1000 });
    expect(past).toMatchObject({ figures: [{ state: 'missing' }], curves: { 'health.visits': [] } });
    await expect(page({ sector: 'unknown', restricted: true })).rejects.toMatchObject({ kind: 'notFound' });
  });
});
