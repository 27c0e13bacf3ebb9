import { z } from 'zod';
import { Fault } from '#base/errors';
import { cameraInputSchema, maskSetInputSchema } from '#contracts/camera';
import {
  cameraUpdateSchema,
  importQuerySchema,
  type MediaLink,
  mediaLinkSchema,
  probeSchema,
  ptzSchema,
} from '#contracts/http';
import type { Access } from '../../access/access.ts';
import { can } from '../../access/can.ts';
import type { CameraImport } from '../../cameras/camera-import.ts';
import type { CameraProbe } from '../../cameras/camera-probe.ts';
import type { Groups } from '../../cameras/groups.ts';
import type { CameraSteering } from '../../cameras/interfaces.ts';
import type { CameraRegister } from '../../cameras/register.ts';
import { actorOf, forbidden, idSchema } from '../call.ts';
import { defineRaw, defineRoute, type Route } from '../route.ts';

export interface CameraDeps {
  readonly access: Access;
  readonly register: CameraRegister;
  readonly probe: CameraProbe;
  readonly imports: CameraImport;
  readonly groups: Pick<Groups, 'above'>;
  readonly steering: CameraSteering;
  readonly demo: DemoSwitch;
  /** Address under which outside players reach the server. */
  readonly publicUrl: () => string;
}

/** The invented cameras: brought in and taken away by one call each. */
export interface DemoSwitch {
  install(): Promise<void>;
  remove(): Promise<void>;
}

