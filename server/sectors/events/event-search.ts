import { setImmediate as immediate } from 'node:timers/promises';
import type { Database } from '#base/database';
import type { Severity } from '#contracts/events';
import { blockOf, type Found, firstOf, markOf, meet, numbersOf, PLAIN, put, readMarks, unite } from './event-marks.ts';
import {
  isOpen,
  numberBefore,
  readEvents,
  readUnfiled,
  SLACK_MS,
  type StoredEvent,
  searchWords,
} from './event-store.ts';

/**
 * Finding events, the newest first. What is open, and what was over lately, is gone through by an index that says what
 * a search asks of each. What was over before is found by its marks. Both give numbers; the events are read and looked
 * at in the end.
 */
export interface SectorEventQuery {
  readonly state: 'open' | 'over';
  readonly sector?: string | undefined;
  readonly area?: string | undefined;
  readonly severity?: Severity | undefined;
  readonly text?: string | undefined;
  /** ms since 1970, by when it was opened; both inclusive. */
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
  readonly before?: number | undefined;
  readonly limit: number;
}

/** Who asks: what they may see of what is found, and where that can be at all. */
export interface Reader {
  readonly visible: (event: StoredEvent) => boolean;
  /** `undefined`: anywhere. Events of these units, and of these sectors. */
  readonly within?: { readonly sectors: readonly string[]; readonly units: readonly string[] } | undefined;
  /**
   * `undefined`: what tells of cameras is kept from them no more than the rest. Else there is only what tells of these
   * cameras, in these sectors; `sectors` left out: in any.
   */
  readonly cameras?: { readonly ids: readonly string[]; readonly sectors?: readonly string[] | undefined } | undefined;
}

/** Events read at a time while looking for visible ones, and how many such reads one search may cost. */
const PAGE = 200;
const PAGES = 25;
/** Blocks of numbers that are asked about at once: one to begin with, and up to so many where that does not take long. */
const MOST_BLOCKS = 16;
/** Of what is not filed so many are looked at at once: a page to begin with, and up to so many. */
const MOST_UNFILED = 2000;
/** After so long others have their turn: live video waits for the thread. */
const LONG_MS = 4;
const MOST_WORDS = 12;

/** `#1234`: the event of this number. */
const NUMBER = /^#(\d{1,15})$/;

/** Marks, one of which must be there. */
type Condition = ReadonlySet<string>;
interface Asked {
  readonly open: boolean;
  readonly columns: Readonly<Record<'sector' | 'area_code' | 'severity', string | undefined>>;
  readonly words: readonly string[];
  /** All conditions of one of them hold. `undefined`: the reader may see anything. */
  readonly ways: readonly (readonly Condition[])[] | undefined;
}

/** Gives up within a bound where nearly nothing of what there is may be seen. */
export async function searchEvents(
  database: Database,
  query: SectorEventQuery,
  reader: Reader,
): Promise<StoredEvent[]> {
  const bounds = await boundsOf(database, query);
  if (bounds === undefined) return [];
  const { text = '', fromMs = -Infinity, toMs = Infinity, limit } = query;
  const asked: Asked = {
    open: query.state === 'open',
    columns: { sector: query.sector, area_code: query.area, severity: query.severity },
    words: NUMBER.test(text) ? [] : searchWords(text).slice(0, MOST_WORDS),
    ways: waysOf(reader),
  };
  if (asked.ways?.length === 0) return [];
  const size = Math.min(PAGE, Math.max(50, limit));
  const found: StoredEvent[] = [];
  let pages = 0;
  let turnMs = performance.now();
  const isEverything = conditionsOf(asked).length === 0 && asked.ways === undefined;
  const search = isEverything ? everything : candidates;
  for await (const numbers of search(database, asked, bounds, size)) {
    for (const event of await readNumbers(database, numbers, size)) {
      const isAsked = isOpen(event) === asked.open && event.openedMs >= fromMs && event.openedMs <= toMs;
      if (isAsked && reader.visible(event)) found.push(event);
      if (found.length === limit) return found;
    }
    if (numbers.length === size) pages += 1;
    if (pages === PAGES) return found;
    if (performance.now() - turnMs > LONG_MS) {
      await immediate();
      turnMs = performance.now();
    }
  }
  return found;
}

