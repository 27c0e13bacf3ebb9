import { z } from 'zod';
import { areaCodeSchema } from './places.ts';
import type { Scores } from './quality.ts';
import { eventTypeKeySchema, indicatorCodeSchema, NO_VALUE_REASONS, sectorKeySchema } from './sectors.ts';

/**
 * How departments deliver. A feed is one way of one unit; a batch is one delivery; every row of it gets a verdict. Times
 * are ms since 1970.
 */

// ---- what a delivery looks like --------------------------------------------------------------------------------------

/**
 * `push`: their program sends over HTTP. `upload`: a person sends a CSV file. `manual`: a person fills in a grid.
 * `pull`: we fetch. `mqtt`: their devices publish. `builtin`: our own cameras.
 */
export const FEED_WAYS = ['push', 'upload', 'manual', 'pull', 'mqtt', 'builtin'] as const;
export type FeedWay = (typeof FEED_WAYS)[number];
/** `feed` is RSS, Atom or JSON Feed, whichever comes. */
export const FEED_FORMATS = ['json', 'ndjson', 'csv', 'feed', 'open311', 'cap'] as const;
export type FeedFormat = (typeof FEED_FORMATS)[number];

/**
 * A row as our own interface wants it, of an observation:
 * `{"indicator": "thu_tuc.tiep_nhan", "area": "30307", "period": "2026-11-26", "value": 41}`. `period` is the date,
 * month (`2026-11`), quarter (`2026-Q4`), year or moment at which the period begins.
 */
export const observationRowSchema = z.object({
  indicator: indicatorCodeSchema,
  /** A code, or a name that is one area's. */
  area: z.string().trim().min(1).max(200),
  /** Code of the unit that answers for the value; the feed's owner when left out. */
  unit: z.string().trim().max(64).nullish(),
  period: z.string().trim().min(4).max(40),
  value: z.number().nullable(),
  /** Where there is no value. */
  reason: z.enum(NO_VALUE_REASONS).nullish(),
  status: z.enum(['provisional', 'final', 'estimated']).nullish(),
  /** When it was so; the end of the period when left out. With zone. */
  time: z.iso.datetime({ offset: true }).nullish(),
  dims: z.record(z.string().max(64), z.string().max(64)).nullish(),
});
export type ObservationRow = z.output<typeof observationRowSchema>;

/** A row of an event. The same `id` again changes the event; `state: "over"` ends it. */
export const eventRowSchema = z.object({
  type: eventTypeKeySchema,
  id: z.string().trim().min(1).max(200),
  title: z.string().trim().min(1).max(300),
  detail: z.string().max(4000).nullish(),
  severity: z.enum(['minor', 'moderate', 'severe', 'extreme']).nullish(),
  time: z.iso.datetime({ offset: true }),
  area: z.string().trim().max(200).nullish(),
  latitude: z.number().min(-90).max(90).nullish(),
  longitude: z.number().min(-180).max(180).nullish(),
  place: z.string().trim().max(200).nullish(),
  link: z.string().trim().max(2000).nullish(),
  state: z.enum(['open', 'over']).default('open'),
});
export type EventRow = z.output<typeof eventRowSchema>;

