import { z } from 'zod';
import { CAMERA_CLASSES } from './camera.ts';
import { STREAM_ROLES, type StreamRole } from './media.ts';

/** What is recorded, what can be found, and what is played of it. Times are ms since 1970, UTC. */

// ---- policies --------------------------------------------------------------------------------------------------------

/**
 * `continuous`: always. `event`: around what happens, with pre-roll from memory. `schedule`: always inside the hours
 * given, around what happens outside of them. `off`: never.
 */
export const RECORDING_MODES = ['off', 'continuous', 'event', 'schedule'] as const;

/** Hours of the week in the server's time zone; 0 is Monday. `toMinute` is exclusive and at most 1440. */
export const hoursSchema = z
  .object({
    days: z.array(z.number().int().min(0).max(6)).min(1).max(7),
    fromMinute: z.number().int().min(0).max(1439),
    toMinute: z.number().int().min(1).max(1440),
  })
  .refine(({ fromMinute, toMinute }) => fromMinute < toMinute, {
    path: ['toMinute'],
    message: 'ends before it begins',
  });
export type Hours = z.output<typeof hoursSchema>;

/**
 * Events of a camera that recording around events can follow: something happened where it looks. Not that a stream
 * went down or came back: there is nothing to record then, and a loose plug would fill the disk with its own comings
 * and goings. Nor the end of a fault: what led to it is what somebody will want to see.
 */
export const RECORDING_TRIGGERS = [
  'vn.tamnhin.picture.black',
  'vn.tamnhin.picture.frozen',
  'vn.tamnhin.picture.covered',
  'vn.tamnhin.picture.blurred',
  'vn.tamnhin.picture.turned',
  'vn.tamnhin.detection.zone',
  'vn.tamnhin.detection.loitering',
  'vn.tamnhin.detection.line',
  'vn.tamnhin.detection.crowd',
  'vn.tamnhin.detection.stopped',
  'vn.tamnhin.detection.wrongWay',
  'vn.tamnhin.detection.abandoned',
  'vn.tamnhin.detection.presence',
  'vn.tamnhin.detection.motion',
  'vn.tamnhin.detection.cameraSignal',
] as const;
export type RecordingTrigger = (typeof RECORDING_TRIGGERS)[number];

export const recordingPolicySchema = z.object({
  mode: z.enum(RECORDING_MODES),
  streams: z.enum(['main', 'sub', 'both']),
  hours: z.array(hoursSchema).max(50).default([]),
  /** Seconds kept from before an event; bounded by what memory holds. */
  preRollSeconds: z.number().int().min(0).max(60).default(8),
  /** Seconds recorded after the last event. */
  postRollSeconds: z.number().int().min(1).max(600).default(30),
  /** Which events are recorded around; `all` takes in those that later versions know. */
  triggers: z.union([z.literal('all'), z.array(z.enum(RECORDING_TRIGGERS)).max(50)]).default('all'),
  retention: z.object({
    /** Older recordings go. */
    days: z.number().min(0.01).max(3650),
    /** GiB for each camera stream; more goes, oldest first. `null`: no such bound. */
    gigabytes: z.number().min(0.01).max(1_000_000).nullable().default(null),
  }),
});
export type RecordingPolicy = z.output<typeof recordingPolicySchema>;

const targets = [
  z.object({ kind: z.literal('all') }),
  z.object({ kind: z.literal('class'), class: z.enum(CAMERA_CLASSES) }),
  z.object({ kind: z.literal('group'), groupId: z.string().min(1).max(64) }),
] as const;
/** What a policy for more than one camera is for. */
export const sharedTargetSchema = z.discriminatedUnion('kind', targets);

/** What a policy is for; the closest to the camera counts: camera, its group and the groups above, class, all. */
export const policyTargetSchema = z.discriminatedUnion('kind', [
  ...targets,
  z.object({ kind: z.literal('camera'), cameraId: z.string().min(1).max(64) }),
]);
export type PolicyTarget = z.output<typeof policyTargetSchema>;

