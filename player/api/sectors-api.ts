import type { z } from 'zod';
import type { directiveDueSchema, directiveInputSchema } from '#contracts/directives';
import type { FeedChange, FeedDraft, gridInputSchema, Mapping, ROW_VERDICTS, UploadPreview } from '#contracts/feeds';
import type { unitInputSchema, workingTimeSchema } from '#contracts/places';
import type { confirmInputSchema, Quality, QualityWindow } from '#contracts/quality';
import type { SectorEventDraft, SectorRuleDraft } from '#contracts/sector-events';
import type { indicatorInputSchema, newSectorSchema, sectorChangeSchema, Target } from '#contracts/sectors';
import type { Call } from './call.ts';
import type { Http } from './http.ts';

type Body<Schema extends z.ZodType> = z.input<Schema>;
type Signal = AbortSignal | undefined;

export interface QualityQuery {
  readonly window: QualityWindow;
  readonly sector?: string | undefined;
  readonly feed?: string | undefined;
  readonly unit?: string | undefined;
}
export interface SectorEventQuery {
  readonly state?: 'open' | 'over';
  readonly sector?: string | undefined;
  readonly area?: string | undefined;
  readonly text?: string | undefined;
  /** `SectorEventView.number`; only lower ones. */
  readonly before?: number | undefined;
  readonly limit?: number;
}
export interface DirectiveQuery {
  readonly state: 'open' | 'over';
  readonly unit?: string | undefined;
  readonly mine?: boolean;
  readonly overdue?: boolean;
  readonly before?: number | undefined;
  readonly limit?: number;
}

/** ms. Thousands of rows are checked before the answer comes. */
const DELIVERY_TIMEOUT_MS = 120_000;

