import { Fault } from '#base/errors';
import { visitorSitesInputSchema } from '#contracts/visitor-sites';
import type { Access } from '../../access/access.ts';
import type { CameraRegister } from '../../cameras/register.ts';
import type { Places } from '../../sectors/interfaces.ts';
import type { VisitorCounts } from '../../statistics/visitor-sites.ts';
import { actorOf } from '../call.ts';
import { defineRoute, type Route } from '../route.ts';

export interface VisitorSiteDeps {
  readonly access: Pick<Access, 'audit'>;
  readonly visitors: VisitorCounts;
  readonly register: Pick<CameraRegister, 'find'>;
  readonly places: Pick<Places, 'area'>;
}

const managing = { kind: 'system', permission: 'sector.manage' } as const;

/** Places that people come to, and which lines of cameras are their entrances. */
export function visitorSiteRoutes({ access, visitors, register, places }: VisitorSiteDeps): readonly Route[] {
  return [
    defineRoute({
      name: 'GET /api/visitor-sites',
      access: managing,
      handle: async () => visitors.list(),
    }),
    defineRoute({
      name: 'PUT /api/visitor-sites',
      access: managing,
      body: visitorSitesInputSchema,
      async handle(call) {
        const known = new Set(
          visitors
            .list()
            .sites.flatMap(({ id, entrances }) =>
              entrances.map(({ cameraId, ruleId }) => `${id} ${cameraId} ${ruleId}`),
            ),
        );
        for (const [at, { id, areaCode, entrances }] of call.body.sites.entries()) {
          if (places.area(areaCode) === undefined) throw unknown(`sites.${at}.areaCode`, 'area.unknown', 'area');
          for (const [entrance, { cameraId, ruleId }] of entrances.entries()) {
            const path = `sites.${at}.entrances.${entrance}`;
            // One that was there before and has lost its camera or its line keeps nobody from changing the others.
            if (known.has(`${id} ${cameraId} ${ruleId}`)) continue;
            if (register.find(cameraId) === undefined) throw unknown(`${path}.cameraId`, 'camera.unknown', 'camera');
            if (!visitors.counts(cameraId, ruleId)) {
              throw unknown(`${path}.ruleId`, 'visitors.unknownLine', 'line that counts people');
            }
          }
        }
        const set = await visitors.replace(call.body);
        const detail = { sites: set.sites.map(({ name, capacity }) => `${name} (${capacity})`) };
        await access.audit.append({ actor: actorOf(call), action: 'visitorSites.changed', detail });
        return set;
      },
    }),
  ];
}

function unknown(path: string, code: string, what: string): Fault {
  const message = `there is no such ${what}`;
  return new Fault('invalid', code, message, { fields: [{ path, code, message }] });
}