export const cameraPolicyInputSchema = z.object({ policy: recordingPolicySchema });
export const sharedPolicyInputSchema = cameraPolicyInputSchema.extend({ target: sharedTargetSchema });

export interface PolicyView {
  readonly target: PolicyTarget;
  readonly policy: RecordingPolicy;
}

/** What counts for a camera, and because of which policy; `null`: of none, it is what the server's configuration says. */
export interface PolicyInForce {
  readonly policy: RecordingPolicy;
  readonly from: PolicyTarget | null;
}

export interface PolicyList {
  readonly policies: readonly PolicyView[];
  /** What counts for cameras that no policy is for: the configuration of the server. */
  readonly configured: RecordingPolicy;
  /** Of the cameras that the person may configure; `from` as in `PolicyInForce`. */
  readonly inForce: readonly { readonly cameraId: string; readonly from: PolicyTarget | null }[];
  /** IANA name of the zone that `hours` are meant in. */
  readonly timeZone: string;
}

/** One camera's recording, for those who may configure it. */
export interface CameraRecording {
  readonly inForce: PolicyInForce;
  /** What would count without a policy of its own. */
  readonly above: PolicyInForce;
  readonly streams: readonly RecordingStatus[];
  readonly timeZone: string;
}

// ---- what is there ---------------------------------------------------------------------------------------------------

/** Longest range that a timeline answers. */
export const MOST_TIMELINE_MS = 400 * 86_400_000;
/** Longest range whose groups are listed at a time. */
export const MOST_GROUPS_MS = 3_600_000;

/** The last moment that a `Date` can hold. */
const LAST_MS = 8_640_000_000_000_000;
const moment = z.coerce.number().min(0).max(LAST_MS);
const range = { fromMs: moment, toMs: moment };
const isRange = ({ fromMs, toMs }: { fromMs: number; toMs: number }): boolean => fromMs < toMs;
const notReversed = { path: ['toMs'], message: 'must be after fromMs' };

export const timelineQuerySchema = z
  .object({ ...range, role: z.enum(STREAM_ROLES).optional() })
  .refine(isRange, notReversed)
  .refine(({ fromMs, toMs }) => toMs - fromMs <= MOST_TIMELINE_MS, { path: ['toMs'], message: 'at most 400 days' });

export const groupsQuerySchema = z
  .object({ ...range, role: z.enum(STREAM_ROLES).optional() })
  .refine(isRange, notReversed)
  .refine(({ fromMs, toMs }) => toMs - fromMs <= MOST_GROUPS_MS, { path: ['toMs'], message: 'at most an hour' });

/** Longest range of one HLS playlist: with groups of a second it has some 5 MB. */
export const MOST_PLAYLIST_MS = 24 * 3_600_000;
export const playlistQuerySchema = z
  .object(range)
  .refine(isRange, notReversed)
  .refine(({ fromMs, toMs }) => toMs - fromMs <= MOST_PLAYLIST_MS, { path: ['toMs'], message: 'at most 24 hours' });

/** Of the key frame at this moment or the nearest before it; `width` in pixels is rounded up to one of a few. */
export const recordedStillQuerySchema = z.object({
  atMs: moment,
  width: z.coerce.number().int().min(1).max(8192).optional(),
});

/** Recorded without a gap that a person would notice. */
export interface RecordedSpan {
  readonly startMs: number;
  readonly endMs: number;
  readonly bytes: number;
}

export interface Timeline {
  readonly cameraId: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** The best stream that has something in this range; the one that `spans` are of. */
  readonly role: StreamRole;
  readonly roles: readonly StreamRole[];
  /** Oldest first. */
  readonly spans: readonly RecordedSpan[];
  readonly holds: readonly HoldView[];
  readonly bookmarks: readonly BookmarkView[];
  /** The camera is being recorded now. */
  readonly recording: boolean;
}