/** What a column of theirs is to us. */
export const MAPPED_FIELDS = [
  'indicator',
  'area',
  'unit',
  'period',
  'value',
  'reason',
  'status',
  'time',
  'type',
  'id',
  'title',
  'detail',
  'severity',
  'latitude',
  'longitude',
  'place',
  'link',
  'state',
] as const;
export const mappingSchema = z.object({
  /** Our field: the name of their column, or the path of a member of their JSON, `data.count`. */
  columns: z.partialRecord(z.enum(MAPPED_FIELDS), z.string().min(1).max(200)).default({}),
  /** For tables with a column for each indicator: their column, our indicator. */
  indicators: z.record(z.string().min(1).max(200), indicatorCodeSchema).default({}),
  /** Columns that are dimensions: their column, our dimension. */
  dims: z.record(z.string().min(1).max(200), eventTypeKeySchema).default({}),
  /** What every row says without saying it. */
  constants: z.partialRecord(z.enum(MAPPED_FIELDS), z.string().max(200)).default({}),
  /** Their words for ours, by field: `{"area": {"LX": "30307"}}`. */
  words: z.partialRecord(z.enum(MAPPED_FIELDS), z.record(z.string().max(200), z.string().max(200))).default({}),
  /** Where the rows are in JSON, `data.items`; empty: the array itself. */
  rowsAt: z.string().max(200).default(''),
  csv: z
    .object({
      delimiter: z.enum(['auto', ',', ';', '\t', '|']).default('auto'),
      decimal: z.enum(['auto', 'comma', 'point']).default('auto'),
      dates: z.enum(['auto', 'dmy', 'mdy', 'ymd']).default('auto'),
      encoding: z.enum(['auto', 'utf-8', 'utf-16', 'windows-1258', 'tcvn3']).default('auto'),
    })
    .prefault({}),
});
export type Mapping = z.output<typeof mappingSchema>;

// ---- feeds -----------------------------------------------------------------------------------------------------------

export const pullSettingsSchema = z.object({
  url: z.string().min(8).max(2048),
  /** A line of cron in the province's time zone. */
  schedule: z.string().trim().min(9).max(100).default('*/15 * * * *'),
  timeoutMs: z.number().int().min(1000).max(120_000).default(20_000),
  mostBytes: z.number().int().min(1024).max(100_000_000).default(10_000_000),
  /** Sent as `Authorization: Bearer …`; left out on change: it stays. */
  secret: z.string().max(4096).optional(),
});
export const mqttSettingsSchema = z.object({
  /** mqtt:// or mqtts:// */
  url: z.string().min(8).max(2048),
  /** Everything below it is the feed's; `<prefix>/heartbeat` is its last will. */
  prefix: z.string().trim().min(1).max(200),
  username: z.string().max(128).default(''),
  password: z.string().max(256).optional(),
});

export const feedInputSchema = z
  .object({
    name: z.string().trim().min(1).max(120),
    sector: sectorKeySchema,
    ownerUnitId: z.string().min(1).max(64),
    way: z.enum(FEED_WAYS),
    format: z.enum(FEED_FORMATS).default('json'),
    carries: z.enum(['observations', 'events']).default('observations'),
    mapping: mappingSchema.prefault({}),
    /**
     * What must come, and for which areas; an empty list of areas is the whole province as one. `sinceMs`: from when on it
     * is owed where that was added later; left out, it is owed since there is the feed. The server says it, whatever is
     * sent.
     */
    obliged: z
      .array(
        z.object({
          indicator: indicatorCodeSchema,
          /** Each with the unit that answers for it; `null`: the owner. */
          cells: z
            .array(
              z.object({
                areaCode: areaCodeSchema,
                unitId: z.string().max(64).nullable().default(null),
                sinceMs: z.number().int().optional(),
              }),
            )
            .max(2000),
          /** Where there are no cells. */
          sinceMs: z.number().int().optional(),
        }),
      )
      .max(200)
      .default([]),
    /** Minutes between heart-beats of a feed of events; `null`: none is expected. */
    heartbeatMinutes: z.number().int().min(1).max(10_080).nullable().default(null),
    paused: z.boolean().default(false),
    /** A value that stays the same for so many periods is frozen; `null`: it may. */
    frozenPeriods: z.number().int().min(2).max(10_000).nullable().default(null),
    /** A revision by more than so many percent counts against the first value. */
    revisionTolerance: z.number().min(0).max(1000).default(5),
    /** Made by a program that plays a department. */
    synthetic: z.boolean().default(false),
    pull: pullSettingsSchema.nullable().default(null),
    mqtt: mqttSettingsSchema.nullable().default(null),
  })
  .refine(({ way, pull }) => (way === 'pull') === (pull !== null), { path: ['pull'], message: 'goes with way: pull' })
  .refine(({ way, mqtt }) => (way === 'mqtt') === (mqtt !== null), { path: ['mqtt'], message: 'goes with way: mqtt' });
