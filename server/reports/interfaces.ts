import type { Severity } from '#contracts/events';
import type { AreaView, MapPoint, MapView, UnitView } from '#contracts/places';
import type { SectorEventView } from '#contracts/sector-events';

/** What reports need of others, handed in by the wiring. Times are ms since 1970. */

export interface ReportPlaces {
  /** IANA name. */
  readonly timeZone: string;
  area(code: string): AreaView | undefined;
  areas(): readonly AreaView[];
  /** The commune that holds a point; `null` outside the province or without a map. */
  areaAt(point: MapPoint): string | null;
  /** Nothing: nobody has brought one yet. */
  map(): MapView | null | undefined;
  unit(id: string): UnitView | undefined;
  units(): readonly UnitView[];
  unitsAbove(id: string): readonly string[];
  /** The moment at which so many working minutes have passed. */
  addWorkingMinutes(fromMs: number, minutes: number): number;
}

/** Opens and ends what needs somebody, by a key of its own. */
export interface ReportEvents {
  open(event: {
    readonly key: string;
    readonly sector: string;
    readonly type: string;
    readonly title: { readonly vi: string; readonly en: string };
    readonly detail?: string;
    readonly severity?: Severity;
    readonly urgency?: SectorEventView['urgency'];
    readonly certainty?: SectorEventView['certainty'];
    readonly occurredMs: number;
    readonly dueMs?: number | null;
    readonly place?: SectorEventView['place'];
    readonly areaCode?: string | null;
    readonly unitId?: string | null;
    readonly source: SectorEventView['source'];
    readonly value?: number | null;
    readonly link?: string | null;
    readonly synthetic?: boolean;
  }): Promise<Pick<SectorEventView, 'id'>>;
  end(key: string, why: string): Promise<void>;
  /** Of events of that source which are open. */
  openKeys(source: 'report'): Promise<readonly string[]>;
  /** What its place is called is no longer kept, nor found. Nothing happens where there is no such event. */
  forgetPlace(eventId: string): Promise<void>;
}

/** The sector that reports belong to. */
export const REPORT_SECTOR = 'phan_anh';
