import type { Clock } from '#base/clock';
import type { Logger } from '#base/log';
import type { Shutdown } from '#base/shutdown';
import type { CameraSource } from '#contracts/camera';
import { type KeyFrameDecoder, STREAM_ROLES, type StillDecoder, type StreamRole } from '#contracts/media';
import type { Detector } from '../analytics/detectors/detector.ts';
import { createRuleTrials, type RuleTrials } from '../analytics/trials/rule-trials.ts';
import type { CreateRules, RuleSource, SeenHit, WatchListener } from '../analytics/watch/interfaces.ts';
import { createWatches } from '../analytics/watch/watches.ts';
import { createFrameDecoder } from '../camera-adapters/ffmpeg/frame-decoder.ts';
import type { Supervisor } from '../camera-adapters/supervisor.ts';
import type { Config } from '../config/schema.ts';
import type { RecordedFragments } from '../recordings/recorded-fragments.ts';
import type { Actor } from './access/actor.ts';
import type { Camera } from './cameras/camera.ts';
import { createCameraSignals } from './cameras/camera-signals.ts';
import type { CameraRegister } from './cameras/register.ts';
import { createDetectionEvents } from './events/detection-events.ts';
import type { EventLog } from './events/event-log.ts';
import type { EventPictures } from './events/event-pictures.ts';
import { newestKey } from './picture-health-part.ts';
import type { Hub } from './restream/hub.ts';
import { idOf } from './socket/gateway.ts';

interface PartHouse {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Logger;
  readonly shutdown: Shutdown;
}

export interface AnalyticsParts {
  readonly events: Pick<EventLog, 'append'>;
  readonly pictures: Pick<EventPictures, 'keep'>;
  readonly register: Pick<CameraRegister, 'list' | 'find' | 'masks' | 'onSaved' | 'onRemoved'>;
  readonly hub: Pick<Hub, 'stream'>;
  readonly supervisor: Pick<Supervisor, 'onSteered' | 'signals'>;
  readonly rolesOf: (source: CameraSource) => readonly StreamRole[];
  /** For the picture of an event that no frame was looked at for. */
  readonly stills: StillDecoder;
  readonly keyFrames: KeyFrameDecoder;
  readonly detector: Detector;
  readonly rules: RuleSource;
  readonly createRules: CreateRules;
  /** Of every picture that is looked at: for who counts. */
  readonly onScene?: WatchListener['scene'];
}

/** Width of the picture of an event, pixels. */
const PICTURE_WIDTH = 1280;

/** Joins watching with what is told of it: from the fragments of cameras that have rules to events. */
export function createAnalytics({ config, clock, log, shutdown }: PartHouse, parts: AnalyticsParts) {
  const { register, hub, detector } = parts;
  const told = createDetectionEvents({
    pictures: parts.pictures,
    append: parts.events.append,
    async newestPicture(cameraId) {
      for (const role of STREAM_ROLES) {
        const key = newestKey(hub, { cameraId, role });
        if (key !== undefined) return await parts.stills.jpeg(key.info, key.fragment, PICTURE_WIDTH);
      }
      return null;
    },
    log,
  });
  shutdown.add('detection events', () => told.close());

  const decoder = createFrameDecoder({ ffmpegPath: config.cameras.ffmpegPath, clock, log });
  const masksOf = (cameraId: string) => register.masks(cameraId).masks.map(({ points }) => points);
  const watches = createWatches({
    cameras: () =>
      register
        .list()
        .filter(({ enabled }) => enabled)
        .map((camera: Camera) => ({
          id: camera.id,
          class: camera.class,
          roles: parts.rolesOf(camera.source),
          view: JSON.stringify(camera.source),
          masks: masksOf(camera.id),
        })),
    rules: parts.rules,
    createRules: parts.createRules,
    source: { read: (key, how) => hub.stream(key).read(how) },
    decoder,
    keyFrames: parts.keyFrames,
    detector,
    listener: {
      hit: (seen) => told.told(detectedHit(seen)),
      scene: (cameraId, scene, crossings) => parts.onScene?.(cameraId, scene, crossings),
    },
    config: config.analytics,
    clock,
    log,
  });
  shutdown.add('watches', () => watches.close());

  const signals = createCameraSignals({
    register,
    listen: parts.supervisor.signals,
    onSignal: watches.signal,
    clock,
    log,
  });
  shutdown.add('camera signals', () => signals.stop());
  let isDue = false;
  /** A thousand cameras that are imported are gone over once. */
  function refreshSoon(): void {
    if (isDue) return;
    isDue = true;
    setImmediate(() => {
      isDue = false;
      watches.refresh();
    });
  }
  /** Only those that a rule is about. */
  function followSignals(cameraId: string): void {
    const rules = parts.rules.of(cameraId);
    signals.want(
      cameraId,
      rules.some(({ enabled, kind }) => enabled && kind === 'cameraSignal'),
    );
  }

  return {
    /** Trying rules on what was recorded. */
    trials(recorded: RecordedFragments): RuleTrials<Actor> {
      const { framesPerSecond, heartbeatSeconds } = config.analytics;
      const trials = createRuleTrials<Actor>({
        ...{ recorded: recorded.runs, masksOf, decoder, detector, framesPerSecond, clock, log },
        ...{ heartbeatMs: heartbeatSeconds * 1000, ownerId: idOf },
      });
      shutdown.add('rule trials', () => trials.close());
      return trials;
    },
    figures: () => ({ ...watches.figures(), detector: detector.figures(), told: told.figures() }),
    /** To be called when the cameras have been handed to the supervisor. */
    start(): void {
      register.onSaved(refreshSoon);
      register.onRemoved(refreshSoon);
      parts.supervisor.onSteered(watches.forgetView);
      parts.rules.onChanged(followSignals);
      for (const { id } of register.list()) followSignals(id);
      watches.refresh();
    },
  };
}
export type Analytics = ReturnType<typeof createAnalytics>;

function detectedHit({ cameraId, hit, trackId, path, frame, model }: SeenHit) {
  const { track, rule, atMs } = hit;
  return {
    ...{ cameraId, rule, atMs, frame, model },
    track:
      track === null || trackId === null
        ? null
        : { id: trackId, label: track.label, score: track.score, box: track.box, firstMs: track.firstMs, path },
    count: hit.count ?? null,
    direction: hit.direction ?? null,
    signal: hit.signal ?? null,
  };
}
