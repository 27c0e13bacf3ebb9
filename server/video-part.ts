import { join, resolve } from 'node:path';
import type { Clock } from '#base/clock';
import { paceCollector } from '#base/collector-pace';
import type { Logger } from '#base/log';
import { createSharedMemory } from '#base/picture-memory';
import type { Shutdown } from '#base/shutdown';
import type { CameraSource } from '#contracts/camera';
import type { StreamRole } from '#contracts/media';
import { type AddressGuard, createAddressGuard } from '../camera-adapters/address-guard.ts';
import { createIngest } from '../camera-adapters/ffmpeg/ingest.ts';
import { createKeyFrameDecoders } from '../camera-adapters/ffmpeg/key-frame-decoders.ts';
import { createStillDecoder } from '../camera-adapters/ffmpeg/still-decoder.ts';
import { createTranscoder } from '../camera-adapters/ffmpeg/transcoder.ts';
import { createAdapters } from '../camera-adapters/index.ts';
import { createDiscovery } from '../camera-adapters/onvif/discovery.ts';
import { createPhoneIngest } from '../camera-adapters/phone/phone-ingest.ts';
import { createRtmpIngest } from '../camera-adapters/rtmp-push/ingest.ts';
import { createIntake } from '../camera-adapters/rtsp/intake.ts';
import { prepareScenes, type Scenes } from '../camera-adapters/simulator/scenes.ts';
import { createSupervisor } from '../camera-adapters/supervisor.ts';
import type { Config } from '../config/schema.ts';
import { createHub } from './restream/hub.ts';
import { createLlHls } from './restream/ll-hls/ll-hls.ts';
import { createStills } from './restream/snapshot.ts';
import { createTranscodes } from './restream/transcode.ts';
import { createWallSocket } from './restream/wall-socket/wall-socket.ts';

/** Everything that a fragment meets between the camera and the doors. */
export function createVideo(house: { config: Config; clock: Clock; log: Logger; shutdown: Pick<Shutdown, 'add'> }) {
  const { config, clock, log, shutdown } = house;
  const hub = createHub({ config: config.live, clock, log });
  shutdown.add('hub', () => hub.close());
  shutdown.add(
    'collector',
    paceCollector(clock, () => hub.figures().bytes),
  );
  const memory = createSharedMemory({ heldBytes: () => hub.figures().bytes });
  shutdown.add('picture memory', () => memory.close());

  const { ffmpegPath, dialTimeoutMs } = config.cameras;
  const guard = createSwitchableGuard(config.cameras.allowNetworks);
  const ingest = createIngest({
    ffmpegPath,
    fragmentMs: config.live.fragmentMs,
    readTimeoutMs: dialTimeoutMs,
    clock,
    log,
  });
  const direct = createIntake(config.cameras.intakeThreads, {
    readTimeoutMs: dialTimeoutMs,
    fragmentMs: config.live.fragmentMs,
    firstPictureMs: dialTimeoutMs / 2,
    memory,
    clock,
    log,
  });
  shutdown.add('intake', () => direct.end());
  const keyFrames = createKeyFrameDecoders({ ffmpegPath, clock, log });
  shutdown.add('key frame decoders', () => keyFrames.close());
  const decoder = createStillDecoder({ ffmpegPath, decoders: keyFrames });
  const rtmp = createRtmpIngest({ config: config.cameras, log, clock });
  shutdown.add('rtmp', () => rtmp.stop());
  const phones = createPhoneIngest({ log });
  shutdown.add('phones', () => phones.close());
  let drawn: Promise<Scenes> | undefined;
  const scenes = (): Promise<Scenes> => {
    drawn ??= prepareScenes(scenesFolder(config), { ffmpegPath });
    return drawn;
  };
  const adapters = createAdapters({
    ...{ ingest, direct, guard, stills: decoder, rtmp, phones, scenes, log, clock },
    config: config.cameras,
  });
  const supervisor = createSupervisor({ adapters, sinkFor: hub.sinkFor, config: config.cameras, clock, log });
  shutdown.add('supervisor', () => supervisor.stop());
  hub.onDemand((key, wanted) => supervisor.want(key, wanted));
  // A publisher that comes must not wait for the next look.
  for (const { onPublish } of [rtmp, phones]) {
    onPublish((cameraId, publishing) => {
      if (publishing) supervisor.restart(cameraId);
    });
  }

  const transcoder = createTranscoder({ ffmpegPath, fragmentMs: config.live.fragmentMs, clock, log });
  const transcodes = createTranscodes({ hub, transcoder, config: config.live, clock, log });
  shutdown.add('transcodes', () => transcodes.close());
  const stills = createStills({ hub, decoder, clock });
  const llHls = createLlHls({ hub, transcodes, config: config.live, clock });
  shutdown.add('ll-hls', () => llHls.close());
  const wall = createWallSocket({ hub, statuses: supervisor, stills, transcodes, config: config.live, clock, log });
  shutdown.add('wall', () => wall.close());

  const rolesOf = (source: CameraSource): readonly StreamRole[] =>
    adapters.find((adapter) => adapter.kind === source.kind)?.roles(source) ?? [];
  const discover = createDiscovery({ checkAddress: guard.check, log });
  return {
    hub,
    guard,
    allow: guard.allow,
    rtmp,
    phones,
    rolesOf,
    supervisor,
    transcodes,
    keyFrames,
    decoder,
    stills,
    llHls,
    wall,
    discover,
  };
}
export type Video = ReturnType<typeof createVideo>;

/** Refuses addresses inside the house, but for the invented cameras of the demo, each by its host and port. */
function createSwitchableGuard(allowNetworks: readonly string[]): AddressGuard & {
  allow(endpoints: () => ReadonlySet<string>): void;
} {
  const strict = createAddressGuard({ allowNetworks });
  const demo = createAddressGuard({ allowNetworks: ['127.0.0.0/8'] });
  let allowed: () => ReadonlySet<string> = () => new Set();
  return {
    check(url, schemes, signal) {
      const host = URL.canParse(url) ? new URL(url).host : '';
      return (allowed().has(host) ? demo : strict).check(url, schemes, signal);
    },
    allow(endpoints) {
      allowed = endpoints;
    },
  };
}

export function scenesFolder({ data }: Config): string {
  return join(resolve(data.directory), 'scenes');
}