export type FeedInput = z.output<typeof feedInputSchema>;
/** `version`: of the feed that the change was made from; another one is a conflict. */
export const feedChangeSchema = z.intersection(feedInputSchema, z.object({ version: z.number().int() }));
export type FeedChange = z.input<typeof feedChangeSchema>;
export type FeedDraft = z.input<typeof feedInputSchema>;

/** For the program that sends; the token is good for this feed alone. */
export const feedTokenSchema = z.object({
  /** Days until it ends. */
  days: z.number().int().min(1).max(730).default(365),
  /** Addresses or CIDR ranges that may use it; empty allows all. */
  addresses: z.array(z.string().trim().min(2).max(64)).max(50).default([]),
});

/** `new`: nothing came yet. `late`: due and in its grace. `failing`: deliveries come and are refused. */
export const FEED_STATES = ['new', 'ok', 'late', 'stale', 'failing', 'paused'] as const;
export type FeedState = (typeof FEED_STATES)[number];

export interface FeedView extends Omit<FeedInput, 'pull' | 'mqtt'> {
  readonly id: string;
  readonly version: number;
  readonly ownerName: string;
  readonly pull: (Omit<z.output<typeof pullSettingsSchema>, 'secret'> & { readonly hasSecret: boolean }) | null;
  readonly mqtt: (Omit<z.output<typeof mqttSettingsSchema>, 'password'> & { readonly hasPassword: boolean }) | null;
  readonly state: FeedState;
  readonly lastAttemptMs: number | null;
  readonly lastAcceptedMs: number | null;
  readonly lastError: { readonly atMs: number; readonly code: string; readonly message: string } | null;
  readonly nextDueMs: number | null;
  readonly lastHeartbeatMs: number | null;
  /** Of the token that its program uses; `null` while there is none. */
  readonly token: { readonly hint: string; readonly expiresMs: number; readonly lastUsedMs: number | null } | null;
  readonly createdMs: number;
}

// ---- batches ---------------------------------------------------------------------------------------------------------

/**
 * `accepted`: as sent. `repaired`: taken after something was put right (encoding, spaces, decimal comma). `revised`: a
 * new value of a cell that had one. `duplicate`: said already. `quarantined`: looks like personal data; nobody sees it
 * but those who manage the feed. `rejected`: not taken.
 */
export const ROW_VERDICTS = ['accepted', 'repaired', 'revised', 'duplicate', 'quarantined', 'rejected'] as const;
export type RowVerdictKind = (typeof ROW_VERDICTS)[number];

export const ROW_FAULTS = [
  'unreadable',
  'fieldMissing',
  'fieldUnknown',
  'notANumber',
  'ambiguousNumber',
  'notADate',
  'tooLong',
  'unknownIndicator',
  'notOfFeed',
  'unknownArea',
  'areaEnded',
  'areaDivided',
  'unknownUnit',
  'notYourUnit',
  'unknownDimension',
  'outOfRange',
  'notWhole',
  'wrongPeriod',
  'future',
  'outsideProvince',
  'ratioDelivered',
  'valueOrReason',
  'duplicateInBatch',
  'duplicateOfEarlier',
  'personalData',
  'secret',
  'unknownType',
  'tooManyRows',
] as const;
export type RowFaultCode = (typeof ROW_FAULTS)[number];
export const ROW_REPAIRS = [
  'encoding',
  'unicodeForm',
  'trimmed',
  'bom',
  'decimalComma',
  'dateOrder',
  'oldArea',
] as const;
export type RowRepair = (typeof ROW_REPAIRS)[number];

export interface RowVerdict {
  /** 1 is the first row. */
  readonly row: number;
  /** Of the file, where there are lines; 1 is the first. */
  readonly line: number | null;
  readonly verdict: RowVerdictKind;
  readonly faults: readonly {
    /** Their name of the column. */
    readonly column: string | null;
    readonly code: RowFaultCode;
    /** In the language that the request asks for (Accept-Language), Vietnamese otherwise. */
    readonly message: string;
  }[];
  readonly repairs: readonly RowRepair[];
  /** As it was sent, at most 500 characters; `null` of what is quarantined, for whoever may not see it. */
  readonly sent: string | null;
}
export type BatchCounts = Readonly<Record<RowVerdictKind, number>> & { readonly received: number };

