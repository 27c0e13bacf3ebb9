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
  readonly reports: Pick<Reports, 'receive' | 'mayAddPhoto' | 'addPhoto' | 'ofCode' | 'rate'>;
  readonly reportServices: ReportServices;
  readonly reportPlaces: Pick<ReportPlaces, 'map' | 'areas'>;
  readonly portal: { readonly limits: PortalLimits; readonly puzzle: Pick<Puzzle, 'issue' | 'check' | 'spend'> };
}

const open = { kind: 'public' } as const;
const params = z.object({ code: z.string().min(1).max(40) });

/** The public page: anybody, without an account; limited by address, by all together, and by a puzzle. */
export function portalRoutes(deps: PortalDeps): readonly Route[] {
  const { reports, reportServices, reportPlaces, portal } = deps;
  const settings = deps.config.reports;
  const bodies = createBodies(settings.mostPhotoMegabytes * 2 ** 20);

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

  /** Before what all may together is touched: who does no work does not use it up for the others. */
  function checkProof(proof: string, address: string): void {
    try {
      portal.puzzle.check(proof);
    } catch (error) {
      if (error instanceof Fault && error.code === 'portal.puzzle') portal.limits.take('badProof', address);
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
        checkProof(call.body.proof, call.client.address);
        portal.limits.take('report', call.client.address);
        portal.puzzle.spend(call.body.proof);
        const { report, ticket } = await reports.receive({
          ...{ ...call.body, channel: 'web' },
          // In an invented province everything is.
          synthetic: reportPlaces.map()?.synthetic ?? false,
        });
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
        const { code } = call.params;
        const header = call.request.headers['x-ticket'];
        const ticket = typeof header === 'string' ? header : '';
        await byCode(call.client.address, async () => {
          // Not a byte is kept of who has no ticket.
          await reports.mayAddPhoto(code, ticket);
          portal.limits.take('photo', call.client.address);
          await bodies.read(call.request, (bytes) => reports.addPhoto(code, ticket, bytes));
        });
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
/** Bytes of photos that are held at once, of all senders. */
const MOST_HELD = 100 * 2 ** 20;

/** Reads photos into memory, with a bound for each and for all that are there at once. */
function createBodies(mostBytes: number) {
  let held = 0;

  async function gather(request: Request, count: (bytes: number) => void): Promise<Uint8Array> {
    const pieces: Buffer[] = [];
    let bytes = 0;
    const timer = setTimeout(() => request.destroy(), BODY_MS);
    try {
      for await (const piece of request) {
        const buffer: unknown = piece;
        if (!Buffer.isBuffer(buffer)) continue;
        bytes += buffer.byteLength;
        if (bytes > mostBytes) throw tooLarge();
        // What came, not what was announced: who sends slowly holds no more than they sent.
        count(buffer.byteLength);
        pieces.push(buffer);
      }
      return Buffer.concat(pieces);
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    /** Held until `use` is over. */
    async read(request: Request, use: (bytes: Uint8Array) => Promise<void>): Promise<void> {
      const announced = Number(request.headers['content-length'] ?? 0);
      if (announced > mostBytes) throw tooLarge();
      let own = 0;
      const count = (bytes: number): void => {
        if (held + bytes > MOST_HELD) throw busy();
        own += bytes;
        held += bytes;
      };
      // Before it is read there is still somebody to hear when to come again.
      if (held + announced > MOST_HELD) throw busy();
      try {
        await use(await gather(request, count));
      } finally {
        held -= own;
      }
    },
  };
}

function tooLarge(): Fault {
  return new Fault('tooLarge', 'photo.tooLarge', 'the photo is larger than the server takes');
}

function busy(): Fault {
  return new Fault('unavailable', 'portal.busy', 'too many photos at once', { retryAfterMs: 10_000 });
}
