import { z } from 'zod';
import type { Role } from './access.ts';
import type { CameraFaultKind, PictureFault, StreamState } from './camera.ts';
import type { Box } from './detection.ts';
import type { StreamRole } from './media.ts';
import type { DiskState } from './recordings.ts';
import { SEVERITIES, type Severity } from './severity.ts';

/**
 * What happened, written once and in order before anybody is told. The envelope follows CloudEvents 1.0
 * (source, id, type, time, subject, data); `sequence` lets a consumer go on where it stopped.
 */

export { SEVERITIES, type Severity };

/** An event that tells of a picture keeps two: the last one before, and one of what it tells. */
export const EVENT_MOMENTS = ['before', 'during'] as const;
export type EventMoment = (typeof EVENT_MOMENTS)[number];

/** Of a fault of the picture. `pictures` names the one from before and the one of it; `null` where none were kept. */
interface PictureFaultData {
  role: StreamRole;
  /** When it was first seen so, ms since 1970; the event itself is some looks later. */
  sinceMs: number;
  pictures: string | null;
}

/** A rule held: something happened where a camera looks. */
export interface DetectionData {
  readonly ruleId: string;
  readonly ruleName: string;
  /** Class of the object; `null` where nothing was recognised: motion, a crowd of several classes, the camera's word. */
  readonly label: string | null;
  /** Median over the track, 0 to 1. */
  readonly score: number | null;
  /** Where it was at that moment. */
  readonly box: Box | null;
  /** The object, over all events and restarts; `null` where the rule is about no single one. */
  readonly trackId: string | null;
  /** Where it stood up to now, oldest first: x, y, ms since 1970; at most 32 points. */
  readonly path: readonly (readonly [number, number, number])[];
  /** How many, of a crowd. */
  readonly count: number | null;
  /** Of a line. */
  readonly direction: 'forward' | 'backward' | null;
  /** In the camera's words, of its own signal. */
  readonly signal: string | null;
  /** What should be looked back at, ms since 1970. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Names the picture (`during`), the box drawn beside it by who shows it; `null` where none was kept. */
  readonly pictures: string | null;
  /** Name of the model that recognised it. */
  readonly model: string | null;
  /** `null`: it is written down and nobody is called. */
  readonly alert: { readonly receivers: readonly Role[]; readonly mergeSeconds: number } | null;
}

/** Which part of a sector an event is of: decides who may see it. */
export interface SectorMark {
  readonly sector: string;
  /** Whoever answers for it; `null`: the sector as a whole. */
  readonly unitId: string | null;
  readonly feedId: string | null;
}
/** Something happened in a sector, as sector-events.ts has it. */
export interface SectorEventData extends SectorMark {
  readonly eventId: string;
  readonly number: number;
  readonly eventType: string;
  readonly title: { readonly vi: string; readonly en: string };
  readonly areaCode: string | null;
  /** WGS 84, degrees. */
  readonly place: { readonly latitude: number; readonly longitude: number; readonly name: string } | null;
  readonly synthetic: boolean;
}

