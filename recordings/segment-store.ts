import { setImmediate as immediate } from 'node:timers/promises';
import type { Database, Queries } from '#base/database';
import type { StreamKey, StreamRole } from '#contracts/media';
import { decodeGroups, encodeGroups, type SegmentGroup } from './group-list.ts';

/**
 * The index: one row for each segment file, and apart from it the list of its groups. A row is made `open` just before
 * its file is, and `closed` only after the file's last bytes are on the disk; what an open row says of size and end is
 * history. Playback of an open segment asks its writer.
 */
export interface Segment {
  readonly id: number;
  readonly cameraId: string;
  readonly role: StreamRole;
  readonly diskId: string;
  /** Below the disk's root. */
  readonly path: string;
  readonly state: 'open' | 'closed';
  /** ms since 1970; `endMs` is the end of the last fragment. */
  readonly startMs: number;
  readonly endMs: number;
  readonly bytes: number;
  /** `ftyp` and `moov`: what a decoder must know. */
  readonly initBytes: number;
  /** Where the first record stands, behind the link box. */
  readonly headBytes: number;
  readonly fragments: number;
  readonly timescale: number;
  /** RFC 6381. */
  readonly codec: string;
  readonly audioCodec: string | null;
  readonly width: number;
  readonly height: number;
  /** Heads of the hash chain, 32 bytes each. */
  readonly previousHead: Uint8Array;
  readonly head: Uint8Array;
}
export type NewSegment = Omit<Segment, 'id' | 'state'>;

/** What is known of a segment when it ends. */
export interface SegmentEnd {
  readonly endMs: number;
  readonly bytes: number;
  readonly fragments: number;
  readonly head: Uint8Array;
  readonly groups: readonly SegmentGroup[];
}

/** A segment as a timeline sees it. */
export interface SegmentSpan {
  readonly startMs: number;
  readonly endMs: number;
  readonly bytes: number;
}

export interface SegmentStore {
  /** A row for a file that is about to be made; resolves to its id. */
  open(segment: NewSegment): Promise<number>;
  /** After the file's bytes are on the disk. */
  close(id: number, end: SegmentEnd): Promise<void>;
  /** A row for a whole file that was found without one. */
  adopt(segment: NewSegment, groups: readonly SegmentGroup[]): Promise<number>;
  get(id: number): Promise<Segment | undefined>;
  /** Rows that were open when somebody last wrote: after a start, those of the run before. */
  openOnes(): Promise<Segment[]>;
  /** Of one stream, those that touch `fromMs`…`toMs`, oldest first, at most `limit`. */
  between(cameraId: string, role: StreamRole, fromMs: number, toMs: number, limit: number): Promise<Segment[]>;
  /** As `between`, without the rest of the row: from the index alone. */
  spans(cameraId: string, role: StreamRole, fromMs: number, toMs: number): Promise<SegmentSpan[]>;
  /** What the closed segments take that touch `fromMs`…`toMs`, and be it at a moment. */
  bytesBetween(cameraId: string, role: StreamRole, fromMs: number, toMs: number): Promise<number>;
  /** Empty for an open segment. */
  groups(segment: Segment): Promise<SegmentGroup[]>;
  /** The closed or open one of a stream that begins last. */
  newest(cameraId: string, role: StreamRole): Promise<Segment | undefined>;
  /** The one that was written last, whatever the clock said then: where the stream's chain goes on. */
  lastWritten(key: StreamKey): Promise<Segment | undefined>;
  /** Whether a segment of the stream ends with this head of the chain. Reads all of its rows. */
  hasHead(key: StreamKey, head: Uint8Array): Promise<boolean>;
  /** Closed ones of a disk, oldest first, after `after`: for passes over everything. */
  page(diskId: string, after: { startMs: number; id: number }, limit: number): Promise<Segment[]>;
  byPath(diskId: string, path: string): Promise<Segment | undefined>;
  /** Those whose files lie in a folder of a disk. */
  inFolder(diskId: string, folder: string): Promise<Segment[]>;
  /** All streams that something is recorded of. */
  streams(): Promise<StreamKey[]>;
  /** Closed ones of a stream on all disks, oldest first, after `after`. */
  ofStream(key: StreamKey, after: { startMs: number; id: number }, limit: number): Promise<Segment[]>;
  /** What a stream takes on each disk, closed ones that begin at `sinceMs` or later. */
  usageOf(key: StreamKey, sinceMs?: number): Promise<(StreamUsage & { readonly diskId: string })[]>;
  /** What each camera stream takes on a disk, closed ones only. Lets others run between streams. */
  usage(diskId: string): Promise<StreamUsage[]>;
  remove(id: number): Promise<void>;
}

export interface StreamUsage {
  readonly cameraId: string;
  readonly role: StreamRole;
  readonly bytes: number;
  readonly segments: number;
  readonly oldestMs: number;
  readonly newestMs: number;
}

