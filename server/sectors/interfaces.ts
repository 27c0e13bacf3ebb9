import type { Queries } from '#base/database';
import type { Severity } from '#contracts/events';
import type { FeedView } from '#contracts/feeds';
import type { AreaView, MapPoint, UnitView } from '#contracts/places';
import type { Scores } from '#contracts/quality';
import type { SectorEventView } from '#contracts/sector-events';
import type {
  Cadence,
  Figure,
  Identity,
  Indicator,
  NoValueReason,
  ObservationStatus,
  Period,
  SectorView,
} from '#contracts/sectors';

/** What the rooms of this part know of each other. Times are ms since 1970. */

/** Areas, organisations and working time of the province. */
export interface Places {
  /** IANA name, `Asia/Ho_Chi_Minh`. */
  readonly timeZone: string;
  /** Of the province as a whole. */
  rootArea(): string;
  area(code: string): AreaView | undefined;
  areas(): readonly AreaView[];
  /**
   * What a sender's word for an area means at a moment: a code, a name (without accents, case and "xã", "phường" as
   * well), or a unit that has ended and has one successor (`old` is then true).
   */
  resolveArea(
    word: string,
    atMs: number,
  ): { code: string; old: boolean } | { fault: 'unknownArea' | 'areaEnded' | 'areaDivided' };
  /** The commune that holds a point; `null` outside the province or without a map. */
  areaAt(point: MapPoint): string | null;
  unit(id: string): UnitView | undefined;
  units(): readonly UnitView[];
  unitByCode(code: string): UnitView | undefined;
  /** The unit and all above it. */
  unitsAbove(id: string): readonly string[];
  /** `days`: as `Cadence.days`; is a value due on the day that begins here? */
  isDueDay(startMs: number, days: Cadence['days']): boolean;
  /** The moment at which so many working minutes have passed. */
  addWorkingMinutes(fromMs: number, minutes: number): number;
  /** `workingTime`: that has changed, and days that are past may be others than they were. */
  onChanged(listener: (change: { readonly workingTime: boolean }) => void): () => void;
}

export interface Catalogue {
  sectors(): readonly SectorView[];
  sector(key: string): SectorView | undefined;
  indicators(): readonly Indicator[];
  indicator(code: string): Indicator | undefined;
  identities(sector: string): readonly Identity[];
  /** Also of what was removed since: events and values of it are still there. */
  isRestricted(of: { readonly sector: string; readonly type: string; readonly indicator: string | null }): boolean;
  onChanged(listener: (change: { sector: string }) => void): () => void;
}

/** A value that has passed every check. */
export interface NewObservation {
  readonly indicator: string;
  readonly areaCode: string;
  readonly unitId: string | null;
  readonly dims: Readonly<Record<string, string>>;
  readonly period: Period;
  readonly value: number | null;
  readonly reason: NoValueReason | null;
  readonly status: ObservationStatus;
  readonly phenomenonMs: number;
  /** Its sender did not say `phenomenonMs`: it is the end of the period or, while that runs, when it came. */
  readonly timeAssumed?: boolean;
  readonly resultMs: number | null;
  /** Of the batch, 1 is the first. */
  readonly row: number;
}
export interface StoredObservation extends Omit<NewObservation, 'timeAssumed'> {
  readonly feedId: string;
  readonly batchId: string;
  readonly receivedMs: number;
  readonly revision: number;
}
export interface ObservationChange {
  readonly feedId: string;
  readonly batchId: string;
  readonly receivedMs: number;
  /** Cells that have another newest value now; several changes of one batch come as one. */
  readonly cells: readonly { readonly indicator: string; readonly areaCode: string; readonly period: Period }[];
}
/** Append-only: the newest revision of a cell (indicator, area, unit, dims, period) counts. */
export interface Observations {
  /**
   * In the caller's transaction; answers for each, in order: a cell that had no value, one that gets another value, one
   * that says what it said already (nothing is written).
   */
  append(
    queries: Queries,
    batch: { id: string; feedId: string; receivedMs: number },
    observations: readonly NewObservation[],
  ): Promise<readonly ('new' | 'revised' | 'same')[]>;
  /** Takes the values of a batch back: what stood before counts again. In the caller's transaction; how many. */
  undo(queries: Queries, batchId: string): Promise<number>;
  /**
   * In the transaction of `undo`, after it, of each indicator that the batch spoke of: where the newest period begins of
   * which the feed has still said something; `null` where there is none.
   */
  periodsLeft(
    queries: Queries,
    batch: { readonly batchId: string; readonly feedId: string },
  ): Promise<ReadonlyMap<string, number | null>>;
  /** To be called after the transaction of `append` or `undo`: listeners are told. */
  settled(change: ObservationChange): void;
  /** Newest values of cells whose period begins in the range, oldest first; at most `limit`. */
  newest(query: {
    indicator: string;
    areaCode?: string;
    feedId?: string;
    fromMs: number;
    toMs: number;
    limit?: number;
  }): Promise<readonly StoredObservation[]>;
  onChanged(listener: (change: ObservationChange) => void): () => void;
}

