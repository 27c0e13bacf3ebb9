import { z } from 'zod';
import { csvFile } from '#base/csv';
import { Fault } from '#base/errors';
import { type Indicator, indicatorCodeSchema } from '#contracts/sectors';
import { type CatalogueFacts, openCatalogue } from '../../sectors/open-data/catalogue.ts';
import { OPEN_COLUMNS, type OpenRow } from '../../sectors/open-data/series.ts';
import { defineRaw, type Route } from '../route.ts';

export interface OpenDataDeps {
  /** Public indicators of sectors that are switched on. */
  readonly indicators: () => readonly Indicator[];
  readonly catalogue: () => Omit<CatalogueFacts, 'url' | 'indicators'>;
  readonly series: (indicator: Indicator, range: { fromMs: number; toMs: number }) => Promise<readonly OpenRow[]>;
  readonly url: () => string;
  readonly now: () => number;
}

const DAY_MS = 86_400_000;
const moment = z.iso.date().transform((text) => Date.parse(text));
const range = z.object({ from: moment.optional(), to: moment.optional() });
/** Anybody may ask; a proxy and the browser may keep the answer so long, seconds. */
const CACHE = 'public, max-age=60';
/** A range is at most so long, so that nobody asks for everything at once. */
const MOST_DAYS = 3660;

/** Public indicators for everybody: a DCAT catalogue, and each as CSV and JSON with the columns of SDMX. */
export function openDataRoutes({ indicators, catalogue, series, url, now }: OpenDataDeps): readonly Route[] {
  function find(code: string): Indicator {
    const found = indicators().find((indicator) => indicator.code === code);
    if (found === undefined)
      throw new Fault('notFound', 'openData.unknown', 'there is no public indicator of this code');
    return found;
  }
  function read(code: string, { from, to }: z.output<typeof range>): Promise<readonly OpenRow[]> {
    const toMs = to === undefined ? now() : to + DAY_MS;
    const fromMs = from ?? toMs - 366 * DAY_MS;
    if (fromMs >= toMs) throw new Fault('invalid', 'openData.range', 'from must be before to');
    if (toMs - fromMs > MOST_DAYS * DAY_MS) throw new Fault('invalid', 'openData.range', 'ask for at most ten years');
    return series(find(code), { fromMs, toMs });
  }
  return [
    defineRaw({
      name: 'GET /open/catalogue.jsonld',
      access: { kind: 'public' },
      async handle({ response }) {
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
      async handle({ params, query, response }) {
        const rows = await read(params.indicator, query);
        response.writeHead(200, {
          'content-type': 'text/csv; charset=utf-8',
          'content-disposition': `attachment; filename="${params.indicator}.csv"`,
          'cache-control': CACHE,
        });
        const lines = rows.map(({ freq, area, period, value, status, confidentiality }) => [
          ...[freq, params.indicator, area, period],
          ...[value, status, confidentiality],
        ]);
        response.end(csvFile([OPEN_COLUMNS, ...lines]));
      },
    }),
    defineRaw({
      name: 'GET /open/indicators/:indicator.json',
      access: { kind: 'public' },
      params: z.object({ indicator: indicatorCodeSchema }),
      query: range,
      async handle({ params, query, response }) {
        const { code, name, unit } = find(params.indicator);
        const rows = await read(code, query);
        response
          .writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'cache-control': CACHE })
          .end(JSON.stringify({ indicator: code, name, unit, rows }));
      },
    }),
  ];
}
