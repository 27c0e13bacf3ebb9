import { systemClock } from '#base/clock';
import type { Database } from '#base/database';
import { silentLogger } from '#base/log';
import { SEVERITIES } from '#contracts/events';
import type { SectorEventView } from '#contracts/sector-events';
import { addMarks, marksOf } from '../../server/sectors/events/event-marks.ts';
import type { Reader, SectorEventQuery } from '../../server/sectors/events/event-search.ts';
import { searchWords } from '../../server/sectors/events/event-store.ts';
import { createSectorEvents, type SectorEventDesk } from '../../server/sectors/events/sector-events.ts';
import { createTemporaryDatabase } from '../fakes/database.ts';
import { fakeCatalogue, fakePlaces, fakeSector } from '../fakes/sector-parts.ts';
import { percentile, round, say, table } from './figures.ts';

const SECTORS = [
  'kinh_te',
  'thu_tuc',
  'van_ban',
  'giao_duc',
  'y_te',
  'du_lich',
  'luu_tru',
  'camera',
  'mang',
  'phan_anh',
];
const AREAS = 102;
const CAMERAS = 1000;
/** Of those that somebody may view who has a group of them. */
const OWN_CAMERAS = 300;
const TITLES = [
  'Ngập đường Trần Hưng Đạo',
  'Hồ sơ quá hạn giải quyết',
  'Cây đổ chắn lối đi',
  'Mất dữ liệu của đơn vị',
  'Kẹt xe ở bến phà',
  'Ca bệnh truyền nhiễm mới',
];
const PER_DAY = 10_000;
const SEARCHES = 200;
/** Opened and closed besides. */
const MORE = 1024;
/** One of so many is still open; and the newest are. */
const OPEN_EVERY = 500;

/**
 * The queue and searches in a year of ten thousand events a day (TAMNHIN_BENCH_EVENTS; 3.65 million when left out): ms of
 * a page of a hundred, of two hundred searches each, over ten sectors and 102 communes; one in five hundred is open.
 */
export async function benchSectorEvents(): Promise<void> {
  const count = Number(process.env.TAMNHIN_BENCH_EVENTS ?? PER_DAY * 365);
  const database = await createTemporaryDatabase();
  const places = fakePlaces(AREAS);
  try {
    const begun = performance.now();
    await invent(database, count);
    say(
      `\n## Events of the sectors: searches in ${count} (filled in ${round((performance.now() - begun) / 1000, 0)} s)\n`,
    );
    const catalogue = fakeCatalogue(SECTORS.map((key) => fakeSector(key)));
    const events = await createSectorEvents({ database, clock: systemClock, log: silentLogger(), catalogue, places });
    const any = <T>(list: readonly T[]): T | undefined => list[Math.floor(Math.random() * list.length)];
    const everybody: Reader = { visible: () => true };
    const department: Reader = {
      visible: ({ unitId }: SectorEventView) => unitId === 'u7' || unitId === 'u8',
      within: { sectors: [], units: ['u7', 'u8'] },
    };
    const own = Array.from({ length: OWN_CAMERAS }, (_, at) => `cam${at * 3}`);
    const ownIds = new Set(own);
    const ofGroup: Reader = {
      visible: ({ cameraIds }: SectorEventView) => cameraIds.every((id) => ownIds.has(id)),
      cameras: { ids: own },
    };
    const before = () => Math.floor(Math.random() * count) + 2;
    const over = { state: 'over' as const, limit: 100 };
    const open = { state: 'open' as const, limit: 100 };
    const text = () => any(['quá hạn', 'bến phà', 'cay do', 'truyen nhiem moi', 'ngap phan_anh', 'không có chữ này']);
    const searches: Record<string, () => [SectorEventQuery, Reader]> = {
      'the queue': () => [open, everybody],
      'the queue of a sector': () => [{ ...open, sector: any(SECTORS) }, everybody],
      'the queue, words': () => [{ ...open, text: text() }, everybody],
      'the queue, sector, area, severity': () => [
        { ...open, sector: any(SECTORS), area: `c${1 + Math.floor(Math.random() * AREAS)}`, severity: any(SEVERITIES) },
        everybody,
      ],
      'over, from anywhere on': () => [{ ...over, before: before() }, everybody],
      'over, of an area': () => [{ ...over, area: `c${1 + Math.floor(Math.random() * AREAS)}` }, everybody],
      'over, words': () => [{ ...over, text: text(), before: before() }, everybody],
      'over, words that all have': () => [{ ...over, text: 'chi tiết của sự kiện', before: before() }, everybody],
      'over, words of a sector and area': () => [
        { ...over, text: text(), sector: any(SECTORS), area: `c${1 + Math.floor(Math.random() * AREAS)}` },
        everybody,
      ],
      'over, a day, extreme': () => {
        const fromMs = Math.floor(Math.random() * 365) * 86_400_000;
        return [{ ...over, severity: 'extreme', fromMs, toMs: fromMs + 86_400_000 }, everybody];
      },
      'over, by a department': () => [{ ...over, before: before() }, department],
      'over, words, by a department': () => [{ ...over, text: text() }, department],
      'over, words that never meet': () => [{ ...over, text: 'ngập cây', before: before() }, everybody],
      'the queue, of 300 cameras of 1,000': () => [open, ofGroup],
      'over, of 300 cameras': () => [{ ...over, before: before() }, ofGroup],
      'over, sector of cameras, of 300 cameras': () => [{ ...over, sector: 'camera', before: before() }, ofGroup],
      'over, words, of 300 cameras': () => [{ ...over, text: text(), before: before() }, ofGroup],
    };
    const rows = [];
    for (const [what, make] of Object.entries(searches)) {
      const times: number[] = [];
      let found = 0;
      for (let at = 0; at < SEARCHES; at += 1) {
        const [query, reader] = make();
        const started = performance.now();
        found += (await events.list(query, reader)).length;
        times.push(performance.now() - started);
      }
      rows.push({
        what,
        found: round(found / SEARCHES),
        'p50 ms': round(percentile(times, 0.5)),
        'p99 ms': round(percentile(times, 0.99)),
      });
    }
    say(table(rows));
    await benchWrites(events);
  } finally {
    await database.close();
  }
}

