import { stat } from 'node:fs/promises';
import { setImmediate as breathe } from 'node:timers/promises';
import { systemClock } from '#base/clock';
import { silentLogger } from '#base/log';
import { NO_SCORES } from '#contracts/quality';
import { createFigures } from '../../server/sectors/figures/figures.ts';
import { createSectorPages } from '../../server/sectors/figures/page.ts';
import { createTiles } from '../../server/sectors/figures/tiles.ts';
import type { NewObservation } from '../../server/sectors/interfaces.ts';
import { createCatalogue, ratioOf } from '../fakes/catalogue.ts';
import { createTemporaryDatabase } from '../fakes/database.ts';
import { createDeliveringStore, type DeliveringStore } from '../fakes/observations.ts';
import { createPlaces } from '../fakes/places.ts';
import { percentile, round, say, table } from './figures.ts';
import { benchScores } from './sector-scores.ts';

const DAY_MS = 86_400_000;
const AREAS = 102;
const SECTORS = 10;
/** Delivered indicators of a sector, by kind; with two ratios of them that makes 56 and a few that are shown. */
const DELIVERED = 6;
/** A year; fewer for a quick look. */
const DAYS = Number(process.env.TAMNHIN_BENCH_DAYS ?? 365);
const LOADED = 1_000_000;
const PAGES = 300;
const PUSHES = 40;

/**
 * A province of 102 communes with 56 indicators and more, daily, for a year. First a million values are loaded, in
 * deliveries of one day each, against a plain `INSERT` loop of as many rows into one table without an index; then the
 * rest of the year. Pages are asked for one after another, each of another sector or area, while values keep coming.
 */
export async function benchSectors(): Promise<void> {
  // Timers of the house keep no program alive.
  const awake = setInterval(() => {}, 60_000);
  const database = await createTemporaryDatabase();
  const store = await createDeliveringStore(database, systemClock);
  const places = createPlaces(AREAS);
  const catalogue = createCatalogue(
    drafts(),
    keys().map((key) => `${key}.share`),
  );
  const delivered = catalogue.indicators().filter(({ kind }) => kind !== 'ratio');
  const communes = places.areas().slice(1);
  const todayMs = Math.floor((Date.now() + 7 * 3_600_000) / DAY_MS) * DAY_MS - 7 * 3_600_000;

  function day(index: number): NewObservation[] {
    const startMs = todayMs - (DAYS - index) * DAY_MS;
    const period = { startMs, endMs: startMs + DAY_MS };
    return delivered.flatMap(({ code, kind }, place) =>
      communes.map(({ code: areaCode }, area) => ({
        ...{ indicator: code, areaCode, unitId: `unit-${areaCode}`, dims: {}, period, reason: null },
        ...{ value: ((place + 3) * (area + 7) * (index + 11)) % (kind === 'index' ? 100 : 1000), status: 'final' },
        ...{ phenomenonMs: period.endMs, resultMs: null, row: place * AREAS + area + 1 },
      })),
    );
  }

  say('\n## Sectors: loading a million values\n');
  const perDay = delivered.length * AREAS;
  const loadedDays = Math.ceil(LOADED / perDay);
  const plain = await createPlainTable();
  let [oursMs, plainMs] = [0, 0];
  for (let index = 0; index < DAYS; index += 1) {
    const values = day(index);
    const receivedMs = (values[0]?.period.endMs ?? 0) + 3_600_000;
    const ms = await timed(() => store.deliver(`day-${index}`, values, { receivedMs }));
    if (index >= loadedDays) continue;
    oursMs += ms;
    plainMs += await timed(() => plain.insert(`day-${index}`, values));
  }
  await plain.close();
  const count = loadedDays * perDay;
  const rate = (ms: number): number => Math.round((count / ms) * 1000);
  say(
    table([
      { way: 'values of departments', rows: count, 'rows/s': rate(oursMs) },
      { way: 'plain INSERT loop', rows: count, 'rows/s': rate(plainMs) },
    ]),
  );
  say(`ratio ${round(plainMs / oursMs, 2)}; aim: a third or more`);
  const { size } = await stat(database.path);
  say(`a year: ${DAYS * perDay} values, ${Math.round(size / 2 ** 20)} MB`);

  const figures = createFigures({
    ...{ database, clock: systemClock, catalogue, places, observations: store },
    ...{ obligations: () => communes.map(({ code }) => ({ areaCode: code, unitId: `unit-${code}` })) },
    ...{ syntheticFeeds: () => [], targets: async () => [] },
  });
  await benchPages({ figures, catalogue, places, store, day });
  await benchTiles({ figures, catalogue, places, store, day });
  await benchDrill({ figures });
  await benchScores({ database, figures, catalogue, places, store, newestDay: day(DAYS - 1) });
  figures.close();
  await database.close();
  clearInterval(awake);
}

interface Built {
  readonly figures: ReturnType<typeof createFigures>;
  readonly catalogue: ReturnType<typeof createCatalogue>;
  readonly places: ReturnType<typeof createPlaces>;
  readonly store: DeliveringStore;
  readonly day: (index: number) => NewObservation[];
}