const COLUMNS = `id, camera_id AS cameraId, role, disk_id AS diskId, path, state, start_ms AS startMs, end_ms AS endMs,
  bytes, init_bytes AS initBytes, head_bytes AS headBytes, fragments, timescale, codec, audio_codec AS audioCodec, width,
  height, previous_head AS previousHead, head`;

/**
 * A segment is at most this long, so those that touch a moment begin no earlier than this before it: a query by time
 * reads a bounded part of the index. Writers begin anew well before.
 */
export const LONGEST_SEGMENT_MS = 3_600_000;

export function createSegmentStore(database: Database): SegmentStore {
  async function insert(queries: Queries, segment: NewSegment, state: Segment['state']): Promise<number> {
    const row = await queries.get<{ id: number }>(
      `INSERT INTO recording_segments (camera_id, role, disk_id, path, state, start_ms, end_ms, bytes, init_bytes,
         head_bytes, fragments, timescale, codec, audio_codec, width, height, previous_head, head)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
      segment.cameraId,
      segment.role,
      segment.diskId,
      segment.path,
      state,
      Math.round(segment.startMs),
      Math.round(segment.endMs),
      segment.bytes,
      segment.initBytes,
      segment.headBytes,
      segment.fragments,
      segment.timescale,
      segment.codec,
      segment.audioCodec,
      segment.width,
      segment.height,
      segment.previousHead,
      segment.head,
    );
    if (row === undefined) throw new Error('the index gave no number to a segment');
    return row.id;
  }

  const putGroups = (queries: Queries, id: number, list: Uint8Array) =>
    queries.run('INSERT INTO recording_groups (segment_id, list) VALUES (?, ?)', id, list);

  /** Jumps from stream to stream in the index instead of reading it through. */
  async function streams(): Promise<StreamKey[]> {
    const found: StreamKey[] = [];
    let last: StreamKey | undefined;
    do {
      last = await database.get<StreamKey>(
        `SELECT camera_id AS cameraId, role FROM recording_segments WHERE (camera_id, role) > (?, ?)
         ORDER BY camera_id, role LIMIT 1`,
        last?.cameraId ?? '',
        last?.role ?? '',
      );
      if (last !== undefined) found.push(last);
    } while (last !== undefined);
    return found;
  }

  async function has(key: StreamKey, column: 'head' | 'previous_head', head: Uint8Array): Promise<boolean> {
    const found = await database.get(
      `SELECT 1 FROM recording_segments WHERE camera_id = ? AND role = ? AND ${column} = ? LIMIT 1`,
      key.cameraId,
      key.role,
      head,
    );
    return found !== undefined;
  }

  const usageOf: SegmentStore['usageOf'] = ({ cameraId, role }, sinceMs = 0) =>
    database.all(
      `SELECT camera_id AS cameraId, role, disk_id AS diskId, SUM(bytes) AS bytes, COUNT(*) AS segments,
         MIN(start_ms) AS oldestMs, MAX(end_ms) AS newestMs
       FROM recording_segments WHERE camera_id = ? AND role = ? AND start_ms >= ? AND state = 'closed'
       GROUP BY disk_id`,
      cameraId,
      role,
      Math.floor(sinceMs),
    );

  return {
    open: (segment) => database.transaction((queries) => insert(queries, segment, 'open')),
    close: (id, end) =>
      database.transaction(async (queries) => {
        const segment = await queries.get<Segment>(`SELECT ${COLUMNS} FROM recording_segments WHERE id = ?`, id);
        if (segment === undefined) throw new Error(`segment ${id} is not in the index`);
        await queries.run(
          `UPDATE recording_segments SET state = 'closed', end_ms = ?, bytes = ?, fragments = ?, head = ? WHERE id = ?`,
          Math.round(end.endMs),
          end.bytes,
          end.fragments,
          end.head,
          id,
        );
        await queries.run('DELETE FROM recording_groups WHERE segment_id = ?', id);
        await putGroups(queries, id, encodeGroups(end.groups, originOf(segment)));
      }),
    adopt: (segment, groups) =>
      database.transaction(async (queries) => {
        const id = await insert(queries, segment, 'closed');
        await queries.run('UPDATE recording_segments SET adopted = 1 WHERE id = ?', id);
        await putGroups(queries, id, encodeGroups(groups, originOf(segment)));
        return id;
      }),
    get: (id) => database.get<Segment>(`SELECT ${COLUMNS} FROM recording_segments WHERE id = ?`, id),
    openOnes: () =>
      database.all<Segment>(`SELECT ${COLUMNS} FROM recording_segments WHERE state = 'open' ORDER BY start_ms`),
    between: (cameraId, role, fromMs, toMs, limit) =>
      database.all<Segment>(
        `SELECT ${COLUMNS} FROM recording_segments
         WHERE camera_id = ? AND role = ? AND start_ms > ? AND start_ms < ? AND (end_ms > ? OR state = 'open')
         ORDER BY start_ms LIMIT ?`,
        cameraId,
        role,
        Math.floor(fromMs) - LONGEST_SEGMENT_MS,
        Math.ceil(toMs),
        Math.floor(fromMs),
        limit,
      ),
    spans: (cameraId, role, fromMs, toMs) =>
      database.all<SegmentSpan>(
        `SELECT start_ms AS startMs, end_ms AS endMs, bytes FROM recording_segments
         WHERE camera_id = ? AND role = ? AND start_ms > ? AND start_ms < ? AND end_ms > ?
         ORDER BY start_ms`,
        cameraId,
        role,
        Math.floor(fromMs) - LONGEST_SEGMENT_MS,
        Math.ceil(toMs),
        Math.floor(fromMs),
      ),
    async bytesBetween(cameraId, role, fromMs, toMs) {
      const row = await database.get<{ bytes: number | null }>(
        `SELECT SUM(bytes) AS bytes FROM recording_segments
         WHERE camera_id = ? AND role = ? AND start_ms >= ? AND start_ms <= ? AND end_ms >= ? AND state = 'closed'`,
        cameraId,
        role,
        Math.floor(fromMs) - LONGEST_SEGMENT_MS,
        Math.ceil(toMs),
        Math.floor(fromMs),
      );
      return row?.bytes ?? 0;
    },
    async groups(segment) {
      const row = await database.get<{ list: Uint8Array }>(
        'SELECT list FROM recording_groups WHERE segment_id = ?',
        segment.id,
      );
      return row === undefined ? [] : decodeGroups(row.list, originOf(segment));
    },
    newest: (cameraId, role) =>
      database.get<Segment>(
        `SELECT ${COLUMNS} FROM recording_segments WHERE camera_id = ? AND role = ? ORDER BY start_ms DESC LIMIT 1`,
        cameraId,
        role,
      ),
    async lastWritten(key) {
      // `+`: by the stream's part of the index, not by all rows from the last one back.
      const written = await database.get<Segment>(
        `SELECT ${COLUMNS} FROM recording_segments WHERE id =
           (SELECT MAX(+id) FROM recording_segments WHERE camera_id = ? AND role = ? AND adopted = 0)`,
        key.cameraId,
        key.role,
      );
      const adopted = await database.get<Segment>(
        `SELECT ${COLUMNS} FROM recording_segments WHERE camera_id = ? AND role = ? AND adopted = 1
         ORDER BY start_ms DESC LIMIT 1`,
        key.cameraId,
        key.role,
      );
      if (written === undefined || adopted === undefined) return written ?? adopted;
      // An index that was older than the disks: what was taken in goes on from what it had.
      return (await has(key, 'previous_head', written.head)) ? adopted : written;
    },
    hasHead: (key, head) => has(key, 'head', head),
    page: (diskId, after, limit) =>
      database.all<Segment>(
        `SELECT ${COLUMNS} FROM recording_segments
         WHERE disk_id = ? AND state = 'closed' AND (start_ms > ? OR (start_ms = ? AND id > ?))
         ORDER BY start_ms, id LIMIT ?`,
        diskId,
        after.startMs,
        after.startMs,
        after.id,
        limit,
      ),
    byPath: (diskId, path) =>
      database.get<Segment>(`SELECT ${COLUMNS} FROM recording_segments WHERE disk_id = ? AND path = ?`, diskId, path),
    inFolder: (diskId, folder) =>
      database.all<Segment>(
        `SELECT ${COLUMNS} FROM recording_segments WHERE disk_id = ? AND path > ? AND path < ?`,
        diskId,
        `${folder}/`,
        // The character behind `/`.
        `${folder}0`,
      ),
    streams,
    ofStream: ({ cameraId, role }, after, limit) =>
      database.all<Segment>(
        `SELECT ${COLUMNS} FROM recording_segments
         WHERE camera_id = ? AND role = ? AND state = 'closed' AND (start_ms > ? OR (start_ms = ? AND id > ?))
         ORDER BY start_ms, id LIMIT ?`,
        cameraId,
        role,
        after.startMs,
        after.startMs,
        after.id,
        limit,
      ),
    usageOf,
    async usage(diskId) {
      const found: StreamUsage[] = [];
      for (const key of await streams()) {
        for (const { diskId: where, ...usage } of await usageOf(key)) if (where === diskId) found.push(usage);
        // SQLite answers in this thread: a million rows in one piece would hold up live video.
        await immediate();
      }
      return found;
    },
    async remove(id) {
      await database.run('DELETE FROM recording_segments WHERE id = ?', id);
    },
  };
}

const originOf = ({ startMs, headBytes, timescale }: NewSegment) => ({
  startMs: Math.round(startMs),
  offset: headBytes,
  timescale,
});
