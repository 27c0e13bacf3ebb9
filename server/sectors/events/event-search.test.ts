import { afterEach, beforeEach, expect, it } from 'vitest';
import { silentLogger } from '#base/log';
import { SEVERITIES } from '#contracts/events';
import type { SectorEventView } from '#contracts/sector-events';
import { createFakeClock, type FakeClock } from '../../../tests/fakes/clock.ts';
import { createTemporaryDatabase } from '../../../tests/fakes/database.ts';
import { fakeCatalogue, fakePlaces, fakeSector } from '../../../tests/fakes/sector-parts.ts';
import type { Reader, SectorEventQuery } from './event-search.ts';
import { allMarksOf, isOpen, readEvents, type StoredEvent, searchWords } from './event-store.ts';
import { createSectorEvents, type SectorEventDesk } from './sector-events.ts';

const SECTORS = ['y_te', 'camera', 'phan_anh'];
const UNITS = ['u1', 'u2', 'u3', 'u4'];
const CAMERAS = Array.from({ length: 100 }, (_, at) => `k${at}`);
const TITLES = ['Ngập đường', 'Cây đổ', 'Ca bệnh mới', 'Kẹt xe', 'Đường ngập, cây đổ'];
const WORDS = ['ngap', 'cay do', 'ĐƯỜNG', 'moi ca', 'ngập kẹt', 'lần 7', 'không có'];
const AN = { id: 'an', name: 'Nguyễn An' };
const EVENTS = 240;
/** Blocks of numbers end here: what is kept of a mark lies in two of them. */
const BORDER = 32_768;

let clock: FakeClock;
let database: Awaited<ReturnType<typeof createTemporaryDatabase>>;
let events: SectorEventDesk;
let random: (below: number) => number;

beforeEach(async () => {
  clock = createFakeClock();
  database = await createTemporaryDatabase();
  const catalogue = fakeCatalogue(SECTORS.map((key) => fakeSector(key)));
  events = await createSectorEvents({ database, clock, log: silentLogger(), catalogue, places: fakePlaces(3) });
  let seed = 7;
  random = (below) => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return (seed >>> 8) % below;
  };
});
afterEach(() => database.close());

function any<T>(list: readonly T[]): T {
  const one = list[random(list.length)];
  if (one === undefined) throw new Error('an empty list');
  return one;
}
const some = <T>(list: readonly T[]): T[] => list.filter(() => random(3) === 0);
const maybe = <T>(make: () => T): T | undefined => (random(3) === 0 ? make() : undefined);

async function openOne(at: number): Promise<SectorEventView> {
  clock.advance(60_000);
  return events.open({
    ...{ key: `k${at}`, sector: any(SECTORS), type: 'x', title: { vi: `${any(TITLES)} lần ${at % 30}`, en: 'x' } },
    ...{ occurredMs: clock.now(), source: { kind: 'feed', id: 'f' }, severity: any(SEVERITIES) },
    ...(random(4) === 0 ? {} : { areaCode: `c${1 + random(3)}` }),
    ...(random(4) === 0 ? {} : { unitId: any(UNITS) }),
    place: { latitude: 10.4, longitude: 105.4, name: any(['Cầu mới', 'Chợ', 'Trường']) },
    cameraIds: random(2) === 0 ? [] : Array.from({ length: 1 + random(3) }, () => any(CAMERAS)),
  });
}

/** Files what is over, where that is enough. */
async function file(): Promise<void> {
  events.begin();
  await events.stop();
}

/** More cameras than are asked about at once, few, or none; with a part of the sectors, or all. */
function anyReader(): Reader {
  const ids = random(4) === 0 ? undefined : any([[], CAMERAS.slice(0, 2), CAMERAS.slice(0, 80)]);
  const [sectors, units] = [some(SECTORS), some(UNITS)];
  const within = maybe(() => ({ sectors, units }));
  const own = maybe(() => (within === undefined ? some(SECTORS) : some(sectors)));
  return {
    visible({ cameraIds, sector, unitId }) {
      const isWithin = within === undefined || sectors.includes(sector);
      const isOfUnit = unitId !== null && units.includes(unitId);
      if (ids === undefined || cameraIds.length === 0) return isWithin || isOfUnit;
      return (own?.includes(sector) ?? isWithin) && cameraIds.every((id) => ids.includes(id));
    },
    within,
    // The sectors of somebody's cameras are among those that they see at all.
    cameras: ids === undefined ? undefined : { ids, sectors: own ?? (within === undefined ? undefined : sectors) },
  };
}