async function benchPages({ figures, catalogue, places, store, day }: Built): Promise<void> {
  const page = createSectorPages({ figures, catalogue, places, clock: systemClock, scoresOf: () => NO_SCORES });
  const ask = async (sector: string, area?: string): Promise<number> =>
    timed(async () => void JSON.stringify(await page({ sector, area, restricted: true })));
  const cold: number[] = [];
  for (const key of keys()) cold.push(await ask(key));
  const changing: number[] = [];
  const ofCommunes: number[] = [];
  const today = day(DAYS - 1);
  for (let turn = 0; turn < PAGES; turn += 1) {
    const key = keys()[turn % SECTORS] ?? '';
    // Each page is asked for after a delivery that changes all communes of one of its indicators.
    const mine = today.filter(({ indicator }) => indicator === `${key}.i${turn % DELIVERED}`);
    await store.deliver(
      `page-${turn}`,
      mine.map((one) => ({ ...one, value: turn })),
    );
    changing.push(await ask(key));
    ofCommunes.push(await ask(key, `${30_301 + ((turn * 37) % AREAS)}`));
    await breathe();
  }
  say('\n## Sectors: a page, ms of the server\n');
  say(
    table(
      Object.entries({
        'province, after a start': cold,
        'province, while values come': changing,
        commune: ofCommunes,
      }).map(([what, ms]) => ({
        what,
        pages: ms.length,
        p50: round(percentile(ms, 0.5)),
        p95: round(percentile(ms, 0.95)),
      })),
    ),
  );
  say('aim: p95 of 100 ms or less');
}

async function benchTiles({ figures, catalogue, places, store, day }: Built): Promise<void> {
  const tiles = createTiles({
    ...{ figures, catalogue, places, observations: store, clock: systemClock, log: silentLogger() },
    ...{ scoresOf: () => NO_SCORES, openEvents: () => ({}) },
  });
  await tiles.list();
  let told = 0;
  const ms: number[] = [];
  const today = day(DAYS - 1).filter(({ indicator }) => indicator === 'sector0.i0');
  for (let push = 0; push < PUSHES; push += 1) {
    const begunMs = performance.now();
    const heard = new Promise<void>((resolve) => {
      const stop = tiles.onChanged(({ sector }) => {
        if (sector !== 'sector0') return;
        stop();
        resolve();
      });
    });
    await store.deliver(
      `tile-${push}`,
      today.map((one) => ({ ...one, value: 10_000 + push })),
    );
    await heard;
    ms.push(performance.now() - begunMs);
  }
  const stop = tiles.onChanged(() => {
    told += 1;
  });
  const burst = await timed(async () => {
    for (let push = 0; push < 100; push += 1) {
      await store.deliver(
        `burst-${push}`,
        today.map((one) => ({ ...one, value: push })),
      );
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  });
  stop();
  await tiles.close();
  say('\n## Sectors: from the push to the tile that is told, ms\n');
  say(`p50 ${round(percentile(ms, 0.5))}, p95 ${round(percentile(ms, 0.95))} of ${ms.length}; aim: 1,000 or less`);
  say(`100 pushes in ${round(burst / 1000)} s: ${told} tiles told`);
}

async function benchDrill({ figures }: Pick<Built, 'figures'>): Promise<void> {
  const toMs = Date.now();
  const range = { areaCode: '91', fromMs: toMs - DAYS * DAY_MS, toMs };
  const rows: { what: string; ms: number }[] = [];
  const note = async (what: string, work: () => Promise<unknown>): Promise<void> => {
    rows.push({ what, ms: round(await timed(work)) });
  };
  await note('102 communes of a ratio', () => figures.ofAreas('sector3.share'));
  await note('the same again', () => figures.ofAreas('sector3.share'));
  await note('a year of a ratio, province', () => figures.history({ ...range, indicator: 'sector4.share' }));
  await note('a year of a ratio, commune', () =>
    figures.history({ ...range, indicator: 'sector4.share', areaCode: '30340' }),
  );
  await note('as it stood a day ago, province', () => figures.figure('sector5.share', '91', toMs - DAY_MS));
  say('\n## Sectors: looking closer, ms\n');
  say(table(rows));
}

function keys(): readonly string[] {
  return Array.from({ length: SECTORS }, (_, index) => `sector${index}`);
}

function drafts() {
  return Object.fromEntries(
    keys().flatMap((key) => [
      ...Array.from({ length: DELIVERED }, (_, index) => [
        `${key}.i${index}`,
        { kind: index === 0 ? ('stock' as const) : ('flow' as const), shown: index < 4 },
      ]),
      [`${key}.share`, ratioOf([`${key}.i1`, `${key}.i2`], [`${key}.i1`, `${key}.i2`, `${key}.i3`])],
      [`${key}.late`, ratioOf([`${key}.i4`], [`${key}.i5`])],
    ]),
  );
}

async function createPlainTable() {
  const database = await createTemporaryDatabase();
  await database.run(
    `CREATE TABLE plain (indicator TEXT, area TEXT, unit TEXT, period INTEGER, period_end INTEGER, value REAL,
       status TEXT, phenomenon INTEGER, feed TEXT, batch TEXT, row INTEGER)`,
  );
  return {
    insert: (batch: string, values: readonly NewObservation[]): Promise<void> =>
      database.transaction(async (queries) => {
        for (const one of values) {
          await queries.run(
            'INSERT INTO plain VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
            ...[one.indicator, one.areaCode, one.unitId, one.period.startMs, one.period.endMs, one.value],
            ...[one.status, one.phenomenonMs, 'feed', batch, one.row],
          );
        }
      }),
    close: () => database.close(),
  };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begunMs = performance.now();
  await work();
  return performance.now() - begunMs;
}