/** Every call about places, sectors, feeds, and what happens in sectors. */
export function createSectorsApi(call: Call, { upload }: Pick<Http, 'upload'>) {
  return {
    places: {
      areas: (signal?: Signal) => call('GET /api/areas', withSignal(signal)),
      map: (signal?: Signal) => call('GET /api/map', withSignal(signal)),
      units: (signal?: Signal) => call('GET /api/units', withSignal(signal)),
      createUnit: (body: Body<typeof unitInputSchema>) => call('POST /api/units', { body }),
      changeUnit: (unit: string, body: Body<typeof unitInputSchema>) =>
        call('PUT /api/units/:unit', { params: { unit }, body }),
      removeUnit: (unit: string) => call('DELETE /api/units/:unit', { params: { unit } }),
      workingTime: (signal?: Signal) => call('GET /api/working-time', withSignal(signal)),
      setWorkingTime: (body: Body<typeof workingTimeSchema>) => call('PUT /api/working-time', { body }),
    },
    sectors: {
      list: (signal?: Signal) => call('GET /api/sectors', withSignal(signal)),
      change: (sector: string, body: Body<typeof sectorChangeSchema>) =>
        call('PUT /api/sectors/:sector', { params: { sector }, body }),
      create: (body: Body<typeof newSectorSchema>) => call('POST /api/sectors', { body }),
      remove: (sector: string) => call('DELETE /api/sectors/:sector', { params: { sector } }),
      tiles: (signal?: Signal) => call('GET /api/sector-tiles', withSignal(signal)),
      page: (sector: string, query: { area?: string | undefined }, signal?: Signal) =>
        call('GET /api/sectors/:sector/page', { params: { sector }, query, ...withSignal(signal) }),
      indicators: (signal?: Signal) => call('GET /api/indicators', withSignal(signal)),
      changeIndicator: (indicator: string, body: Body<typeof indicatorInputSchema>) =>
        call('PUT /api/indicators/:indicator', { params: { indicator }, body }),
      removeIndicator: (indicator: string) => call('DELETE /api/indicators/:indicator', { params: { indicator } }),
      tryIndicator: (indicator: string, body: Body<typeof indicatorInputSchema>) =>
        call('POST /api/indicators/:indicator/trial', { params: { indicator }, body }),
      history: (
        indicator: string,
        query: { area?: string | undefined; fromMs: number; toMs: number },
        signal?: Signal,
      ) => call('GET /api/indicators/:indicator/history', { params: { indicator }, query, ...withSignal(signal) }),
      areas: (indicator: string, signal?: Signal) =>
        call('GET /api/indicators/:indicator/areas', { params: { indicator }, ...withSignal(signal) }),
      targets: (indicator: string, signal?: Signal) =>
        call('GET /api/indicators/:indicator/targets', { params: { indicator }, ...withSignal(signal) }),
      /** Refused whole where one of `removed` is no longer as it is said; the other way round it is undone. */
      changeTargets: (indicator: string, change: { removed: readonly Target[]; added: readonly Target[] }) =>
        call('POST /api/indicators/:indicator/target-changes', { params: { indicator }, body: change }),
      targetResults: (query: { sector?: string | undefined }, signal?: Signal) =>
        call('GET /api/target-results', { query, ...withSignal(signal) }),
      observations: (query: { indicator: string; area: string; periodStartMs: number }, signal?: Signal) =>
        call('GET /api/observations', { query, ...withSignal(signal) }),
      confirm: (body: Body<typeof confirmInputSchema>) => call('POST /api/observations/confirm', { body }),
      rules: (signal?: Signal) => call('GET /api/sector-rules', withSignal(signal)),
      putRule: (rule: SectorRuleDraft) =>
        call('PUT /api/sector-rules/:rule', { params: { rule: rule.id }, body: rule }),
      previewRule: (rule: SectorRuleDraft) => call('POST /api/rule-previews', { body: rule }),
      removeRule: (rule: string) => call('DELETE /api/sector-rules/:rule', { params: { rule } }),
    },
    quality: {
      list: (query: QualityQuery, signal?: Signal) =>
        call('GET /api/quality', { query: { ...query }, ...withSignal(signal) }),
      failing: (query: QualityQuery & { quality: Quality; skip?: number; limit?: number }, signal?: Signal) =>
        call('GET /api/quality/failing', { query: { ...query }, ...withSignal(signal) }),
      league: (query: Pick<QualityQuery, 'window' | 'sector'>, signal?: Signal) =>
        call('GET /api/quality/league', { query: { ...query }, ...withSignal(signal) }),
    },
    feeds: {
      list: (signal?: Signal) => call('GET /api/feeds', withSignal(signal)),
      get: (feed: string, signal?: Signal) => call('GET /api/feeds/:feed', { params: { feed }, ...withSignal(signal) }),
      create: (body: FeedDraft) => call('POST /api/feeds', { body }),
      change: (feed: string, body: FeedChange) => call('PUT /api/feeds/:feed', { params: { feed }, body }),
      remove: (feed: string) => call('DELETE /api/feeds/:feed', { params: { feed } }),
      newToken: (feed: string) => call('POST /api/feeds/:feed/token', { params: { feed } }),
      endToken: (feed: string) => call('DELETE /api/feeds/:feed/token', { params: { feed } }),
      readSample: (sample: string) =>
        call('POST /api/feeds/read-sample', { text: { type: 'text/plain; charset=utf-8', content: sample } }),
      try: (feed: FeedDraft, sample: string) =>
        call('POST /api/feeds/try', { body: { feed, sample }, timeoutMs: DELIVERY_TIMEOUT_MS }),
      pull: (feed: string) => call('POST /api/feeds/:feed/pull', { params: { feed } }),
      batches: (feed: string, query: { beforeMs?: number | undefined; limit?: number }, signal?: Signal) =>
        call('GET /api/feeds/:feed/batches', { params: { feed }, query, ...withSignal(signal) }),
      upload: (feed: string, file: Blob, onSent: (share: number) => void, signal: AbortSignal) =>
        upload<UploadPreview>(`/api/feeds/${encodeURIComponent(feed)}/uploads`, file, { query: {}, onSent, signal }),
      remap: (feed: string, upload: string, mapping: Mapping) =>
        call('PUT /api/feeds/:feed/uploads/:upload', {
          params: { feed, upload },
          body: mapping,
          timeoutMs: DELIVERY_TIMEOUT_MS,
        }),
      commit: (feed: string, upload: string) =>
        call('POST /api/feeds/:feed/uploads/:upload/commit', {
          params: { feed, upload },
          timeoutMs: DELIVERY_TIMEOUT_MS,
        }),
      dropUpload: (feed: string, upload: string) =>
        call('DELETE /api/feeds/:feed/uploads/:upload', { params: { feed, upload } }),
      grid: (feed: string, query: { atMs?: number }, signal?: Signal) =>
        call('GET /api/feeds/:feed/grid', { params: { feed }, query, ...withSignal(signal) }),
      saveGrid: (feed: string, body: Body<typeof gridInputSchema>) =>
        call('PUT /api/feeds/:feed/grid', { params: { feed }, body, timeoutMs: DELIVERY_TIMEOUT_MS }),
    },
    batches: {
      get: (batch: string, signal?: Signal) =>
        call('GET /api/batches/:batch', { params: { batch }, ...withSignal(signal) }),
      rows: (
        batch: string,
        query: { verdict?: (typeof ROW_VERDICTS)[number] | undefined; after?: number; limit?: number },
        signal?: Signal,
      ) => call('GET /api/batches/:batch/rows', { params: { batch }, query, ...withSignal(signal) }),
      undo: (batch: string) => call('POST /api/batches/:batch/undo', { params: { batch } }),
    },
    sectorEvents: {
      list: (query: SectorEventQuery, signal?: Signal) =>
        call('GET /api/sector-events', { query: { ...query }, ...withSignal(signal) }),
      get: (event: string, signal?: Signal) =>
        call('GET /api/sector-events/:event', { params: { event }, ...withSignal(signal) }),
      open: (body: SectorEventDraft) => call('POST /api/sector-events', { body }),
      acknowledge: (event: string, comment: string) =>
        call('POST /api/sector-events/:event/acknowledge', { params: { event }, body: { comment } }),
      note: (event: string, text: string) =>
        call('POST /api/sector-events/:event/notes', { params: { event }, body: { text } }),
      close: (event: string, comment: string) =>
        call('POST /api/sector-events/:event/close', { params: { event }, body: { comment } }),
      reopen: (event: string) => call('POST /api/sector-events/:event/reopen', { params: { event } }),
      openIncident: (event: string) => call('POST /api/sector-events/:event/incident', { params: { event } }),
      nearCameras: (
        query: { latitude: number; longitude: number; radiusMetres?: number; limit?: number },
        signal?: Signal,
      ) => call('GET /api/near-cameras', { query, ...withSignal(signal) }),
    },
    directives: {
      list: ({ mine = false, overdue = false, ...query }: DirectiveQuery, signal?: Signal) =>
        call('GET /api/directives', {
          query: { ...query, mine: String(mine), overdue: String(overdue) },
          ...withSignal(signal),
        }),
      get: (directive: string, signal?: Signal) =>
        call('GET /api/directives/:directive', { params: { directive }, ...withSignal(signal) }),
      give: (body: Body<typeof directiveInputSchema>) => call('POST /api/directives', { body }),
      accept: (directive: string) => call('POST /api/directives/:directive/accept', { params: { directive } }),
      answer: (directive: string, text: string) =>
        call('POST /api/directives/:directive/answer', { params: { directive }, body: { text } }),
      return: (directive: string, text: string) =>
        call('POST /api/directives/:directive/return', { params: { directive }, body: { text } }),
      close: (directive: string, text: string) =>
        call('POST /api/directives/:directive/close', { params: { directive }, body: { text } }),
      moveDue: (directive: string, body: Body<typeof directiveDueSchema>) =>
        call('POST /api/directives/:directive/due', { params: { directive }, body }),
      withdraw: (directive: string, text: string) =>
        call('POST /api/directives/:directive/withdraw', { params: { directive }, body: { text } }),
    },
  };
}

function withSignal(signal: Signal): { signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}