/** What rights come to, as marks. */
function waysOf({ within, cameras }: Reader): Asked['ways'] {
  if (within === undefined && cameras === undefined) return undefined;
  const marks = (what: 'sector' | 'unit' | 'camera', values: readonly string[]): Condition =>
    new Set(values.map((value) => markOf(what, value)));
  const ways: (readonly Condition[])[] = [];
  const inSectors = (sectors: readonly string[] | undefined): readonly Condition[] =>
    sectors === undefined ? [] : [marks('sector', sectors)];
  if (cameras === undefined) ways.push(inSectors(within?.sectors));
  else {
    ways.push([...inSectors(within?.sectors), new Set([PLAIN])]);
    ways.push([...inSectors(cameras.sectors), marks('camera', cameras.ids)]);
  }
  if (within !== undefined) ways.push([marks('unit', within.units)]);
  return ways.filter((way) => way.every(({ size }) => size > 0));
}

interface Bounds {
  /** Neither is in it. */
  readonly after: number;
  readonly before: number;
}

/** Numbers of what may be asked for, the newest first, `size` at a time; fewer where more of them took long to find. */
async function* candidates(
  database: Database,
  asked: Asked,
  bounds: Bounds,
  size: number,
): AsyncGenerator<readonly number[], void> {
  let { before } = bounds;
  const conditions = conditionsOf(asked);
  let blocks = 1;
  let most = size;
  while (before > bounds.after + 1) {
    const begunMs = performance.now();
    let after = Math.max(bounds.after, firstOf(blockOf(before - 1) - blocks + 1) - 1);
    // These first: what is filed in between is found twice, and not missed.
    const unfiled = await readUnfiledNumbers(database, asked, { after, before }, most);
    after = Math.max(after, unfiled.after);
    const range = { first: blockOf(after + 1), last: blockOf(before - 1) };
    // What is open is not filed.
    const found: Found = asked.open ? new Map() : await readFiled(database, conditions, asked.ways, range);
    for (const number of unfiled.numbers) put(found, number);
    const isQuick = performance.now() - begunMs < LONG_MS;
    blocks = isQuick ? Math.min(MOST_BLOCKS, blocks * 2) : Math.ceil(blocks / 2);
    let some: number[] = [];
    for (const number of numbersOf(found)) {
      // Blocks are read whole.
      if (number >= before || number <= after) continue;
      some.push(number);
      if (some.length < size) continue;
      yield some;
      some = [];
    }
    yield some;
    before = after + 1;
    most = Math.min(MOST_UNFILED, most * 2);
  }
}

/** Without any condition nearly everything is found: that is no case for marks. */
async function* everything(
  database: Database,
  { open }: Asked,
  { after, before }: Bounds,
  size: number,
): AsyncGenerator<readonly number[], void> {
  for (let upper = before; ; ) {
    const rows = await database.all<{ number: number }>(
      'SELECT number FROM sector_events WHERE open = ? AND number < ? AND number > ? ORDER BY number DESC LIMIT ?',
      ...[open ? 1 : 0, upper, after, size],
    );
    yield rows.map(({ number }) => number);
    const last = rows.at(-1);
    if (last === undefined || rows.length < size) return;
    upper = last.number;
  }
}

/** `after`: down to it, and not beyond, everything was looked at. */
async function readUnfiledNumbers(
  database: Database,
  { open, columns, words, ways }: Asked,
  { after, before }: Bounds,
  most: number,
): Promise<{ readonly numbers: readonly number[]; readonly after: number }> {
  const wanted = Object.entries(columns).flatMap(([column, value]) => (value === undefined ? [] : [{ column, value }]));
  const where = [...wanted.map(({ column }) => `AND ${column} = ?`), ...words.map(() => 'AND instr(words, ?) > 0')];
  const events = await readUnfiled(
    database,
    open,
    `AND number < ? AND number > ? ${where.join(' ')} ORDER BY number DESC LIMIT ?`,
    ...[before, after, ...wanted.map(({ value }) => value), ...words.map((word) => ` ${word} `), most],
  );
  const last = events.at(-1);
  return {
    numbers: events.filter(({ marks }) => isAllowed(marks, ways)).map(({ number }) => number),
    after: last === undefined || events.length < most ? after : last.number - 1,
  };
}

