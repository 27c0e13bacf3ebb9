import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Database } from '#base/database';
import { silentLogger } from '#base/log';
import type { Grant } from '#contracts/access';
import { NO_SCORES } from '#contracts/quality';
import type { AreaFigures, FigureHistory, ObservationView, SectorPage, SectorTile } from '#contracts/sectors';
import { createCatalogue } from '../../../tests/fakes/catalogue.ts';
import { createFakeClock, type FakeClock } from '../../../tests/fakes/clock.ts';
import { createTemporaryDatabase } from '../../../tests/fakes/database.ts';
import { createDeliveringStore, dayValue } from '../../../tests/fakes/observations.ts';
import { createPlaces } from '../../../tests/fakes/places.ts';
import type { PersonActor } from '../../access/actor.ts';
import { createFigures, type FigureService } from '../../sectors/figures/figures.ts';
import { createSectorPages } from '../../sectors/figures/page.ts';
import { createRestrictedLooks } from '../restricted-looks.ts';
import type { Call } from '../route.ts';
import { sectorFigureRoutes } from './sector-figures.ts';

let clock: FakeClock;
let database: Database;
let figures: FigureService;
let ask: (actor: PersonActor, name: string, more?: { params?: unknown; query?: unknown }) => Promise<unknown>;
let audit: { action: string; detail?: unknown }[];

/** Somebody of a unit that delivers to health, somebody of the sector, and the leader of all. */
const unit = person('clinic', { role: 'department', scope: { kind: 'unit', unitId: 'unit-30301' } });
const doctor = person('doctor', { role: 'department', scope: { kind: 'sector', sector: 'health' } });
const leader = person('leader', { role: 'leader', scope: { kind: 'all' } });
const stranger = person('stranger', { role: 'department', scope: { kind: 'sector', sector: 'roads' } });

function person(username: string, grant: Grant): PersonActor {
  return {
    ...{ kind: 'person', userId: username, username, displayName: username, grants: [grant] },
    ...{ mustChangePassword: false, mustEnrolTotp: false, address: '', sessionId: username, csrfToken: '' },
    expiresMs: 0,
  };
}

beforeEach(async () => {
  clock = createFakeClock(Date.parse('2026-11-26T08:00:00+07:00'));
  database = await createTemporaryDatabase(clock);
  const store = await createDeliveringStore(database, clock);
  const catalogue = createCatalogue({
    'health.visits': { kind: 'flow' },
    'health.cases': { kind: 'flow', confidentiality: 'restricted' },
  });
  const places = createPlaces();
  figures = createFigures({
    ...{ database, clock, catalogue, places, observations: store },
    ...{ obligations: () => [], syntheticFeeds: () => [], targets: async () => [] },
  });
  audit = [];
  const routes = sectorFigureRoutes({
    ...{ catalogue, places, figures, observations: store },
    looks: createRestrictedLooks({
      ...{ catalogue, now: clock.now, log: silentLogger() },
      audit: { append: async (entry) => void audit.push(entry) },
    }),
    tiles: { list: async () => [tile('health'), tile('roads')] },
    targetResults: async () => [],
    page: createSectorPages({ figures, catalogue, places, clock, scoresOf: () => NO_SCORES }),
    sectorTarget: (sector) => ({ kind: 'sector', sector, unitIds: ['unit-30301'], feedId: null }),
    originOf: async (feedId, batchId) => ({ feedName: `name of ${feedId}`, sender: `sender of ${batchId}` }),
  });
  ask = async (actor, name, { params, query } = {}) => {
    const route = routes.find((one) => one.name === name);
    if (route === undefined) throw new Error(`no route ${name}`);
    // What a handler reads of a call; the door has its own tests.
    const call = { params: route.params?.parse(params), query: route.query?.parse(query), actor };
    return route.handle(call as unknown as Call<unknown, unknown, unknown>);
  };
  for (const [batch, value] of [41, 42].entries()) {
    await store.deliver(`b${batch}`, [
      dayValue('health.visits', '30301', '2026-11-25', value),
      dayValue('health.cases', '30301', '2026-11-25', 2, { row: 2 }),
    ]);
  }
});
afterEach(async () => {
  figures.close();
  await database.close();
});

const page = { params: { sector: 'health' }, query: {} };
const today = Date.parse('2026-11-26T00:00:00+07:00');
const range = { fromMs: today - 86_400_000, toMs: today };
const cell = { area: '30301', periodStartMs: range.fromMs };