/** Life of a thousand and some more: how long each is opened and closed, and filing them takes. */
async function benchWrites(events: SectorEventDesk): Promise<void> {
  const turns: Record<string, number[]> = { opening: [], closing: [] };
  const timed = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
    const started = performance.now();
    const done = await work();
    turns[what]?.push(performance.now() - started);
    return done;
  };
  const opened: SectorEventView[] = [];
  for (let at = 0; at < MORE; at += 1) {
    const event = {
      ...{ key: `bench-${at}`, sector: 'y_te', type: 'x', title: { vi: `Ca bệnh số ${at}`, en: '' } },
      ...{ occurredMs: Date.now(), source: { kind: 'feed' as const, id: 'f' } },
    };
    opened.push(await timed('opening', () => events.open(event)));
  }
  for (const { id } of opened) await timed('closing', () => events.close(id, { id: 'p', name: 'P' }, 'xong'));
  const started = performance.now();
  events.begin();
  await events.stop();
  const eachMs = (performance.now() - started) / MORE;
  const rows = Object.entries(turns).map(([what, times]) => ({
    what,
    'p50 ms': round(percentile(times, 0.5), 2),
    'p99 ms': round(percentile(times, 0.99)),
  }));
  say(`\n${table(rows)}\n\nFiling, each: ${round(eachMs, 2)} ms`);
}

async function invent(database: Awaited<ReturnType<typeof createTemporaryDatabase>>, count: number): Promise<void> {
  const STEP = 32_768;
  for (let from = 0; from < count; from += STEP) {
    const to = Math.min(count, from + STEP);
    await database.run(
      `WITH RECURSIVE n (n) AS (
         SELECT CAST(? AS INTEGER) + 1 UNION ALL SELECT n + 1 FROM n WHERE n < CAST(? AS INTEGER))
       INSERT INTO sector_events (number, id, key, version, sector, type, title_vi, title_en, detail,
         severity, urgency, certainty, occurred_ms, opened_ms, overdue, latitude, longitude, place_name, area_code,
         unit_id, source_kind, source_id, camera_ids, count, last_ms, state, open, synthetic, words)
       SELECT n, 'event-' || n, 'key-' || n, 1, ${pick(SECTORS, 'n')}, 'type', ${pick(TITLES, 'n / 7')}, 'Title',
         'Chi tiết của sự kiện ' || n, ${pick(SEVERITIES, 'n * 31')}, 'unknown', 'unknown', n * 8640, n * 8640, 1,
         10 + (n % 1000) / 1000.0, 105 + (n % 977) / 977.0, '', 'c' || ((n * 7919) % ${AREAS} + 1),
         'u' || ((n * 7919) % ${AREAS} + 1), 'feed', 'f' || (n % 40),
         CASE WHEN n % 10 = ${SECTORS.indexOf('camera')} THEN 'cam' || ((n / 10 * 7) % ${CAMERAS}) END, 1, n * 8640,
         CASE WHEN ${OPEN} THEN 'open' ELSE 'closed' END, ${OPEN}, 0,
         CASE WHEN ${OPEN} THEN ${pick(WORDS, 'n / 7')} || n || ' ' END FROM n`.replaceAll('$count', String(count)),
      from,
      to,
    );
    await file(database, from, to);
  }
}

/** As the program files what is over, in large steps. */
async function file(database: Database, from: number, to: number): Promise<void> {
  const rows = await database.all<MarkedRow>(
    `SELECT number, sector, severity, area_code AS areaCode, unit_id AS unitId, camera_ids AS cameraIds
     FROM sector_events WHERE open = 0 AND number > ? AND number <= ?`,
    ...[from, to],
  );
  const words = WORDS.map((text) => text.trim().split(' '));
  await database.transaction((queries) =>
    addMarks(
      queries,
      rows.map(({ number, cameraIds, ...row }) => ({
        number,
        marks: [
          ...marksOf({ ...row, cameraIds: cameraIds === null ? [] : [cameraIds] }),
          ...(words[Math.floor(number / 7) % words.length] ?? []),
          String(number),
        ],
      })),
    ),
  );
}

interface MarkedRow {
  readonly number: number;
  readonly sector: string;
  readonly severity: string;
  readonly areaCode: string;
  readonly unitId: string;
  readonly cameraIds: string | null;
}

const OPEN = `(n % ${OPEN_EVERY} = 0 OR n > $count - 200)`;
/** As the store writes them, without the number that each has. */
const WORDS = TITLES.map((title) => ` ${searchWords(`${title} Title Chi tiết của sự kiện`).join(' ')} `);

function pick(values: readonly string[], at: string): string {
  return `CASE (${at}) % ${values.length} ${values.map((value, place) => `WHEN ${place} THEN '${value}'`).join(' ')} END`;
}