function isAllowed(marks: readonly string[], ways: Asked['ways']): boolean {
  return ways === undefined || ways.some((way) => way.every((condition) => marks.some((mark) => condition.has(mark))));
}

/** The rarest first, as far as that can be told: where nothing is left, no more is read. */
function conditionsOf({ words, columns: { sector, area_code: area, severity } }: Asked): readonly Condition[] {
  const marks: string[] = [];
  if (area !== undefined) marks.push(markOf('area', area));
  if (sector !== undefined) marks.push(markOf('sector', sector));
  if (severity !== undefined) marks.push(markOf('severity', severity));
  return [...marks, ...words].map((mark) => new Set([mark]));
}

interface Blocks {
  /** Both are in it. */
  readonly first: number;
  readonly last: number;
}

async function readFiled(
  database: Database,
  conditions: readonly Condition[],
  ways: Asked['ways'],
  blocks: Blocks,
): Promise<Found> {
  const found = await readAll(database, conditions, blocks);
  if (ways === undefined || found?.size === 0) return found ?? new Map();
  const allowed: Found = new Map();
  for (const way of ways) unite(allowed, (await readAll(database, way, within(blocks, found))) ?? new Map());
  if (found === undefined) return allowed;
  meet(found, allowed);
  return found;
}

/** What all conditions hold for; `undefined` where there are none. */
async function readAll(
  database: Database,
  conditions: readonly Condition[],
  blocks: Blocks,
): Promise<Found | undefined> {
  let found: Found | undefined;
  for (const condition of conditions) {
    const next = await readMarks(database, [...condition], within(blocks, found));
    if (found === undefined) found = next;
    else meet(found, next);
    if (found.size === 0) break;
  }
  return found;
}

/** Only where something was found can there be more of it. */
function within(blocks: Blocks, found: Found | undefined): Blocks {
  if (found === undefined) return blocks;
  const keys = [...found.keys()];
  return { first: Math.min(...keys), last: Math.max(...keys) };
}

/** The newest first. */
async function readNumbers(database: Database, numbers: readonly number[], size: number): Promise<StoredEvent[]> {
  if (numbers.length === 0) return [];
  // Filled up with the last of them: a list of each length would be a statement of its own.
  const list = Array.from({ length: size }, (_, at) => numbers[Math.min(at, numbers.length - 1)] ?? 0);
  return readEvents(database, `WHERE number IN (${list.map(() => '?').join(', ')}) ORDER BY number DESC`, ...list);
}

/** Numbers rise with time: a range of time is one of numbers. `undefined`: there is nothing in it. */
async function boundsOf(
  database: Database,
  { fromMs, toMs, before, text }: SectorEventQuery,
): Promise<Bounds | undefined> {
  const newest = await database.get<{ number: number | null }>('SELECT MAX(number) AS number FROM sector_events');
  let after = 0;
  let end = Math.min(before ?? Number.MAX_SAFE_INTEGER, (newest?.number ?? 0) + 1);
  const named = NUMBER.exec(text ?? '')?.[1];
  if (named !== undefined) {
    after = Number(named) - 1;
    end = Math.min(end, Number(named) + 1);
  }
  if (fromMs !== undefined) {
    const first = await numberBefore(database, fromMs);
    if (first === undefined) return undefined;
    after = Math.max(after, first);
  }
  if (toMs !== undefined) {
    const last = await database.get<{ number: number }>(
      'SELECT number FROM sector_events WHERE opened_ms <= ? ORDER BY opened_ms DESC LIMIT 1',
      toMs + SLACK_MS,
    );
    if (last === undefined) return undefined;
    end = Math.min(end, last.number + 1);
  }
  return after + 1 < end ? { after, before: end } : undefined;
}
