import type { Queries } from '#base/database';

/**
 * What events that are over are found by. A mark is a word of an event, or what it is of (`sector:y_te`). Of each mark
 * and each block of numbers one row is kept: which events in it have the mark. A search reads the rows of its marks over
 * many blocks and joins them bit by bit, so that words which many events have and which never meet cost no more than
 * others: a year of ten thousand events a day is 112 blocks, of at most 4 KB a mark.
 */

/** Numbers of a block; fewer than 65,536, for a number in it takes two bytes in a short list. */
const BLOCK = 32_768;
/** A row is a bitmap where it has so many bytes; else a list of places in the block, two bytes each, ascending. */
const BITMAP_BYTES = BLOCK / 8;

/** Which numbers of each block; a block that is left out has none. */
export type Found = Map<number, Uint32Array>;

export interface Marked {
  readonly number: number;
  readonly marks: Iterable<string>;
}

/** What an event is of, besides its words. `plain` is what tells of no camera. */
export function marksOf(event: {
  readonly sector: string;
  readonly severity: string;
  readonly areaCode: string | null;
  readonly unitId: string | null;
  readonly cameraIds: readonly string[];
}): string[] {
  const marks = [markOf('sector', event.sector), markOf('severity', event.severity)];
  if (event.areaCode !== null) marks.push(markOf('area', event.areaCode));
  if (event.unitId !== null) marks.push(markOf('unit', event.unitId));
  if (event.cameraIds.length === 0) marks.push(PLAIN);
  for (const id of event.cameraIds) marks.push(markOf('camera', id));
  return marks;
}

/** No word has a colon in it. */
export function markOf(what: 'sector' | 'area' | 'severity' | 'unit' | 'camera', value: string): string {
  return `${what}:${value}`;
}
export const PLAIN = 'plain:';

export function blockOf(number: number): number {
  return Math.floor(number / BLOCK);
}

export function firstOf(block: number): number {
  return block * BLOCK;
}

// ---- reading ---------------------------------------------------------------------------------------------------------

interface Row {
  readonly block: number;
  readonly bits: Uint8Array;
}

/** Lists of any length would each be a statement of their own. */
const MARKS_AT_A_TIME = 64;

/** Of the blocks from the one to the other: what has one of the marks. */
export async function readMarks(
  queries: Queries,
  marks: readonly string[],
  { first, last }: { readonly first: number; readonly last: number },
): Promise<Found> {
  const found: Found = new Map();
  const size = marks.length === 1 ? 1 : MARKS_AT_A_TIME;
  for (let at = 0; at < marks.length; at += size) {
    const some = Array.from({ length: size }, (_, place) => marks[Math.min(at + place, marks.length - 1)] ?? '');
    const rows = await queries.all<Row>(
      `SELECT block, bits FROM sector_event_marks
       WHERE mark IN (${some.map(() => '?').join(', ')}) AND block >= ? AND block <= ?`,
      ...[...some, first, last],
    );
    for (const { block, bits } of rows) {
      const known = found.get(block);
      if (known === undefined) found.set(block, bitsOf(bits));
      else joinRow(known, bits);
    }
  }
  return found;
}

/** Leaves in `found` what is in `other` too. */
export function meet(found: Found, other: Found): void {
  for (const [block, bits] of found) {
    const others = other.get(block);
    if (others === undefined || !keepCommon(bits, others)) found.delete(block);
  }
}

/** Puts into `found` what is in `other`. */
export function unite(found: Found, other: Found): void {
  for (const [block, bits] of other) {
    const known = found.get(block);
    if (known === undefined) found.set(block, bits);
    else join(known, bits);
  }
}

export function put(found: Found, number: number): void {
  const bits = found.get(blockOf(number)) ?? new Uint32Array(BLOCK / 32);
  found.set(blockOf(number), bits);
  setPlace(bits, number % BLOCK);
}

/** The newest first. */
export function* numbersOf(found: Found): Generator<number, void> {
  for (const block of [...found.keys()].sort((a, b) => b - a)) {
    const bits = found.get(block) ?? new Uint32Array();
    for (let word = bits.length - 1; word >= 0; word -= 1) {
      let rest = bits[word] ?? 0;
      while (rest !== 0) {
        const highest = 31 - Math.clz32(rest);
        yield block * BLOCK + word * 32 + highest;
        rest &= ~(1 << highest);
      }
    }
  }
}

function keepCommon(bits: Uint32Array, others: Uint32Array): boolean {
  let some = 0;
  for (let word = 0; word < bits.length; word += 1) {
    const common = (bits[word] ?? 0) & (others[word] ?? 0);
    bits[word] = common;
    some |= common;
  }
  return some !== 0;
}

function join(bits: Uint32Array, others: Uint32Array): void {
  for (let word = 0; word < bits.length; word += 1) bits[word] = (bits[word] ?? 0) | (others[word] ?? 0);
}

// ---- writing ---------------------------------------------------------------------------------------------------------

