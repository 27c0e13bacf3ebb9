import { join, resolve } from 'node:path';
import type { Clock } from '#base/clock';
import type { Database } from '#base/database';
import type { Logger } from '#base/log';
import type { Shutdown } from '#base/shutdown';
import type { CameraClass, CameraSource } from '#contracts/camera';
import type { StreamKey, StreamRole } from '#contracts/media';
import { createPictureRounds, type KeyFrame } from '../analytics/picture-health/rounds.ts';
import type { KeyFrameDecoders } from '../camera-adapters/ffmpeg/key-frame-decoders.ts';
import { createStillDecoder } from '../camera-adapters/ffmpeg/still-decoder.ts';
import type { Supervisor } from '../camera-adapters/supervisor.ts';
import type { Config } from '../config/schema.ts';
import type { CameraRegister } from './cameras/register.ts';
import type { EventLog } from './events/event-log.ts';
import { createEventPictures } from './events/event-pictures.ts';
import { createPictureEvents } from './events/picture-events.ts';
import type { Hub } from './restream/hub.ts';

interface PartHouse {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Logger;
  readonly shutdown: Shutdown;
}

/** Joins looking at pictures with what is told of it. Before the register, which shows what is open. */
export async function createPictureHealth(
  { config, clock, log, shutdown }: PartHouse,
  parts: { database: Database; events: EventLog; classOf: (cameraId: string) => CameraClass | undefined },
) {
  const { database, events, classOf } = parts;
  const pictures = await createEventPictures({
    folder: join(resolve(config.data.directory), 'event-pictures'),
    mostBytes: config.analytics.pictureMegabytes * 2 ** 20,
    clock,
    log,
  });
  const told = await createPictureEvents({ database, pictures, clock, log, append: events.append, classOf });
  shutdown.add('picture events', () => told.close());

  /** Begins to look; what the register tells of cameras is followed from here on. */
  function watch(from: {
    register: CameraRegister;
    hub: Hub;
    supervisor: Pick<Supervisor, 'onSteered'>;
    rolesOf: (source: CameraSource) => readonly StreamRole[];
    keyFrames: KeyFrameDecoders;
  }) {
    const { register, hub, supervisor, rolesOf, keyFrames } = from;
    const watched = (id: string): boolean => config.analytics.looksPerSecond > 0 && register.find(id)?.enabled === true;
    for (const { cameraId } of told.atStart) if (!watched(cameraId)) told.forget(cameraId);
    const rounds = createPictureRounds({
      cameras: () =>
        register
          .list()
          .filter(({ enabled }) => enabled)
          .map(({ id, source, facts }) => ({ id, roles: rolesOf(source), steerable: facts.canPtz })),
      newestKey: (key) => newestKey(hub, key),
      // A line of its own: people who ask for stills do not wait behind looks, nor looks behind all of them.
      decoder: createStillDecoder({ ffmpegPath: config.cameras.ffmpegPath, decoders: keyFrames, queue: 1 }),
      config: config.analytics,
      clock,
      log,
      open: told.atStart.filter(({ cameraId }) => watched(cameraId)),
      onBegun({ before, now, ...finding }) {
        told.begun({ ...finding, before: before?.jpeg ?? null, during: now.jpeg });
      },
      onEnded: told.ended,
    });
    shutdown.add('picture rounds', () => rounds.stop());
    supervisor.onSteered(rounds.forgetView);
    const viewOf = ({ source }: { source: CameraSource }): string => JSON.stringify(source);
    const views = new Map(register.list().map((camera) => [camera.id, viewOf(camera)]));
    register.onSaved((camera) => {
      const { id } = camera;
      const sameView = views.get(id) === viewOf(camera);
      views.set(id, viewOf(camera));
      if (!watched(id)) {
        rounds.forget(id);
        told.forget(id);
      } else if (!sameView) rounds.forgetView(id);
    });
    register.onRemoved((id) => {
      views.delete(id);
      rounds.forget(id);
      told.forget(id);
    });
    return rounds;
  }

  return { told, pictures, watch };
}

/** What is in memory already: a look is no demand. */
export function newestKey(hub: Pick<Hub, 'stream'>, key: StreamKey): KeyFrame | undefined {
  const stream = hub.stream(key);
  if (!stream.fresh()) return undefined;
  const place = stream.ring.newestKey();
  const fragment = place === undefined ? undefined : stream.ring.at(place);
  const info = fragment && stream.ring.infoOf(fragment.generation);
  return fragment === undefined || info === undefined ? undefined : { info, fragment };
}
