import { type CameraDetails, type CameraView, publishes, type StreamStatus } from '#contracts/camera';
import type { StreamRole } from '#contracts/media';
import type { Camera } from './camera.ts';

/** What others see of a camera; secrets stay behind (pure). */

export interface LiveFacts {
  readonly statuses: readonly StreamStatus[];
  readonly roles: readonly StreamRole[];
  readonly pictureFault: CameraView['pictureFault'];
  readonly hasMasks: boolean;
}

export function viewOf(camera: Camera, { statuses, roles, pictureFault, hasMasks }: LiveFacts): CameraView {
  return {
    id: camera.id,
    number: camera.number,
    name: camera.name,
    groupId: camera.groupId,
    class: camera.class,
    kind: camera.source.kind,
    place: camera.place,
    purpose: camera.purpose,
    enabled: camera.enabled,
    demo: camera.demo,
    hasSub: roles.includes('sub'),
    canPtz: camera.facts.canPtz,
    hasMasks,
    // What the device says of a failure is for those who look after it.
    streams: statuses.map((status) => ({ ...status, detail: '', way: null })),
    pictureFault: pictureFault === null ? null : { fault: pictureFault.fault, sinceMs: pictureFault.sinceMs },
  };
}

export function detailsOf(camera: Camera, live: LiveFacts, publishUrl: string | null): CameraDetails {
  return {
    ...viewOf(camera, live),
    streams: live.statuses,
    notice: camera.notice,
    certificate: camera.certificate,
    mainStream: camera.mainStream,
    source: camera.source,
    hasPassword: camera.sealedSecret !== null && !publishes(camera.source),
    make: camera.facts.make,
    model: camera.facts.model,
    firmware: camera.facts.firmware,
    clock: camera.clock,
    createdMs: camera.createdMs,
    version: camera.version,
    publishUrl: camera.source.kind === 'rtmp' ? publishUrl : null,
  };
}