/** Writes down that these have these marks, in the caller's transaction; nothing changes where they have them already. */
export function addMarks(queries: Queries, events: Iterable<Marked>): Promise<void> {
  return change(queries, events, added);
}

export function removeMarks(queries: Queries, events: Iterable<Marked>): Promise<void> {
  return change(queries, events, removed);
}

async function change(
  queries: Queries,
  events: Iterable<Marked>,
  changed: (row: Uint8Array, places: readonly number[]) => Uint8Array,
): Promise<void> {
  // In the order of the table, whose pages are then gone through once.
  for (const [mark, numbers] of [...byMark(events)].sort(([a], [b]) => (a < b ? -1 : 1))) {
    for (const [block, places] of byBlock(numbers)) {
      const row = await queries.get<Row>(
        'SELECT block, bits FROM sector_event_marks WHERE mark = ? AND block = ?',
        ...[mark, block],
      );
      const bits = changed(row?.bits ?? new Uint8Array(), places);
      if (bits.length === 0) {
        await queries.run('DELETE FROM sector_event_marks WHERE mark = ? AND block = ?', mark, block);
      } else {
        await queries.run(
          `INSERT INTO sector_event_marks (mark, block, bits) VALUES (?, ?, ?)
           ON CONFLICT (mark, block) DO UPDATE SET bits = excluded.bits`,
          ...[mark, block, bits],
        );
      }
    }
  }
}

function byMark(events: Iterable<Marked>): ReadonlyMap<string, readonly number[]> {
  const numbers = new Map<string, number[]>();
  for (const { number, marks } of events) {
    for (const mark of marks) {
      const known = numbers.get(mark);
      if (known === undefined) numbers.set(mark, [number]);
      else known.push(number);
    }
  }
  return numbers;
}

function byBlock(numbers: readonly number[]): ReadonlyMap<number, readonly number[]> {
  const places = new Map<number, number[]>();
  for (const number of numbers) {
    const block = blockOf(number);
    const known = places.get(block);
    if (known === undefined) places.set(block, [number % BLOCK]);
    else known.push(number % BLOCK);
  }
  return places;
}

function added(row: Uint8Array, places: readonly number[]): Uint8Array {
  const longer = row.length + places.length * 2;
  // Most words are rare, and what is filed is mostly newer than what was.
  if (longer < BITMAP_BYTES && isRising([...(row.length === 0 ? [] : [lastOf(row)]), ...places])) {
    const list = new Uint8Array(longer);
    list.set(row);
    writeList(list, row.length, places);
    return list;
  }
  const bits = bitsOf(row);
  for (const place of places) setPlace(bits, place);
  return rowOf(bits);
}

function removed(row: Uint8Array, places: readonly number[]): Uint8Array {
  const bits = bitsOf(row);
  for (const place of places) bits[place >> 5] = (bits[place >> 5] ?? 0) & ~(1 << (place & 31));
  return rowOf(bits);
}

function isRising(places: readonly number[]): boolean {
  return places.every((place, at) => at === 0 || place > (places[at - 1] ?? 0));
}

function lastOf(list: Uint8Array): number {
  return new DataView(list.buffer, list.byteOffset, list.byteLength).getUint16(list.byteLength - 2, true);
}

function writeList(list: Uint8Array, from: number, places: readonly number[]): void {
  const view = new DataView(list.buffer, list.byteOffset, list.byteLength);
  for (const [at, place] of places.entries()) view.setUint16(from + at * 2, place, true);
}

function rowOf(bits: Uint32Array): Uint8Array {
  const places: number[] = [];
  for (let word = 0; word < bits.length; word += 1) {
    for (let rest = bits[word] ?? 0; rest !== 0; rest &= rest - 1) {
      places.push(word * 32 + (31 - Math.clz32(rest & -rest)));
    }
    if (places.length * 2 >= BITMAP_BYTES) return new Uint8Array(bits.buffer);
  }
  const list = new Uint8Array(places.length * 2);
  writeList(list, 0, places);
  return list;
}

function bitsOf(row: Uint8Array): Uint32Array {
  if (row.length === BITMAP_BYTES) return bitmapOf(row);
  const bits = new Uint32Array(BLOCK / 32);
  joinRow(bits, row);
  return bits;
}

function joinRow(bits: Uint32Array, row: Uint8Array): void {
  if (row.length === BITMAP_BYTES) {
    join(bits, bitmapOf(row));
    return;
  }
  const list = new DataView(row.buffer, row.byteOffset, row.byteLength);
  for (let at = 0; at < row.byteLength; at += 2) {
    setPlace(bits, list.getUint16(at, true));
  }
}

/** The row's own bytes; a copy where they do not begin where numbers of four bytes may begin. */
function bitmapOf(row: Uint8Array): Uint32Array {
  const { buffer, byteOffset } = row.byteOffset % 4 === 0 ? row : new Uint8Array(row);
  return new Uint32Array(buffer, byteOffset, BLOCK / 32);
}

function setPlace(bits: Uint32Array, place: number): void {
  bits[place >> 5] = (bits[place >> 5] ?? 0) | (1 << (place & 31));
}
