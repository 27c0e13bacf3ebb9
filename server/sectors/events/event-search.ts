import { setImmediate as immediate } from 'node:timers/promises';
import type { Database, SqlValue } from '#base/database';
import type { Severity } from '#contracts/events';
import { isOpen, markOf, numberBefore, readEvents, SLACK_MS, type StoredEvent, searchWords } from './event-store.ts';

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

/**
 * Numbers that the table of words is asked about at once, to begin with: two words that many events have, and none has
 * both, make it walk all that there are, and live video waits for the thread meanwhile.
 */
const WINDOW = 250_000;
/** An answer that took less asks about more. */
const QUICK_MS = 4;
/** Rows read at a time while looking for visible ones, and how many such reads one walk may cost. */
const PAGE = 200;
const PAGES = 25;
const MOST_WORDS = 12;

/** `#1234`: the event of this number. */
const NUMBER = /^#(\d{1,15})$/;

interface Walk {
  /** One names a column that an index begins with; several conditions meet in the table of words. */
  readonly conditions: readonly Condition[];
  /** Marks, of which one must be there. */
  readonly either?: readonly string[];
}
interface Condition {
  readonly mark: 'sector' | 'area' | 'severity' | 'unit' | 'plain';
  readonly value: string;
}
/** What a search is led by comes first in the table of words: what the fewest events have. */
const RAREST: readonly Condition['mark'][] = ['unit', 'area', 'sector', 'severity', 'plain'];
const COLUMNS = { sector: 'sector', area: 'area_code', severity: 'severity', unit: 'unit_id' } as const;

/** The newest first. Gives up within a bound where nearly nothing of what there is may be seen. */
export async function searchEvents(
  database: Database,
  query: SectorEventQuery,
  reader: Reader,
): Promise<StoredEvent[]> {
  const numbers = await numbersOf(database, query);
  if (numbers === undefined) return [];
  const asked: Condition[] = [];
  if (query.sector !== undefined) asked.push({ mark: 'sector', value: query.sector });
  if (query.area !== undefined) asked.push({ mark: 'area', value: query.area });
  if (query.severity !== undefined) asked.push({ mark: 'severity', value: query.severity });

  const found = new Map<number, StoredEvent>();
  for (const walk of walksOf(asked, reader)) {
    for (const event of await readWalk(database, walk, { query, numbers, reader })) found.set(event.number, event);
  }
  return [...found.values()].sort((a, b) => b.number - a.number).slice(0, query.limit);
}

/** Where somebody sees only a part, each sector and unit of it is a walk of its own. */
function walksOf(asked: readonly Condition[], { within, cameras }: Reader): readonly Walk[] {
  const sector = asked.find(({ mark }) => mark === 'sector')?.value;
  const isAsked = (one: string): boolean => sector === undefined || one === sector;
  const others = asked.filter(({ mark }) => mark !== 'sector');
  const whole = cameras === undefined ? 'sector' : 'plain';
  const everywhere = cameras === undefined ? [] : [''];
  const sectors = within?.sectors.filter(isAsked) ?? (sector === undefined ? everywhere : [sector]);
  const walks: Walk[] = sectors.map((value) => ({ conditions: [{ mark: whole, value }, ...others] }));
  if (within === undefined && sectors.length === 0) walks.push({ conditions: others });
  for (const value of within?.units ?? []) walks.push({ conditions: [{ mark: 'unit', value }, ...asked] });
  if (cameras !== undefined) {
    const of = cameras.sectors?.filter(isAsked) ?? (sector === undefined ? undefined : [sector]);
    const either = of?.flatMap((one) => cameras.ids.map((id) => `${one} ${id}`)) ?? cameras.ids;
    if (either.length > 0) walks.push({ conditions: others, either: either.map((value) => markOf('camera', value)) });
  }
  return walks;
}

async function readWalk(
  database: Database,
  walk: Walk,
  { query, numbers, reader }: { query: SectorEventQuery; numbers: Bounds; reader: Reader },
): Promise<StoredEvent[]> {
  const open = query.state === 'open' ? 1 : 0;
  const inTime = (event: StoredEvent): boolean =>
    event.openedMs >= (query.fromMs ?? -Infinity) && event.openedMs <= (query.toMs ?? Infinity);
  const size = Math.min(PAGE, Math.max(50, query.limit));
  const match = matchOf(walk, query);
  const found: StoredEvent[] = [];
  let before = numbers.before;
  let window = match === undefined ? Number.MAX_SAFE_INTEGER : WINDOW;
  for (let page = 0; page < PAGES; ) {
    const after = Math.max(numbers.after, before - 1 - window);
    const begunMs = performance.now();
    const read = await (match === undefined
      ? readColumn(database, walk, { open, size, before, after })
      : readWords(database, match, { size, before, after }));
    for (const event of read) {
      if (isOpen(event) === (open === 1) && inTime(event) && reader.visible(event)) found.push(event);
      if (found.length === query.limit) return found;
      before = event.number;
    }
    if (read.length === size) {
      page += 1;
      continue;
    }
    if (after === numbers.after) break;
    before = after + 1;
    if (performance.now() - begunMs < QUICK_MS) window *= 4;
    else await immediate();
  }
  return found;
}

/** What is asked of the table of words; `undefined` where one index says all. */
function matchOf({ conditions, either = [] }: Walk, { text = '', state }: SectorEventQuery): string | undefined {
  const words = NUMBER.test(text) ? [] : searchWords(text).slice(0, MOST_WORDS);
  const isIndexed = conditions.every(({ mark }) => mark !== 'plain') && conditions.length <= 1;
  if (words.length === 0 && isIndexed && either.length === 0) return undefined;
  const marks = conditions
    .toSorted((a, b) => RAREST.indexOf(a.mark) - RAREST.indexOf(b.mark))
    .map(({ mark, value }) => markOf(mark, value));
  // Nearly everything is over: as a word that would only be one more to skip through.
  const rare = state === 'open' ? [markOf('open', '1')] : [];
  const some = either.length === 0 ? [] : [`(${either.map((mark) => `"${mark}"`).join(' OR ')})`];
  return [...[...rare, ...marks, ...words].map((word) => `"${word}"`), ...some].join(' AND ');
}

function readColumn(
  database: Database,
  { conditions: [only] }: Walk,
  { open, size, before, after }: Bounds & { readonly open: number; readonly size: number },
): Promise<StoredEvent[]> {
  const [where, params]: [string, SqlValue[]] =
    only === undefined || only.mark === 'plain' ? ['', []] : [`${COLUMNS[only.mark]} = ? AND`, [only.value]];
  return readEvents(
    database,
    `WHERE ${where} open = ? AND number < ? AND number > ? ORDER BY number DESC LIMIT ?`,
    ...[...params, open, before, after, size],
  );
}

function readWords(
  database: Database,
  match: string,
  { size, before, after }: Bounds & { readonly size: number },
): Promise<StoredEvent[]> {
  return readEvents(
    database,
    // As integers: the table of words seeks to a bound only where it is one, and numbers come as floating ones. Else it
    // walks everything from the newest event on.
    `WHERE number IN (SELECT rowid FROM sector_event_search
       WHERE sector_event_search MATCH ? AND rowid < CAST(? AS INTEGER) AND rowid > CAST(? AS INTEGER)
       ORDER BY rowid DESC LIMIT ?)
     ORDER BY number DESC`,
    ...[match, before, after, size],
  );
}

interface Bounds {
  /** Neither is in it. */
  readonly after: number;
  readonly before: number;
}

/** Numbers rise with time: a range of time is one of numbers. `undefined`: there is nothing in it. */
async function numbersOf(
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