/**
 * One file of a range and the groups of pictures in it, to fetch by byte ranges from
 * `/recordings/<camera>/<segment>.mp4`. The first `initBytes` are the initialisation segment.
 */
export interface PlayableSegment {
  readonly segmentId: number;
  /** For Media Source Extensions: `video/mp4; codecs="…"`. */
  readonly mimeType: string;
  readonly initBytes: number;
  readonly timescale: number;
  readonly width: number;
  readonly height: number;
  /** Oldest first. */
  readonly groups: readonly PlayableGroup[];
}

export interface PlayableGroup {
  readonly startMs: number;
  readonly durationMs: number;
  /** Ticks: with `startMs` it says where on the wall-clock a fragment's own decode time lies. */
  readonly decodeTime: number;
  readonly offset: number;
  readonly bytes: number;
  /** Of these, the first: enough for the key frame alone. */
  readonly keyBytes: number;
}

export interface PlayableRange {
  readonly cameraId: string;
  readonly role: StreamRole;
  readonly segments: readonly PlayableSegment[];
}

/** A camera that was removed, and whose recordings are still there. */
export interface RemovedCameraView {
  readonly id: string;
  /** As it was; another camera may have it now. */
  readonly number: number;
  readonly name: string;
  readonly groupId: string | null;
  readonly removedMs: number;
  /** Parts of its picture are covered in exports. */
  readonly hasMasks: boolean;
  readonly oldestMs: number;
  readonly newestMs: number;
}

// ---- marks and holds -------------------------------------------------------------------------------------------------

export const bookmarkInputSchema = z.object({
  timeMs: z.number().min(0),
  text: z.string().trim().min(1).max(500),
  tags: z.array(z.string().trim().min(1).max(40)).max(10).default([]),
});
export const bookmarkQuerySchema = z
  .object({
    fromMs: moment.default(0),
    toMs: moment.default(LAST_MS),
    /** Every word of it stands in the text or the tags; case and marks do not matter. */
    text: z.string().max(200).optional(),
    order: z.enum(['oldest', 'newest']).default('oldest'),
    limit: z.coerce.number().int().min(1).max(1000).default(1000),
  })
  .refine(isRange, notReversed);
export interface BookmarkView {
  readonly id: string;
  readonly cameraId: string;
  readonly timeMs: number;
  readonly text: string;
  readonly tags: readonly string[];
  readonly createdBy: string;
  readonly createdMs: number;
}

/** Longest range of one hold. */
export const MOST_HOLD_MS = MOST_TIMELINE_MS;
/** A hold is made of up to as many cameras at a time as an export is. */
const holdCameras = z.array(z.string().min(1).max(64)).min(1).max(16);
const isHoldRange = ({ startMs, endMs }: { startMs: number; endMs: number }): boolean => startMs < endMs;
const isHoldLength = ({ startMs, endMs }: { startMs: number; endMs: number }): boolean =>
  endMs - startMs <= MOST_HOLD_MS;
const holdReversed = { path: ['endMs'], message: 'must be after startMs' };
const holdTooLong = { path: ['endMs'], message: 'at most 400 days' };

export const holdInputSchema = z
  .object({
    /** Each gets a hold of its own: it can be released without the others. */
    cameraIds: holdCameras,
    startMs: z.number().min(0).max(LAST_MS),
    endMs: z.number().min(0).max(LAST_MS),
    caseNumber: z.string().trim().min(1).max(80),
    reason: z.string().trim().min(3).max(1000),
  })
  .refine(isHoldRange, holdReversed)
  .refine(isHoldLength, holdTooLong);
