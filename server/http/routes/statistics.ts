import { countsQuerySchema, heatQuerySchema } from '#contracts/statistics';
import { countsFile } from '../../statistics/counts-file.ts';
import type { Statistics } from '../../statistics/statistics.ts';
import { idSchema } from '../call.ts';
import { defineRaw, defineRoute, type Route } from '../route.ts';

/** Also of a camera that was removed: whoever may look back at it may see what was counted. */
const look = { kind: 'camera', permission: 'camera.playback', past: true } as const;

/** How many crossed which line, and where in the picture something moved. */
export function statisticsRoutes({
  statistics,
}: {
  readonly statistics: Pick<Statistics, 'counts' | 'heat' | 'words'>;
}): readonly Route[] {
  return [
    defineRoute({
      name: 'GET /api/cameras/:id/counts',
      access: look,
      params: idSchema,
      query: countsQuerySchema,
      handle: ({ params, query }) => statistics.counts(params.id, query),
    }),
    defineRaw({
      name: 'GET /api/cameras/:id/counts.csv',
      access: look,
      params: idSchema,
      query: countsQuerySchema,
      async handle({ params, query, response }) {
        const text = countsFile(await statistics.counts(params.id, query), statistics.words);
        response
          .writeHead(200, {
            'content-type': 'text/csv; charset=utf-8',
            'content-disposition': 'attachment; filename="counts.csv"',
            'cache-control': 'no-store',
          })
          .end(text);
      },
    }),
    defineRoute({
      name: 'GET /api/cameras/:id/heat',
      access: look,
      params: idSchema,
      query: heatQuerySchema,
      handle: ({ params, query }) => statistics.heat(params.id, query),
    }),
  ];
}
