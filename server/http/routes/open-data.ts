import { z } from 'zod';
import type { Clock } from '#base/clock';
import { csvFile } from '#base/csv';
import { Fault } from '#base/errors';
import { zoneOf } from '#base/zone';
import { type Indicator, indicatorCodeSchema } from '#contracts/sectors';
import type { Client } from '../../access/access.ts';
import { type CatalogueFacts, openCatalogue } from '../../sectors/open-data/catalogue.ts';
import { OPEN_COLUMNS, type OpenRow } from '../../sectors/open-data/series.ts';
import { createSharedAnswers } from '../../sectors/open-data/shared-answers.ts';
import { ABOUT_MS, isBelowDay } from '../../sectors/periods.ts';
import { defineRaw, type Route } from '../route.ts';

export interface OpenDataDeps {
  /** Public indicators of sectors that are switched on. */
  readonly indicators: () => readonly Indicator[];
  readonly catalogue: () => Omit<CatalogueFacts, 'url' | 'indicators'>;
  readonly series: (
    indicator: Indicator,
    range: { readonly fromMs: number; readonly toMs: number },
    signal: AbortSignal,
  ) => Promise<readonly OpenRow[]>;
  /** Areas that the series of an indicator has values of. */
  readonly areaCount: (indicator: Indicator) => number;
  /** IANA name: dates are days of the province. */
  readonly timeZone: string;
  /** Throws `tooMany` for an address that asks too often. */
  readonly limit: (address: string) => void;
  readonly url: () => string;
  readonly clock: Pick<Clock, 'now' | 'monotonic'>;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** Midnight of the day as if it were UTC. */
const day = z.iso.date().transform((text) => Date.parse(text));
const range = z.object({ from: day.optional(), to: day.optional() });
/** Anybody may ask; a proxy and the browser may keep the answer so long, seconds. */
const CACHE = 'public, max-age=60';
/** A range is at most so long, so that nobody asks for everything at once. */
const MOST_DAYS = 3660;
/** Values in one answer, of all areas together. */
const MOST_VALUES = 200_000;

/** Public indicators for everybody: a DCAT catalogue, and each as CSV and JSON with the columns of SDMX. */
export function openDataRoutes(deps: OpenDataDeps): readonly Route[] {
  const { indicators, catalogue, series, url, clock, limit } = deps;
  const answers = createSharedAnswers(clock);
  const zone = zoneOf(deps.timeZone);

  function find(code: string): Indicator {
    const found = indicators().find((indicator) => indicator.code === code);
    if (found === undefined)
      throw new Fault('notFound', 'openData.unknown', 'there is no public indicator of this code');
    return found;
  }

  function rangeOf(indicator: Indicator, { from, to }: z.output<typeof range>): { fromMs: number; toMs: number } {
    const { every } = indicator.cadence;
    const perDay = (deps.areaCount(indicator) * DAY_MS) / ABOUT_MS[every];
    const mostDays = Math.max(1, Math.min(MOST_DAYS, Math.floor(MOST_VALUES / perDay)));
    const usualDays = isBelowDay(indicator.cadence) ? 7 : every === 'day' ? 366 : MOST_DAYS;
    // Whole minutes: who asks within the same one shares an answer.
    const toMs = to === undefined ? Math.floor(clock.now() / MINUTE_MS + 1) * MINUTE_MS : zone.fromLocal(to + DAY_MS);
    const fromMs = from === undefined ? toMs - Math.min(usualDays, mostDays) * DAY_MS : zone.fromLocal(from);
    if (fromMs >= toMs) throw new Fault('invalid', 'openData.range', 'from must be before to');
    // An hour more: the day on which clocks are put back.
    if (toMs - fromMs > mostDays * DAY_MS + HOUR_MS) {
      throw new Fault('invalid', 'openData.range', `ask for at most ${mostDays} days of this indicator`);
    }
    return { fromMs, toMs };
  }

  /** Of an indicator in one format: reckoned by one reader at a time, and shared. */
  function body(
    call: { params: { indicator: string }; query: z.output<typeof range>; signal: AbortSignal; client: Client },
    format: string,
    write: (indicator: Indicator, rows: readonly OpenRow[]) => string,
  ): Promise<Buffer> {
    limit(call.client.address);
    const indicator = find(call.params.indicator);
    const { fromMs, toMs } = rangeOf(indicator, call.query);
    return answers.get(`${format} ${indicator.code} ${fromMs} ${toMs}`, call.signal, async (signal) =>
      Buffer.from(write(indicator, await series(indicator, { fromMs, toMs }, signal))),
    );
  }
  return [
    defineRaw({
      name: 'GET /open/catalogue.jsonld',
      access: { kind: 'public' },
      async handle({ response, client }) {
        limit(client.address);
        const body = openCatalogue({ ...catalogue(), url: url(), indicators: indicators() });
        response
          .writeHead(200, { 'content-type': 'application/ld+json; charset=utf-8', 'cache-control': CACHE })
          .end(JSON.stringify(body));
      },
    }),
    defineRaw({
      name: 'GET /open/indicators/:indicator.csv',
      access: { kind: 'public' },
      params: z.object({ indicator: indicatorCodeSchema }),
      query: range,
      async handle(call) {
        const written = await body(call, 'csv', ({ code }, rows) => {
          const lines = rows.map(({ freq, area, period, value, status, confidentiality }) => [
            ...[freq, code, area, period],
            ...[value, status, confidentiality],
          ]);
          return csvFile([OPEN_COLUMNS, ...lines]);
        });
        call.response.writeHead(200, {
          'content-type': 'text/csv; charset=utf-8',
          'content-disposition': `attachment; filename="${call.params.indicator}.csv"`,
          'content-length': written.byteLength,
          'cache-control': CACHE,
        });
        call.response.end(written);
      },
    }),
    defineRaw({
      name: 'GET /open/indicators/:indicator.json',
      access: { kind: 'public' },
      params: z.object({ indicator: indicatorCodeSchema }),
      query: range,
      async handle(call) {
        const written = await body(call, 'json', ({ code, name, unit }, rows) =>
          JSON.stringify({ indicator: code, name, unit, rows }),
        );
        call.response.writeHead(200, {
          'content-type': 'application/json; charset=utf-8',
          'content-length': written.byteLength,
          'cache-control': CACHE,
        });
        call.response.end(written);
      },
    }),
  ];
}