/** The type of each event and what its `data` holds. */
export interface EventData {
  'vn.tamnhin.camera.down': { role: StreamRole; fault: CameraFaultKind; detail: string; lastFrameMs: number | null };
  'vn.tamnhin.camera.live': { role: StreamRole; downForMs: number };
  'vn.tamnhin.picture.black': PictureFaultData;
  'vn.tamnhin.picture.frozen': PictureFaultData;
  'vn.tamnhin.picture.covered': PictureFaultData;
  'vn.tamnhin.picture.blurred': PictureFaultData;
  'vn.tamnhin.picture.turned': PictureFaultData;
  /** The end of one of those; `eventId` names it. */
  'vn.tamnhin.picture.cleared': { fault: PictureFault; eventId: string; forMs: number };
  'vn.tamnhin.detection.zone': DetectionData;
  'vn.tamnhin.detection.loitering': DetectionData;
  'vn.tamnhin.detection.line': DetectionData;
  'vn.tamnhin.detection.crowd': DetectionData;
  'vn.tamnhin.detection.stopped': DetectionData;
  'vn.tamnhin.detection.wrongWay': DetectionData;
  'vn.tamnhin.detection.abandoned': DetectionData;
  'vn.tamnhin.detection.presence': DetectionData;
  'vn.tamnhin.detection.motion': DetectionData;
  'vn.tamnhin.detection.cameraSignal': DetectionData;
  /** Once a day: the alerts that were opened in it, what they were closed as by now, and how many are open now. */
  'vn.tamnhin.alerts.report': {
    fromMs: number;
    toMs: number;
    opened: number;
    true: number;
    false: number;
    nuisance: number;
    open: number;
    /** From opened to claimed, ms; `null` where none was claimed. */
    acknowledgeP50Ms: number | null;
    acknowledgeP95Ms: number | null;
  };
  'vn.tamnhin.sector.opened': SectorEventData;
  /** `forMs`: since it was opened. `how`: by a person, because its cause is gone, or because its time is over. */
  'vn.tamnhin.sector.closed': SectorEventData & { forMs: number; how: 'person' | 'cause' | 'expired' };
  'vn.tamnhin.camera.registered': { name: string };
  'vn.tamnhin.camera.changed': { name: string };
  'vn.tamnhin.camera.removed': { name: string };
  /** `path` is the folder as configured; `detail` is English, for administrators. */
  'vn.tamnhin.disk.state': { diskId: string; path: string; state: DiskState; detail: string };
  'vn.tamnhin.system.started': { version: string };
  /** A pass of retention would delete more than half of a disk and waits for a person. */
  'vn.tamnhin.retention.needsConfirmation': {
    diskId: string;
    path: string;
    bytes: number;
    ofBytes: number;
    segments: number;
  };
  /** A disk is below its floor of free space and nothing on it may go: all of it is held, or not ours. */
  'vn.tamnhin.retention.cannotFree': { diskId: string; path: string; freeBytes: number; floorBytes: number };
  /** A disk is too small for the days that were asked for: recordings up to here are gone before their time. */
  'vn.tamnhin.retention.earlierThanPolicy': { diskId: string; path: string; untilMs: number };
}
export type EventType = keyof EventData;

/** All of them, for those who choose; the compiler sees to it that none is missing. */
export const EVENT_TYPES = Object.keys({
  'vn.tamnhin.camera.down': 1,
  'vn.tamnhin.camera.live': 1,
  'vn.tamnhin.picture.black': 1,
  'vn.tamnhin.picture.frozen': 1,
  'vn.tamnhin.picture.covered': 1,
  'vn.tamnhin.picture.blurred': 1,
  'vn.tamnhin.picture.turned': 1,
  'vn.tamnhin.picture.cleared': 1,
  'vn.tamnhin.detection.zone': 1,
  'vn.tamnhin.detection.loitering': 1,
  'vn.tamnhin.detection.line': 1,
  'vn.tamnhin.detection.crowd': 1,
  'vn.tamnhin.detection.stopped': 1,
  'vn.tamnhin.detection.wrongWay': 1,
  'vn.tamnhin.detection.abandoned': 1,
  'vn.tamnhin.detection.presence': 1,
  'vn.tamnhin.detection.motion': 1,
  'vn.tamnhin.detection.cameraSignal': 1,
  'vn.tamnhin.sector.opened': 1,
  'vn.tamnhin.sector.closed': 1,
  'vn.tamnhin.camera.registered': 1,
  'vn.tamnhin.camera.changed': 1,
  'vn.tamnhin.camera.removed': 1,
  'vn.tamnhin.disk.state': 1,
  'vn.tamnhin.alerts.report': 1,
  'vn.tamnhin.system.started': 1,
  'vn.tamnhin.retention.needsConfirmation': 1,
  'vn.tamnhin.retention.cannotFree': 1,
  'vn.tamnhin.retention.earlierThanPolicy': 1,
} satisfies Record<EventType, 1>) as readonly EventType[];
/** Those that a rule tells. */
export type DetectionEventType = { [T in EventType]: EventData[T] extends DetectionData ? T : never }[EventType];

