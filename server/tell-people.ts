import { sectorMarkOf } from '#contracts/events';
import type { Actor } from './access/actor.ts';
import type { DiscoveryJobs } from './cameras/discovery-jobs.ts';
import type { Layouts } from './cameras/layouts.ts';
import type { DoorParts } from './door-parts.ts';
import type { RestrictedLooks } from './http/restricted-looks.ts';
import { reportTarget } from './http/routes/reports.ts';
import type { Gateway } from './socket/gateway.ts';

/** What the doors have of their own. */
interface Tellers {
  readonly gateway: Gateway;
  readonly layouts: Pick<Layouts<Actor>, 'onChanged'>;
  readonly discoveries: Pick<DiscoveryJobs<Actor>, 'onProgress'>;
  readonly looks: RestrictedLooks;
}

/** What happens inside becomes what people are told; the function that is given back ends it. */
export function tellPeople(parts: DoorParts, { gateway, layouts, discoveries, looks }: Tellers): () => void {
  const { register, groups, events, supervisor, recordings, evidence, pictureEvents } = parts;
  const { outputs, models, alerts, incidents, places, catalogue, indicatorTargets, deliveries, tiles } = parts;
  const { reports, reportPlaces } = parts;
  const stops = [
    register.onSaved((camera) => gateway.tell('camera:saved', register.view(camera), { cameraId: camera.id })),
    register.onRemoved((id) => gateway.tell('camera:removed', { id }, {})),
    pictureEvents.onChanged((cameraId) => {
      const camera = register.find(cameraId);
      if (camera !== undefined) gateway.tell('camera:saved', register.view(camera), { cameraId });
    }),
    groups.onChanged(() => gateway.tell('lists:changed', { list: 'groups' }, {})),
    layouts.onChanged(() => gateway.tell('lists:changed', { list: 'layouts' }, {})),
    recordings.holds.onChanged(() => gateway.tell('lists:changed', { list: 'holds' }, {})),
    outputs.onChanged(() => gateway.tell('lists:changed', { list: 'outputs' }, {})),
    models.onChanged(() => gateway.tell('lists:changed', { list: 'models' }, {})),
    places.onChanged(() => gateway.tell('lists:changed', { list: 'places' }, {})),
    catalogue.onChanged(() => gateway.tell('lists:changed', { list: 'sectors' }, {})),
    deliveries.register.onChanged(() => gateway.tell('lists:changed', { list: 'feeds' }, {})),
    tiles.onChanged((tile) => gateway.tell('tile:changed', tile, { target: parts.sectorTarget(tile.sector) })),
    indicatorTargets.onChanged(() => gateway.tell('lists:changed', { list: 'sectors' }, {})),
    events.onAppended((event) =>
      gateway.tell('event:appended', event, { cameraId: event.cameraId, sector: sectorMarkOf(event) }),
    ),
    discoveries.onProgress((actorId, progress) => gateway.tell('discovery:progress', progress, { actorId })),
    evidence.exports.onChanged((actorId, view) => gateway.tell('export:progress', view, { actorId })),
    alerts.onChanged((alert) => gateway.tell('alert:changed', alert, { cameraId: alert.cameraId })),
    incidents.onChanged(({ id, number, version, state }) =>
      gateway.tell('incident:changed', { id, number, version, state }, {}),
    ),
    parts.sectorEvents.onChanged((event) => {
      const { sector: target, cameras } = parts.eventTargets(event);
      const onHeard = (actor: Actor): void => looks.heard(actor, event);
      gateway.tell('sectorEvent:changed', event, { target, cameras, onHeard });
    }),
    parts.directives.onChanged(({ id, number, version, state, unitId }) =>
      gateway.tell('directive:changed', { id, number, version, state }, { target: parts.unitTarget(unitId) }),
    ),
    reports.onChanged(({ id, number, version, state, unitId }, was) => {
      // Who had it before hears that it went, too.
      for (const unit of new Set([unitId, was?.unitId ?? unitId])) {
        gateway.tell('report:changed', { id, number, version, state }, { target: reportTarget(unit, reportPlaces) });
      }
    }),
    alerts.handovers.onChanged(() => gateway.tell('lists:changed', { list: 'handovers' }, {})),
    supervisor.onStatus((cameraId, { role, state, fault, sinceMs, lastFrameMs }) =>
      gateway.tell('stream:state', { cameraId, role, state, fault, sinceMs, lastFrameMs }, { cameraId }),
    ),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}