export function cameraRoutes(deps: CameraDeps): readonly Route[] {
  const { access, register, groups, probe, imports, steering, demo, publicUrl } = deps;
  const view = { kind: 'camera', permission: 'camera.view' } as const;
  const configure = { kind: 'camera', permission: 'camera.configure' } as const;
  const registerNew = { kind: 'system', permission: 'camera.configure' } as const;
  const steer = { kind: 'camera', permission: 'camera.ptz' } as const;
  const note = (call: Parameters<typeof actorOf>[0], action: string, cameraId?: string, detail = {}): Promise<void> =>
    access.audit.append({ actor: actorOf(call), action, detail, ...(cameraId === undefined ? {} : { cameraId }) });

  return [
    defineRoute({
      name: 'GET /api/cameras',
      access: { kind: 'anywhere', permission: 'camera.view' },
      async handle(call) {
        const actor = actorOf(call);
        return register
          .list()
          .filter((camera) => can(actor, 'camera.view', register.target(camera.id)))
          .map(register.view);
      },
    }),
    defineRoute({
      name: 'GET /api/cameras/:id',
      access: view,
      params: idSchema,
      handle: async (call) => register.view(register.get(call.params.id)),
    }),
    defineRoute({
      name: 'GET /api/cameras/:id/details',
      access: configure,
      params: idSchema,
      handle: async (call) => register.details(register.get(call.params.id)),
    }),
    defineRoute({
      name: 'POST /api/cameras',
      access: registerNew,
      body: cameraInputSchema,
      async handle(call) {
        const created = await register.create(call.body);
        await note(call, 'camera.registered', created.camera.id, { name: created.camera.name });
        return created;
      },
    }),
    defineRoute({
      name: 'PUT /api/cameras/:id',
      access: configure,
      params: idSchema,
      body: cameraUpdateSchema,
      async handle(call) {
        const { groupId } = call.body;
        // Moving a camera hands it to those who have the other group.
        if (groupId !== register.get(call.params.id).groupId) {
          const groupIds = groupId === null ? [] : groups.above(groupId);
          const there = { kind: 'camera', cameraId: call.params.id, groupIds } as const;
          if (!can(actorOf(call), 'camera.configure', there)) throw forbidden();
        }
        const details = await register.update(call.params.id, call.body);
        await note(call, 'camera.changed', details.id, { version: details.version });
        return details;
      },
    }),
    defineRoute({
      name: 'DELETE /api/cameras/:id',
      access: configure,
      params: idSchema,
      async handle(call) {
        const { name } = register.get(call.params.id);
        await register.remove(call.params.id);
        await note(call, 'camera.removed', call.params.id, { name });
        return undefined;
      },
    }),
    defineRoute({
      name: 'POST /api/cameras/probe',
      access: registerNew,
      body: probeSchema,
      handle: (call) => probe.probe(call.body, call.signal),
    }),
    defineRoute({
      name: 'POST /api/cameras/:id/restart',
      access: configure,
      params: idSchema,
      async handle(call) {
        register.restart(call.params.id);
        await note(call, 'camera.restarted', call.params.id);
        return undefined;
      },
    }),
    defineRoute({
      name: 'POST /api/cameras/:id/publish-key',
      access: configure,
      params: idSchema,
      async handle(call) {
        const key = await register.rotatePublishKey(call.params.id);
        await note(call, 'camera.keyRotated', call.params.id);
        return key;
      },
    }),
    defineRoute({
      name: 'GET /api/cameras/:id/masks',
      access: configure,
      params: idSchema,
      handle: async (call) => register.masks(register.get(call.params.id).id),
    }),
    defineRoute({
      name: 'PUT /api/cameras/:id/masks',
      access: configure,
      params: idSchema,
      body: maskSetInputSchema,
      async handle(call) {
        const { id } = call.params;
        const before = register.masks(id).masks;
        const { masks, version } = await register.replaceMasks(id, call.body);
        // Both: what was uncovered since, and by whom, is the question that will be asked.
        await note(call, 'camera.masksChanged', id, { version, before, masks });
        return { masks, version };
      },
    }),
    defineRoute({
      name: 'GET /api/cameras/:id/ptz',
      access: steer,
      params: idSchema,
      handle: (call) => steering.presets(call.params.id),
    }),
    defineRoute({
      name: 'POST /api/cameras/:id/ptz',
      access: steer,
      params: idSchema,
      body: ptzSchema,
      async handle(call) {
        await steering.ptz(call.params.id, call.body);
        if (call.body.action !== 'stop') await note(call, 'camera.steered', call.params.id, { ...call.body });
        return undefined;
      },
    }),
    defineRoute({
      name: 'POST /api/cameras/:id/media-link',
      access: view,
      params: idSchema,
      body: mediaLinkSchema,
      async handle(call): Promise<MediaLink> {
        const actor = actorOf(call);
        if (actor.kind !== 'person' && actor.kind !== 'token') {
          throw new Fault('forbidden', 'access.forbidden', 'a link makes no links');
        }
        const { id } = call.params;
        const { token, expiresMs } = await access.mediaLinks.issue(actor, { cameraId: id, ...call.body });
        const path = `/live/${encodeURIComponent(id)}/${call.body.role}/index.m3u8?token=${encodeURIComponent(token)}`;
        return { url: new URL(path, publicUrl()).href, expiresMs };
      },
    }),
    defineRoute({
      name: 'POST /api/cameras/import',
      access: registerNew,
      query: importQuerySchema,
      body: z.string(),
      text: 'text/csv',
      async handle(call) {
        const report = await imports.run(call.body, { write: !call.query.dryRun });
        if (report.written) await note(call, 'camera.imported', undefined, { cameras: report.good });
        return report;
      },
    }),
    defineRaw({
      name: 'GET /api/cameras/import/template',
      access: registerNew,
      async handle(call) {
        call.response
          .set({
            'content-type': 'text/csv; charset=utf-8',
            'content-disposition': 'attachment; filename="camera.csv"',
          })
          .send(imports.template());
      },
    }),
    defineRoute({
      name: 'POST /api/demo',
      access: { kind: 'system', permission: 'system.manage' },
      async handle(call) {
        await demo.install();
        await note(call, 'demo.installed');
        return undefined;
      },
    }),
    defineRoute({
      name: 'DELETE /api/demo',
      access: { kind: 'system', permission: 'system.manage' },
      async handle(call) {
        await demo.remove();
        await note(call, 'demo.removed');
        return undefined;
      },
    }),
  ];
}