export interface EventOf<T extends EventType> {
  /** Rises by one with each event, over restarts. */
  readonly sequence: number;
  readonly id: string;
  readonly type: T;
  /** ms since 1970. */
  readonly timeMs: number;
  readonly severity: Severity;
  /**
   * The camera it is about; decides who may see it. `null` concerns everybody who may read events, but for what is of a
   * sector: see `sectorMarkOf`.
   */
  readonly cameraId: string | null;
  readonly data: EventData[T];
}
export type TamnhinEvent = { [T in EventType]: EventOf<T> }[EventType];

/** What a part hands to the log: the log adds number and id. */
export type NewEvent = { [T in EventType]: Omit<EventOf<T>, 'sequence' | 'id'> }[EventType];

/** Of an event that is there only for those who may read the sector. */
export function sectorMarkOf({ type, data }: Pick<TamnhinEvent, 'type' | 'data'>): SectorMark | undefined {
  return isSectorType(type) && 'sector' in data ? data : undefined;
}
export function isSectorType(type: string): boolean {
  return type.startsWith('vn.tamnhin.sector.');
}

export const eventTypeSchema = z.custom<EventType>((type) => EVENT_TYPES.some((known) => known === type), {
  message: 'there is no such type of event',
});
const typeList = z
  .string()
  .max(4000)
  .transform((text) => text.split(',').filter((type) => type !== ''))
  .pipe(z.array(eventTypeSchema).max(100));

/** What narrows a search: a list of types with commas between them, the least severity, the rule of detections. */
const narrowing = {
  cameraId: z.string().max(64).optional(),
  types: typeList.optional(),
  severity: z.enum(SEVERITIES).optional(),
  ruleId: z.string().max(64).optional(),
};

const moment = z.coerce.number().int().min(0).max(8_640_000_000_000_000).optional();

/**
 * Without a range, in the order of the log. With `fromMs` or `toMs`, in the order of time; `after` and `before` then
 * only part events of the same moment: to page on, `toMs` and `before` are those of the last event that came (or
 * `fromMs` and `after`).
 */
export const eventQuerySchema = z
  .object({
    /** Only events with a higher sequence, oldest first. */
    after: z.coerce.number().int().min(0).optional(),
    /** Only events with a lower sequence, newest first. */
    before: z.coerce.number().int().min(1).optional(),
    ...narrowing,
    fromMs: moment,
    toMs: moment,
    /**
     * For drawing: the range of a camera is cut into as many pieces, and of each piece comes the first event of each
     * severity, oldest first.
     */
    pieces: z.coerce.number().int().min(1).max(1000).optional(),
    limit: z.coerce.number().int().min(1).max(500).default(100),
  })
  .refine(({ fromMs, toMs }) => fromMs === undefined || toMs === undefined || fromMs < toMs, {
    path: ['toMs'],
    message: 'must be after fromMs',
  })
  .refine(({ fromMs, toMs, after }) => after === undefined || toMs === undefined || fromMs !== undefined, {
    path: ['after'],
    message: 'goes with fromMs',
  })
  .refine(({ fromMs, toMs, before }) => before === undefined || fromMs === undefined || toMs !== undefined, {
    path: ['before'],
    message: 'goes with toMs',
  })
  .refine(
    ({ pieces, cameraId, fromMs, toMs }) =>
      pieces === undefined || (cameraId !== undefined && fromMs !== undefined && toMs !== undefined),
    { path: ['pieces'], message: 'needs cameraId, fromMs and toMs' },
  );

/**
 * Of the stream of events. `after` goes on where a reader stopped; the header `Last-Event-ID` that a browser sends by
 * itself goes before it, and without both the stream begins now.
 */
export const eventStreamQuerySchema = z.object({ ...narrowing, after: z.coerce.number().int().min(0).optional() });

/** A stream's state as it travels over socket.io. */
export interface StreamStateChange {
  readonly cameraId: string;
  readonly role: StreamRole;
  readonly state: StreamState;
  readonly fault: CameraFaultKind | null;
  readonly sinceMs: number;
  readonly lastFrameMs: number | null;
}
