import type { Request } from 'express';
import { z } from 'zod';
import { Fault } from '#base/errors';
import { ratingInputSchema, reportInputSchema } from '#contracts/reports';
import type { ReportPlaces } from '../../reports/interfaces.ts';
import type { PortalLimits } from '../../reports/portal-limits.ts';
import type { Puzzle } from '../../reports/puzzle.ts';
import type { ReportServices } from '../../reports/report-services.ts';
import type { Reports } from '../../reports/reports.ts';
import { defineRoute, type Route } from '../route.ts';

export interface PortalDeps {
  readonly config: { readonly reports: { portal: 'on' | 'off'; mostPhotos: number; mostPhotoMegabytes: number } };
  readonly reports: Pick<Reports, 'receive' | 'addPhoto' | 'ofCode' | 'rate'>;
  readonly reportServices: ReportServices;
  readonly reportPlaces: Pick<ReportPlaces, 'map' | 'areas'>;
  readonly portal: { readonly limits: PortalLimits; readonly puzzle: Puzzle };
}

const open = { kind: 'public' } as const;
const params = z.object({ code: z.string().min(1).max(40) });

/** The public page: anybody, without an account; limited by address, by all together, and by a puzzle. */
export function portalRoutes(deps: PortalDeps): readonly Route[] {
  const { reports, reportServices, reportPlaces, portal } = deps;
  const settings = deps.config.reports;

  /** What is asked of a code that is nobody's counts more: codes are not found by trying. */
  async function byCode<T>(address: string, ask: () => Promise<T>): Promise<T> {
    portal.limits.take('look', address);
    try {
      return await ask();
    } catch (error) {
      if (error instanceof Fault && error.kind === 'notFound') portal.limits.take('miss', address);
      throw error;
    }
  }

  function guardOpen(): void {
    if (settings.portal === 'off') throw new Fault('unavailable', 'portal.off', 'reports are not taken here');
  }

  return [
    defineRoute({
      name: 'GET /api/portal',
      access: open,
      async handle(call) {
        portal.limits.take('page', call.client.address);
        const map = reportPlaces.map();
        return {
          services: settings.portal === 'off' ? [] : reportServices.list().filter(({ enabled }) => enabled),
          puzzle: portal.puzzle.issue(),
          mapVersion: map?.version ?? 0,
          areas: reportPlaces
            .areas()
            .filter(({ level, validToMs }) => level === 'commune' && validToMs === null)
            .map(({ code, name }) => ({ code, name })),
          mostPhotos: settings.mostPhotos,
          synthetic: map?.synthetic ?? false,
        };
      },
    }),
    defineRoute({
      name: 'GET /api/portal/map',
      access: open,
      async handle(call) {
        portal.limits.take('page', call.client.address);
        const map = reportPlaces.map();
        if (map == null) throw new Fault('notFound', 'map.none', 'there is no map yet');
        return map;
      },
    }),
    defineRoute({
      name: 'POST /api/portal/reports',
      access: open,
      body: reportInputSchema,
      async handle(call) {
        guardOpen();
        if (call.body.website !== '') throw new Fault('invalid', 'portal.hiddenField', 'leave the hidden field empty');
        portal.limits.take('report', call.client.address);
        portal.puzzle.spend(call.body.proof);
        const { report, ticket } = await reports.receive({ ...call.body, channel: 'web' });
        return { code: report.code, ticket };
      },
    }),
    defineRoute({
      name: 'POST /api/portal/reports/:code/photos',
      access: open,
      params,
      upload: true,
      async handle(call) {
        guardOpen();
        portal.limits.take('photo', call.client.address);
        const ticket = call.request.headers['x-ticket'];
        const bytes = await readBody(call.request, settings.mostPhotoMegabytes * 2 ** 20);
        await byCode(call.client.address, () =>
          reports.addPhoto(call.params.code, typeof ticket === 'string' ? ticket : '', bytes),
        );
        return undefined;
      },
    }),
    defineRoute({
      name: 'GET /api/portal/reports/:code',
      access: open,
      params,
      handle: (call) => byCode(call.client.address, () => reports.ofCode(call.params.code)),
    }),
    defineRoute({
      name: 'POST /api/portal/reports/:code/rating',
      access: open,
      params,
      body: ratingInputSchema,
      handle: (call) =>
        byCode(call.client.address, async () => (await reports.rate(call.params.code, call.body)).shown),
    }),
  ];
}

/** ms that a photo may take, over a bad line. */
const BODY_MS = 180_000;

async function readBody(request: Request, mostBytes: number): Promise<Uint8Array> {
  const tooLarge = (): Fault => new Fault('tooLarge', 'photo.tooLarge', 'the photo is larger than the server takes');
  if (Number(request.headers['content-length'] ?? 0) > mostBytes) throw tooLarge();
  const timer = setTimeout(() => request.destroy(), BODY_MS);
  try {
    const pieces: Buffer[] = [];
    let bytes = 0;
    for await (const piece of request) {
      const buffer: unknown = piece;
      if (!Buffer.isBuffer(buffer)) continue;
      bytes += buffer.byteLength;
      if (bytes > mostBytes) throw tooLarge();
      pieces.push(buffer);
    }
    return Buffer.concat(pieces);
  } finally {
    clearTimeout(timer);
  }
}