export interface BatchView {
  readonly id: string;
  readonly feedId: string;
  readonly receivedMs: number;
  /** Username, `token:<name>`, or `system`. */
  readonly sender: string;
  readonly way: FeedWay;
  readonly format: FeedFormat;
  readonly bytes: number;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  readonly idempotencyKey: string | null;
  readonly counts: BatchCounts;
  /** Could not be read as a whole, in the words of the verdicts; nothing of it was taken. */
  readonly refused: { readonly code: string; readonly message: string; readonly line: number | null } | null;
  readonly undoneMs: number | null;
  readonly undoneBy: string | null;
}
/** The reply to every delivery. Rows that were accepted as sent are only counted. */
export interface BatchReport {
  readonly batch: BatchView;
  /** Nothing was kept. */
  readonly dryRun: boolean;
  /** This key was used before for the same body: this is what came of it then. */
  readonly repeated: boolean;
  /** At most 1,000; the rest by `GET /api/batches/:batch/rows`. */
  readonly rows: readonly RowVerdict[];
  /** What the scores of the delivery alone would be. */
  readonly scores: Scores;
}

export const pushQuerySchema = z.object({
  dryRun: z
    .string()
    .default('false')
    .transform((value) => value === 'true' || value === '1'),
});
export const batchQuerySchema = z.object({
  /** Only earlier ones. */
  beforeMs: z.coerce.number().int().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export const batchRowsQuerySchema = z.object({
  verdict: z.enum(ROW_VERDICTS).optional(),
  /** Only rows after this one. */
  after: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(1000).default(200),
});

/** What a file or sample looks like, for the person to confirm. */
export interface SampleReading {
  readonly format: FeedFormat;
  readonly encoding: string;
  readonly delimiter: string | null;
  readonly decimal: 'comma' | 'point' | null;
  readonly dates: 'dmy' | 'mdy' | 'ymd' | null;
  readonly columns: readonly string[];
  /** The first rows, as text. */
  readonly rows: readonly (readonly string[])[];
  /** What the columns might be, by their names and values. */
  readonly mapping: Mapping;
}
export const sampleQuerySchema = z.object({
  /** By what it looks like, when left out. */
  format: z.enum(FEED_FORMATS).optional(),
  /** Whose indicators its columns may be. */
  sector: sectorKeySchema.optional(),
});
/** A sample with a mapping, before there is a feed. */
export const tryFeedSchema = z.object({
  feed: feedInputSchema,
  /** At most 1 MB. */
  sample: z.string().min(1).max(1_000_000),
});
export interface UploadPreview {
  readonly uploadId: string;
  readonly reading: SampleReading;
  readonly report: BatchReport;
  readonly expiresMs: number;
}

// ---- the grid --------------------------------------------------------------------------------------------------------

export const gridQuerySchema = z.object({ atMs: z.coerce.number().int().optional() });
export interface FeedGrid {
  readonly feedId: string;
  /** One column for each indicator, as it stands for the period that is due. */
  readonly columns: readonly {
    readonly indicator: string;
    readonly periodStartMs: number;
    readonly periodEndMs: number;
    readonly dueMs: number;
  }[];
  readonly rows: readonly {
    readonly areaCode: string;
    readonly unitId: string | null;
    /** In the order of the columns; `null`: this area does not deliver it. */
    readonly cells: readonly ({
      readonly value: number | null;
      readonly reason: string | null;
      readonly known: boolean;
    } | null)[];
  }[];
}
export const gridInputSchema = z.object({
  cells: z
    .array(
      z.object({
        indicator: indicatorCodeSchema,
        areaCode: areaCodeSchema,
        periodStartMs: z.number().int(),
        value: z.number().nullable(),
        reason: z.enum(NO_VALUE_REASONS).nullable().default(null),
      }),
    )
    .min(1)
    .max(5000),
});
