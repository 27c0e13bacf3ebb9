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

interface Blob {
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
    const rows = await queries.all<Blob>(
      `SELECT block, bits FROM sector_event_marks
       WHERE mark IN (${some.map(() => '?').join(', ')}) AND block >= ? AND block <= ?`,
      ...[...some, first, last],
    );
    for (const { block, bits } of rows) {
      const known = found.get(block);
      if (known === undefined) found.set(block, bitsOf(bits));
      else joinBlob(known, bits);
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
export async function addMarks(queries: Queries, events: Iterable<Marked>): Promise<void> {
  await change(queries, events, setPlace);
}

export async function removeMarks(queries: Queries, events: Iterable<Marked>): Promise<void> {
  await change(queries, events, (bits, place) => {
    bits[place >> 5] = (bits[place >> 5] ?? 0) & ~(1 << (place & 31));
  });
}

async function change(
  queries: Queries,
  events: Iterable<Marked>,
  set: (bits: Uint32Array, place: number) => void,
): Promise<void> {
  const places = new Map<string, Map<number, number[]>>();
  for (const { number, marks } of events) {
    const block = blockOf(number);
    for (const mark of marks) {
      const blocks = places.get(mark) ?? new Map<number, number[]>();
      if (blocks.size === 0) places.set(mark, blocks);
      const known = blocks.get(block);
      if (known === undefined) blocks.set(block, [number % BLOCK]);
      else known.push(number % BLOCK);
    }
  }
  // In the order of the table, whose pages are then gone through once.
  for (const mark of [...places.keys()].sort()) {
    for (const [block, changed] of places.get(mark) ?? []) {
      const row = await queries.get<Blob>(
        'SELECT block, bits FROM sector_event_marks WHERE mark = ? AND block = ?',
        mark,
        block,
      );
      const bits = bitsOf(row?.bits ?? new Uint8Array());
      for (const place of changed) set(bits, place);
      const blob = blobOf(bits);
      if (blob.length === 0) {
        await queries.run('DELETE FROM sector_event_marks WHERE mark = ? AND block = ?', mark, block);
      } else {
        await queries.run(
          `INSERT INTO sector_event_marks (mark, block, bits) VALUES (?, ?, ?)
           ON CONFLICT (mark, block) DO UPDATE SET bits = excluded.bits`,
          ...[mark, block, blob],
        );
      }
    }
  }
}

function bitsOf(blob: Uint8Array): Uint32Array {
  const bits = new Uint32Array(BLOCK / 32);
  joinBlob(bits, blob);
  return bits;
}

function joinBlob(bits: Uint32Array, blob: Uint8Array): void {
  if (blob.length === BITMAP_BYTES) {
    // A copy, which begins where numbers of four bytes may begin.
    join(bits, new Uint32Array(Uint8Array.from(blob).buffer));
    return;
  }
  const list = new DataView(blob.buffer, blob.byteOffset, blob.byteLength);
  for (let at = 0; at < blob.byteLength; at += 2) {
    setPlace(bits, list.getUint16(at, true));
  }
}

function setPlace(bits: Uint32Array, place: number): void {
  bits[place >> 5] = (bits[place >> 5] ?? 0) | (1 << (place & 31));
}

function blobOf(bits: Uint32Array): Uint8Array {
  const list: number[] = [];
  for (let word = 0; word < bits.length; word += 1) {
    for (let rest = bits[word] ?? 0; rest !== 0; rest &= rest - 1) {
      list.push(word * 32 + (31 - Math.clz32(rest & -rest)));
    }
    if (list.length * 2 >= BITMAP_BYTES) return new Uint8Array(bits.buffer);
  }
  const blob = new DataView(new ArrayBuffer(list.length * 2));
  for (const [at, place] of list.entries()) blob.setUint16(at * 2, place, true);
  return new Uint8Array(blob.buffer);
}
