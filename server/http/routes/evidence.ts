import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { Fault } from '#base/errors';
import { exportInputSchema } from '#contracts/recordings';
import type { Exports, OwnedExport } from '../../../recordings/evidence/exports.ts';
import type { EvidenceKeys } from '../../../recordings/evidence/keys.ts';
import type { Access } from '../../access/access.ts';
import { type Actor, auditName } from '../../access/actor.ts';
import { can } from '../../access/can.ts';
import type { CameraRegister } from '../../cameras/register.ts';
import { actorOf, forbidden, idSchema } from '../call.ts';
import { defineRaw, defineRoute, type Route } from '../route.ts';

export interface EvidenceDeps {
  readonly access: Pick<Access, 'audit'>;
  readonly register: Pick<CameraRegister, 'target' | 'masks'>;
  readonly exports: Exports;
  readonly keys: Pick<EvidenceKeys, 'publicKeys'>;
  readonly ownerId: (actor: Actor) => string;
}

/** In the manifest and in the picture: strangers read it, to whom a user name says little. */
function fullName(actor: Actor): string {
  return actor.kind === 'person' ? `${actor.displayName} (${actor.username})` : auditName(actor);
}

const exporting = { kind: 'anywhere', permission: 'camera.export' } as const;

/** Exports of evidence, and the public keys that they are checked with. */
export function evidenceRoutes({ access, register, exports, keys, ownerId }: EvidenceDeps): readonly Route[] {
  /** One's own, and only while one still may: the rights of today count, not those of the day of the export. */
  async function own(actor: Actor, id: string): Promise<OwnedExport> {
    const found = await exports.find(id);
    if (found.ownerId !== ownerId(actor)) throw new Fault('notFound', 'export.unknown', 'there is no such export');
    return found;
  }
  const mayAll = (actor: Actor, cameraIds: readonly string[]): boolean =>
    cameraIds.every((id) => can(actor, 'camera.export', register.target(id)));
  /** What is masked leaves the server masked, but for those who may look behind. */
  const mustMask = (actor: Actor, cameraId: string): boolean =>
    register.masks(cameraId).masks.length > 0 && !can(actor, 'camera.unmask', register.target(cameraId));

  return [
    defineRoute({
      name: 'GET /api/exports',
      access: exporting,
      handle: (call) => exports.list(ownerId(actorOf(call))),
    }),
    defineRoute({
      name: 'POST /api/exports',
      access: exporting,
      body: exportInputSchema,
      async handle(call) {
        const actor = actorOf(call);
        // Of a camera that they may not export nothing is said, not even whether it is there.
        if (!mayAll(actor, call.body.cameraIds)) {
          throw new Fault('notFound', 'camera.unknown', 'there is no such camera');
        }
        if (!call.body.masks && call.body.cameraIds.some((id) => mustMask(actor, id))) {
          const message = 'some of these cameras have privacy masks, which you may not leave out';
          throw new Fault('forbidden', 'export.masksNeeded', message, {
            fields: [{ path: 'masks', code: 'masksNeeded', message }],
          });
        }
        const made = await exports.start(call.body, { ownerId: ownerId(actor), name: fullName(actor) });
        for (const cameraId of made.cameraIds) {
          const { id, fromMs, toMs, reason, caseNumber, masks, watermark } = made;
          await access.audit.append({
            actor,
            action: 'export.asked',
            cameraId,
            detail: { id, fromMs, toMs, reason, caseNumber, masks, watermark },
          });
        }
        return made;
      },
    }),
    defineRoute({
      name: 'DELETE /api/exports/:id',
      access: exporting,
      params: idSchema,
      async handle(call) {
        const actor = actorOf(call);
        const { id } = await own(actor, call.params.id);
        await exports.remove(id);
        await access.audit.append({ actor, action: 'export.removed', detail: { id } });
        return undefined;
      },
    }),
    defineRaw({
      name: 'GET /api/exports/:id/archive',
      access: exporting,
      params: idSchema,
      async handle(call) {
        const actor = actorOf(call);
        const found = await own(actor, call.params.id);
        const { id, cameraIds } = found;
        if (!mayAll(actor, cameraIds)) throw forbidden();
        // A mask may have been drawn since, or the right to look behind it been taken away.
        if (cameraIds.some((cameraId) => mustMask(actor, cameraId) && !exports.isMasked(found, cameraId))) {
          const message = 'it shows what is covered by privacy masks today: export it again';
          throw new Fault('forbidden', 'export.masksChanged', message);
        }
        const { path, bytes, name } = await exports.archive(id);
        await access.audit.append({ actor, action: 'export.fetched', detail: { id, cameraIds } });
        call.response.writeHead(200, {
          'content-type': 'application/zip',
          'content-length': bytes,
          'content-disposition': `attachment; filename="${name}"`,
          'cache-control': 'no-store',
        });
        await pipeline(createReadStream(path), call.response, { signal: call.signal }).catch((error: unknown) => {
          if (!call.signal.aborted) throw error;
        });
      },
    }),
    defineRoute({
      name: 'GET /api/evidence/keys',
      access: { kind: 'public' },
      handle: async () =>
        keys.publicKeys().map(({ id, publicKey, createdMs, retiredMs }) => ({ id, publicKey, createdMs, retiredMs })),
    }),
  ];
}