export interface Figures {
  /** As it stands at a moment: of the last period that is over or, for cadences below a day, the newest that came. */
  figure(indicator: string, areaCode: string, atMs?: number): Promise<Figure>;
}

/** One delivery, as the scores count it. */
export interface BatchFacts {
  readonly id: string;
  readonly feedId: string;
  readonly receivedMs: number;
  readonly sha256: string;
  readonly received: number;
  readonly accepted: number;
  readonly repaired: number;
  readonly revised: number;
  readonly duplicate: number;
  readonly quarantined: number;
  readonly rejected: number;
  /** Its sender's clock less ours, where it says; ms. */
  readonly skewMs: number | null;
}
export interface RowFacts {
  readonly batchId: string;
  readonly row: number;
  readonly unitId: string | null;
  readonly areaCode: string | null;
  readonly indicator: string | null;
  readonly value: number | null;
  /** The first fault or repair. */
  readonly code: string;
  readonly verdict: 'repaired' | 'duplicate' | 'quarantined' | 'rejected';
}
export interface Feeds {
  feeds(): readonly FeedView[];
  feed(id: string): FeedView | undefined;
  /** Not undone and no dry runs; oldest first. */
  batches(feedId: string, fromMs: number, toMs: number): Promise<readonly BatchFacts[]>;
  /** Rows that are not clean. */
  badRows(feedId: string, fromMs: number, toMs: number, limit: number): Promise<readonly RowFacts[]>;
  heartbeats(feedId: string, fromMs: number, toMs: number): Promise<readonly number[]>;
  onDelivered(listener: (batch: BatchFacts) => void): () => void;
  /** Set up, changed or removed by somebody. */
  onSaved(listener: (feedId: string) => void): () => void;
  /** That too, and with each delivery and heartbeat. */
  onChanged(listener: (change: { feedId: string }) => void): () => void;
}

export interface Scoring {
  /** Of a sector over the last week, cheap to ask: kept up to date as deliveries come. */
  scoresOf(sector: string): Scores;
  onChanged(listener: (change: { sector: string }) => void): () => void;
}

/** Opens, repeats and ends what needs somebody. */
export interface SectorEvents {
  /** The same `key` while it is open counts up and takes over severity, value and words. */
  open(event: NewSectorEvent): Promise<SectorEventView>;
  /** Ends the open one with this key by itself; nothing happens where there is none. */
  end(key: string, why: string): Promise<void>;
  openCounts(sector: string): Readonly<Partial<Record<Severity, number>>>;
  onChanged(listener: (event: SectorEventView) => void): () => void;
}
export interface NewSectorEvent {
  readonly key: string;
  readonly sector: string;
  readonly type: string;
  readonly title: { readonly vi: string; readonly en: string };
  readonly detail?: string;
  readonly severity?: Severity;
  readonly urgency?: SectorEventView['urgency'];
  readonly certainty?: SectorEventView['certainty'];
  readonly occurredMs: number;
  readonly expiresMs?: number | null;
  readonly dueMs?: number | null;
  readonly place?: SectorEventView['place'];
  readonly areaCode?: string | null;
  readonly unitId?: string | null;
  readonly source: SectorEventView['source'];
  /** Cameras that it tells of, however many; left out: none, or of what comes again those that it has. */
  readonly cameraIds?: readonly string[];
  readonly indicator?: string | null;
  readonly value?: number | null;
  readonly link?: string | null;
  readonly synthetic?: boolean;
}