it('shows each person the sectors that they may read', async () => {
  const tiles = async (actor: PersonActor): Promise<string[]> =>
    ((await ask(actor, 'GET /api/sector-tiles')) as SectorTile[]).map(({ sector }) => sector);
  expect(await tiles(leader)).toEqual(['health', 'roads']);
  expect(await tiles(doctor)).toEqual(['health']);
  expect(await tiles(unit)).toEqual(['health', 'roads']);
  for (const [name, call] of [
    ['GET /api/sectors/:sector/page', page],
    ['GET /api/indicators/:indicator/areas', { params: { indicator: 'health.visits' }, query: {} }],
    ['GET /api/indicators/:indicator/history', { params: { indicator: 'health.visits' }, query: range }],
    ['GET /api/observations', { query: { ...cell, indicator: 'health.visits' } }],
  ] as const) {
    await expect(ask(stranger, name, call)).rejects.toMatchObject({ kind: 'notFound' });
  }
});

it('keeps what is restricted from those who only deliver, and has on record who looked at it', async () => {
  const codes = async (actor: PersonActor): Promise<string[]> =>
    ((await ask(actor, 'GET /api/sectors/:sector/page', page)) as SectorPage).indicators.map(({ code }) => code);
  expect(await codes(unit)).toEqual(['health.visits']);
  expect(audit).toEqual([]);
  const restricted = { params: { indicator: 'health.cases' }, query: {} };
  for (const [name, call] of [
    ['GET /api/indicators/:indicator/areas', restricted],
    ['GET /api/indicators/:indicator/history', { ...restricted, query: range }],
    ['GET /api/observations', { query: { ...cell, indicator: 'health.cases' } }],
  ] as const) {
    await expect(ask(unit, name, call)).rejects.toMatchObject({ kind: 'forbidden' });
    expect(audit).toEqual([]);
    await ask(leader, name, call);
    expect(audit.splice(0)).toMatchObject([
      { actor: leader, action: 'restricted.seen', detail: { sector: 'health', indicators: 'health.cases' } },
    ]);
    clock.advance(3_600_000);
  }
  expect(await codes(doctor)).toEqual(['health.visits', 'health.cases']);
  expect(await codes(doctor)).toHaveLength(2);
  expect(audit).toHaveLength(1);
  clock.advance(3_600_000);
  await codes(doctor);
  expect(audit).toHaveLength(2);
});

it('traces a figure to batch, row and sender', async () => {
  const views = (await ask(doctor, 'GET /api/observations', {
    query: { ...cell, indicator: 'health.visits' },
  })) as ObservationView[];
  const common = {
    indicator: 'health.visits',
    areaCode: '30301',
    periodStartMs: range.fromMs,
    periodEndMs: today,
    row: 1,
  };
  expect(views).toMatchObject([
    {
      ...common,
      value: 42,
      revision: 2,
      newest: true,
      batchId: 'b1',
      sender: 'sender of b1',
      feedName: 'name of feed',
    },
    { ...common, value: 41, revision: 1, newest: false, batchId: 'b0', sender: 'sender of b0', undone: false },
  ]);
  const history = (await ask(doctor, 'GET /api/indicators/:indicator/history', {
    params: { indicator: 'health.visits' },
    query: { ...range, fromMs: `${range.fromMs}`, toMs: `${range.toMs}` },
  })) as FigureHistory;
  const [point] = history.points;
  expect(point).toEqual({ startMs: range.fromMs, value: 42, target: null, revised: true, denominator: null });
  const areas = (await ask(doctor, 'GET /api/indicators/:indicator/areas', {
    params: { indicator: 'health.visits' },
    query: {},
  })) as AreaFigures;
  expect(areas.figures.map(({ value }) => value)).toEqual([42, null, null]);
});

it('says what is wrong with a question', async () => {
  const history = (query: unknown) =>
    ask(doctor, 'GET /api/indicators/:indicator/history', { params: { indicator: 'health.visits' }, query });
  await expect(history({ ...range, toMs: range.fromMs })).rejects.toMatchObject({ code: 'sectors.rangeEmpty' });
  await expect(history({ ...range, area: '99999' })).rejects.toMatchObject({ code: 'places.unknownArea' });
});

function tile(sector: string): SectorTile {
  return {
    ...{ sector, revision: 1, headline: null, curve: [], scores: NO_SCORES, openEvents: {} },
    ...{ newestMs: null, synthetic: false },
  };
}