/** A legal hold: nothing in its range is deleted until two people release it. */
export interface HoldView {
  readonly id: string;
  readonly cameraId: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly caseNumber: string;
  readonly reason: string;
  readonly createdBy: string;
  readonly createdMs: number;
  /** Set while one of two has agreed to release it. */
  readonly releaseAskedBy: string | null;
  readonly releaseAskedMs: number | null;
}
/** One that holds now, for somebody who looks at the list. */
export interface ListedHold extends HoldView {
  /** May this person ask for its release, take that back, or release it? */
  readonly mayChange: boolean;
}
/** One that holds no longer: the two who released it are known. */
export interface ReleasedHold extends HoldView {
  readonly releasedBy: string;
  readonly releasedMs: number;
}

export const holdQuerySchema = z.object({ cameraId: z.string().min(1).max(64).optional() });
/** All of them or none; what was made together is released together. */
export const holdIdsSchema = z.object({ ids: z.array(z.string().min(1).max(64)).min(1).max(100) });
export const holdHistoryQuerySchema = z.object({
  cameraId: z.string().min(1).max(64).optional(),
  /** Stands in the case number or the reason; case and marks do not matter. */
  text: z.string().trim().max(120).optional(),
  /** Only those that were released before the one with this id, which was released at `beforeMs`. */
  beforeMs: moment.optional(),
  beforeId: z.string().max(64).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export const holdCostQuerySchema = z
  .object({
    /** Separated by commas. */
    cameraIds: z
      .string()
      .max(16 * 65)
      .transform((text) => text.split(','))
      .pipe(holdCameras),
    startMs: moment,
    endMs: moment,
  })
  .refine(isHoldRange, holdReversed)
  .refine(isHoldLength, holdTooLong);

/** What a hold of a range would keep from going. */
export interface HoldCost {
  readonly cameras: readonly {
    readonly cameraId: string;
    /** Of the files that the range touches, as they are now: a file is kept whole. */
    readonly recordedBytes: number;
    /** What the part of the range that lies in the future will take, at the rate of the last days. */
    readonly forecastBytes: number;
  }[];
  /** Of the disks that can be used now. */
  readonly freeBytes: number;
  readonly totalBytes: number;
}

// ---- disks -----------------------------------------------------------------------------------------------------------

/**
 * `ready`; `full`: below its floor, the oldest goes; `slow`: cannot keep up, some is lost; `failed`: writing fails;
 * `missing`: the folder has not the identity that it had, so nothing is written to it.
 */
export const DISK_STATES = ['ready', 'full', 'slow', 'failed', 'missing'] as const;
export type DiskState = (typeof DISK_STATES)[number];

export interface DiskView {
  readonly id: string;
  readonly path: string;
  readonly state: DiskState;
  /** In words, English, for administrators. */
  readonly detail: string;
  readonly totalBytes: number;
  readonly freeBytes: number;
  /** What stays free: below it the oldest recordings go. */
  readonly floorBytes: number;
  /** What the index says we have on it. */
  readonly recordedBytes: number;
  /** Begin of the oldest recording on it; `null` when there is none. */
  readonly oldestMs: number | null;
  readonly bytesPerDay: number;
  /** At today's rate; `null` when it will not fill, or when it is not known yet. */
  readonly fullInDays: number | null;
}

/** What one stream of a camera takes on a disk; finished files only. */
export interface StoredStream {
  readonly cameraId: string;
  readonly role: StreamRole;
  readonly bytes: number;
  readonly segments: number;
  readonly oldestMs: number;
  readonly newestMs: number;
}

export interface RecordingStatus {
  readonly cameraId: string;
  readonly role: StreamRole;
  readonly recording: boolean;
  /** Fragments that came in and could not be written since the program started. */
  readonly lostFragments: number;
}

// ---- retention -------------------------------------------------------------------------------------------------------

/** `age`: older than its days; `size`: more than its GiB; `space`: to have the disk's floor free. */
export type DeletionReason = 'age' | 'size' | 'space';

/** What a pass of retention would take. */
export interface RetentionPlan {
  readonly disks: readonly PlannedDisk[];
}

export interface PlannedDisk {
  readonly diskId: string;
  readonly path: string;
  /** Of recordings, by the index. */
  readonly existingBytes: number;
  readonly existingSegments: number;
  /** What the floor of free space needs at once. */
  readonly neededBytes: number;
  /** What goes by age and by size: what a person may be asked for. */
  readonly dueBytes: number;
  readonly dueSegments: number;
  /** The pass would take more than half, and so asks. */
  readonly asks: boolean;
  readonly streams: readonly PlannedStream[];
}

export interface PlannedStream extends StoredStream {
  readonly why: DeletionReason;
}

/** A pass that would take more than half of a disk waits for a person. */
export interface RetentionQuestion {
  readonly diskId: string;
  readonly path: string;
  readonly bytes: number;
  readonly segments: number;
  readonly cameras: number;
  /** Nothing newer than this would go. */
  readonly newestMs: number;
  /** What lies on the disk in all. */
  readonly ofBytes: number;
  readonly askedMs: number;
  /** Somebody said that they stay: they do, until somebody confirms or what would go is another thing. */
  readonly left: { readonly by: string; readonly atMs: number } | null;
}

/** `askedMs` and `bytes` as the person was shown them: the word counts for that and for no more. */
export const retentionAnswerSchema = z.object({
  answer: z.enum(['delete', 'keep']),
  askedMs: z.number(),
  bytes: z.number().min(0),
});
export type RetentionAnswer = z.output<typeof retentionAnswerSchema>;

// ---- exports ---------------------------------------------------------------------------------------------------------

/** Longest range of one export. */
export const MOST_EXPORT_MS = 24 * 3_600_000;

export const exportInputSchema = z
  .object({
    cameraIds: z.array(z.string().min(1).max(64)).min(1).max(16),
    /** Absent: of each camera the best stream that has something. */
    role: z.enum(STREAM_ROLES).optional(),
    fromMs: z.number().min(0),
    toMs: z.number().min(0),
    reason: z.string().trim().min(3).max(1000),
    caseNumber: z.string().trim().max(80).default(''),
    /** Burn in the privacy masks of cameras that have some; nobody without `camera.unmask` may leave them out. */
    masks: z.boolean().default(true),
    /** Burn in who asked, when, and the case number, all over the picture. */
    watermark: z.boolean().default(false),
  })
  .refine(isRange, notReversed)
  .refine(({ fromMs, toMs }) => toMs - fromMs <= MOST_EXPORT_MS, { path: ['toMs'], message: 'at most a day' });
export type ExportInput = z.output<typeof exportInputSchema>;

export const EXPORT_STATES = ['queued', 'running', 'done', 'failed', 'cancelled'] as const;
export type ExportState = (typeof EXPORT_STATES)[number];

export interface ExportView {
  readonly id: string;
  readonly state: ExportState;
  readonly cameraIds: readonly string[];
  readonly fromMs: number;
  readonly toMs: number;
  readonly reason: string;
  readonly caseNumber: string;
  /** As asked for: cameras without masks are exported as they were recorded. */
  readonly masks: boolean;
  readonly watermark: boolean;
  readonly createdBy: string;
  readonly createdMs: number;
  /** 0 to 1. */
  readonly progress: number;
  /** Of the zip; `null` until it is done. */
  readonly bytes: number | null;
  /** When the file is removed; `null` until it is done. */
  readonly expiresMs: number | null;
  /** A fault code: `export.nothingRecorded`, `export.diskMissing`, `export.encodeFailed`, `export.noRoom`, `export.failed`. */
  readonly error: string | null;
}

/** A public key that recordings and exports are signed with: to be published, and compared by who checks an export. */
export interface EvidenceKeyView {
  /** First 16 hex digits of the SHA-256 of the key. */
  readonly id: string;
  /** Ed25519 (RFC 8032), raw, base64. */
  readonly publicKey: string;
  readonly createdMs: number;
  readonly retiredMs: number | null;
}

/** `current`: the key that the person saw sign, so that two who press at once make one new key. */
export const rotateKeySchema = z.object({ current: z.string().min(1).max(64) });