function anyQuery(newest: StoredEvent, count: number): SectorEventQuery {
  const time = (): number => newest.openedMs - random(count) * 60_000;
  return {
    state: any(['open', 'over']),
    sector: maybe(() => any(SECTORS)),
    area: maybe(() => `c${1 + random(3)}`),
    severity: maybe(() => any(SEVERITIES)),
    text: maybe(() => (random(8) === 0 ? `#${newest.number - random(count)}` : any(WORDS))),
    fromMs: random(6) === 0 ? time() : undefined,
    toMs: random(6) === 0 ? time() : undefined,
    before: maybe(() => newest.number - random(count)),
    limit: any([1, 7, 300]),
  };
}

function isWanted(event: StoredEvent, words: ReadonlySet<string>, query: SectorEventQuery): boolean {
  const { text = '', fromMs = 0, toMs = Infinity, before = Infinity } = query;
  return (
    isOpen(event) === (query.state === 'open') &&
    (query.sector === undefined || event.sector === query.sector) &&
    (query.area === undefined || event.areaCode === query.area) &&
    (query.severity === undefined || event.severity === query.severity) &&
    (text.startsWith('#') ? `#${event.number}` === text : searchWords(text).every((word) => words.has(word))) &&
    event.openedMs >= fromMs &&
    event.openedMs <= toMs &&
    event.number < before
  );
}

/** As a walk over all that there is would find it, for many queries of many readers. */
async function compare(times: number): Promise<void> {
  const all = await readEvents(database, 'ORDER BY number DESC');
  const newest = any(all.slice(0, 1));
  const words = new Map(
    all.map(({ number, title: { vi, en }, detail, place }) => [
      number,
      new Set(searchWords([vi, en, detail, place?.name].join(' '))),
    ]),
  );
  for (let at = 0; at < times; at += 1) {
    const reader = anyReader();
    const query = anyQuery(newest, all.length);
    const expected = all
      .filter((event) => isWanted(event, words.get(event.number) ?? new Set(), query) && reader.visible(event))
      .slice(0, query.limit);
    const found = await events.list(query, reader);
    expect(
      found.map(({ number }) => number),
      JSON.stringify({ query, ...reader }),
    ).toEqual(expected.map(({ number }) => number));
  }
}

it('finds what a walk over all events would find, whatever is asked by whomever, filed or not', async () => {
  const made = [await openOne(0)];
  await database.run('UPDATE sector_events SET number = ?', BORDER - EVENTS / 3);
  for (let at = 1; at < EVENTS; at += 1) made.push(await openOne(at));
  await compare(40);
  for (const { id } of made) if (random(5) > 0) await events.close(id, AN, 'xong');
  await compare(60);
  await file();
  expect(await filed()).toBeGreaterThan(100);
  await compare(60);

  for (const [at, { id }] of made.entries()) {
    if (at % 5 === 0) await events.reopen(id, AN);
    if (at % 7 === 0) await events.forgetPlace(id);
    if (at % 15 === 0) await events.close(id, AN, 'xong');
  }
  await compare(100);
  for (const { id } of made) await events.close(id, AN, 'xong').catch(() => undefined);
  await file();
  expect(await filed()).toBeGreaterThan(200);
  await compare(100);
  await expectMarks();
});

async function filed(): Promise<number> {
  const row = await database.get<{ n: number }>('SELECT COUNT(*) AS n FROM sector_events WHERE words IS NULL');
  return row?.n ?? 0;
}

/** Of each mark as many as have it: none is left of what was opened again or has forgotten where it was. */
async function expectMarks(): Promise<void> {
  const counts = new Map<string, number>();
  for (const event of await readEvents(database, 'WHERE words IS NULL')) {
    for (const mark of new Set(allMarksOf(event))) counts.set(mark, (counts.get(mark) ?? 0) + 1);
  }
  const rows = await database.all<{ mark: string; bytes: number }>(
    'SELECT mark, SUM(length(bits)) AS bytes FROM sector_event_marks GROUP BY mark',
  );
  expect(new Map(rows.map(({ mark, bytes }) => [mark, bytes / 2]))).toEqual(counts);
}
