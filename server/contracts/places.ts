import { z } from 'zod';

/** Where things are and who answers for them: areas, organisations, and the working calendar. Times are ms since 1970. */

/** A name in both languages of the console. */
export const wordsSchema = z.object({ vi: z.string().trim().min(1).max(200), en: z.string().trim().min(1).max(200) });
export type Words = z.output<typeof wordsSchema>;

/** The version of a thing that a change was made from; needed to change what is there, so that nobody undoes another. */
export const versionSchema = z.number().int().min(1).optional();

export const pointSchema = z.object({
  /** WGS 84, degrees. */
  latitude: z.number().min(-90).max(90),
  longitude: z.number().min(-180).max(180),
});
export type MapPoint = z.output<typeof pointSchema>;

// ---- areas -----------------------------------------------------------------------------------------------------------

/** `district` exists only as history: units that ended on 30/06/2025 and have successors. */
export const AREA_LEVELS = ['province', 'district', 'commune'] as const;
export type AreaLevel = (typeof AREA_LEVELS)[number];
export const AREA_KINDS = ['province', 'district', 'commune', 'ward', 'specialZone'] as const;
export type AreaKind = (typeof AREA_KINDS)[number];

export const areaCodeSchema = z.string().regex(/^[A-Za-z0-9_-]{1,16}$/);

export interface AreaView {
  /** Of the state's list of administrative units; of an invented province, its own. */
  readonly code: string;
  readonly name: string;
  readonly kind: AreaKind;
  readonly level: AreaLevel;
  readonly parentCode: string | null;
  /** `null`: always, for ever. */
  readonly validFromMs: number | null;
  readonly validToMs: number | null;
  /** What it became; figures that name it are booked there when there is one, and refused when there are several. */
  readonly successors: readonly string[];
  readonly areaKm2: number | null;
  /** West, south, east, north; `null` where no map is known. */
  readonly bounds: readonly [number, number, number, number] | null;
}

/** What is drawn: RFC 7946, simplified with shared borders, outer rings counter-clockwise. */
export interface MapView {
  /** Rises with each import. */
  readonly version: number;
  /** Where it comes from, as whoever imported it said. */
  readonly source: string;
  /** An invented province. */
  readonly synthetic: boolean;
  readonly bounds: readonly [number, number, number, number];
  readonly areas: readonly {
    readonly code: string;
    readonly level: AreaLevel;
    /** Polygons, each with its outer ring first; a point is longitude, latitude. */
    readonly polygons: readonly (readonly (readonly (readonly [number, number])[])[])[];
  }[];
}

// ---- organisations ---------------------------------------------------------------------------------------------------

export const UNIT_KINDS = [
  'department',
  'commune',
  'agency',
  'school',
  'hospital',
  'hotel',
  'company',
  'other',
] as const;
export type UnitKind = (typeof UNIT_KINDS)[number];

export const unitInputSchema = z.object({
  name: z.string().trim().min(1).max(200),
  kind: z.enum(UNIT_KINDS),
  /** Electronic identifier (QCVN 102), or whatever name other systems know it by; feeds may name it so. */
  code: z.string().trim().min(1).max(64),
  parentId: z.string().max(64).nullable().default(null),
  areaCode: areaCodeSchema.nullable().default(null),
  contacts: z
    .array(
      z.object({
        name: z.string().trim().min(1).max(120),
        phone: z.string().trim().max(40).default(''),
        email: z.string().trim().max(200).default(''),
      }),
    )
    .max(10)
    .default([]),
  validFromMs: z.number().int().nullable().default(null),
  validToMs: z.number().int().nullable().default(null),
  successorId: z.string().max(64).nullable().default(null),
  version: versionSchema,
});
export type UnitInput = z.output<typeof unitInputSchema>;
export interface UnitView extends UnitInput {
  readonly id: string;
}

// ---- working time ----------------------------------------------------------------------------------------------------

/** A day that is not what its weekday says: `holiday` (Tết, 30/4, 2/9 …) or `workingDay` (swapped for one). */
export const calendarDaySchema = z.object({
  /** `2027-02-05`, in the province's time zone. */
  date: z.iso.date(),
  kind: z.enum(['holiday', 'workingDay']),
  name: z.string().trim().max(120).default(''),
});
export const workingTimeSchema = z.object({
  /** 0 is Monday. */
  weekdays: z.array(z.number().int().min(0).max(6)).max(7).default([0, 1, 2, 3, 4]),
  /** Minutes after midnight, in order, none over another. */
  hours: z
    .array(z.object({ fromMinute: z.number().int().min(0).max(1439), toMinute: z.number().int().min(1).max(1440) }))
    .min(1)
    .max(6)
    .default([
      { fromMinute: 420, toMinute: 690 },
      { fromMinute: 810, toMinute: 1020 },
    ]),
  days: z.array(calendarDaySchema).max(2000).default([]),
  /** When there is school; both days are in it. Where none is known it follows working days; left out on change: stay. */
  schoolTerms: z
    .array(z.object({ from: z.iso.date(), to: z.iso.date() }))
    .max(100)
    .optional(),
  version: versionSchema,
});
export type WorkingTime = z.output<typeof workingTimeSchema>;
