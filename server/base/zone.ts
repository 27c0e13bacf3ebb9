/**
 * Wall time of an IANA zone without asking Intl more than once in a few days of calendar: periods are reckoned by the
 * million. "Local" ms are what the clock on the wall shows, counted as if it were UTC.
 */
export interface Zone {
  readonly name: string;
  /** ms to add to a moment for local ms. */
  offset(atMs: number): number;
  /** When the offset changes within the range, which is shorter than two days; `null` where it does not. */
  changeWithin(fromMs: number, toMs: number): number | null;
  toLocal(atMs: number): number;
  /** Of an hour that comes twice the first; an hour that is left out is as far after the jump as it would have been. */
  fromLocal(localMs: number): number;
}

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** Zones change their offset at most once in so long. */
const CHUNK_MS = 4 * DAY_MS;
/** Chunks kept of one zone: a century and more. */
const MOST_CHUNKS = 12_000;

interface Chunk {
  readonly before: number;
  /** `Infinity` where the whole chunk has one offset. */
  readonly changeMs: number;
  readonly after: number;
}

const zones = new Map<string, Zone>();

/** Throws a `RangeError` for a name that is no zone. */
export function zoneOf(name: string): Zone {
  let zone = zones.get(name);
  if (zone === undefined) {
    zone = createZone(name);
    zones.set(name, zone);
  }
  return zone;
}

function createZone(name: string): Zone {
  const ask = offsetByIntl(name);
  const chunks = new Map<number, Chunk>();

  function chunkOf(atMs: number): Chunk {
    const index = Math.floor(atMs / CHUNK_MS);
    const known = chunks.get(index);
    if (known !== undefined) return known;
    if (chunks.size >= MOST_CHUNKS) chunks.clear();
    const chunk = readChunk(ask, index * CHUNK_MS);
    chunks.set(index, chunk);
    return chunk;
  }

  function offset(atMs: number): number {
    const chunk = chunkOf(atMs);
    return atMs < chunk.changeMs ? chunk.before : chunk.after;
  }

  return {
    name,
    offset,
    changeWithin(fromMs, toMs) {
      const { changeMs } = chunkOf(fromMs);
      if (changeMs > fromMs && changeMs < toMs) return changeMs;
      const later = chunkOf(toMs).changeMs;
      return later > fromMs && later < toMs ? later : null;
    },
    toLocal: (atMs) => atMs + offset(atMs),
    fromLocal(localMs) {
      const before = offset(localMs - DAY_MS);
      const after = offset(localMs + DAY_MS);
      const first = localMs - before;
      if (before === after || offset(first) === before) return first;
      const second = localMs - after;
      return offset(second) === after ? second : first;
    },
  };
}

function readChunk(ask: (atMs: number) => number, startMs: number): Chunk {
  const endMs = startMs + CHUNK_MS;
  const [before, after] = [ask(startMs), ask(endMs)];
  if (before === after) return { before, changeMs: Number.POSITIVE_INFINITY, after };
  let [low, high] = [startMs / MINUTE_MS, endMs / MINUTE_MS];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (ask(middle * MINUTE_MS) === before) low = middle;
    else high = middle;
  }
  return { before, changeMs: high * MINUTE_MS, after };
}

function offsetByIntl(name: string): (atMs: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: name,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  return (atMs) => {
    const parts: Record<string, number> = {};
    for (const { type, value } of format.formatToParts(atMs)) parts[type] = Number(value);
    const { year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
    const wholeSecond = Math.floor(atMs / 1000) * 1000;
    return Date.UTC(year, month - 1, day, hour, minute, second) - wholeSecond;
  };
}
