import type { Clock } from '#base/clock';
import type { Logger } from '#base/log';
import { CAMERA_CLASSES } from '#contracts/camera';
import type { FrameDecoder, KeyFrameDecoder, StreamRole } from '#contracts/media';
import type { Rule } from '#contracts/rules';
import type { AnalyticsConfig } from '../../config/schema.ts';
import type { Detector } from '../detectors/detector.ts';
import type { CameraSignal } from '../rules/rule.ts';
import { type CameraScenes, createCameraScenes, type SceneFigures } from './camera-scenes.ts';
import { type CameraWatch, createCameraWatch } from './camera-watch.ts';
import type { CreateRules, RuleSource, WatchableCamera, WatchListener, WatchSource } from './interfaces.ts';

/** Watches the cameras that have rules, and no others. */
export interface Watches {
  /** Cameras have changed: their source, class, masks, or whether they run. */
  refresh(): void;
  /** The camera was steered. */
  forgetView(cameraId: string): void;
  /** What the camera reports of itself. */
  signal(cameraId: string, signal: CameraSignal): void;
  figures(): WatchFigures;
  /** Resolves when no decoder is left. */
  close(): Promise<void>;
}

export interface WatchFigures {
  /** Cameras whose pictures are watched. */
  readonly cameras: number;
  /** Frames that were decoded since the start. */
  readonly frames: number;
  /** Frames that were not looked at, because a look took too long. */
  readonly dropped: number;
  /** Since the whole picture was last looked at, of the camera for which it is longest, ms. */
  readonly heartbeatAgeMs: number;
}

export interface WatchesOptions {
  /** All that run now. */
  readonly cameras: () => readonly WatchableCamera[];
  readonly rules: RuleSource;
  readonly createRules: CreateRules;
  readonly source: WatchSource;
  readonly decoder: FrameDecoder;
  /** For cameras in which nothing moves. */
  readonly keyFrames?: KeyFrameDecoder;
  readonly detector: Detector;
  readonly listener: WatchListener;
  readonly config: Pick<AnalyticsConfig, 'heartbeatSeconds' | 'framesPerSecond' | 'decode'>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly gate?: boolean;
}

interface Watched {
  readonly scenes: CameraScenes;
  rules: readonly Rule[];
  view: string;
  video: { readonly role: StreamRole; readonly watch: CameraWatch } | undefined;
}

export function createWatches(options: WatchesOptions): Watches {
  const { config, clock, log, detector } = options;
  const watched = new Map<string, Watched>();
  const ending = new Set<Promise<void>>();
  /** Of cameras that are not watched any more. */
  let gone = { frames: 0, dropped: 0 };
  let closed = false;

  function begin(camera: WatchableCamera): Watched {
    const scenes = createCameraScenes({
      cameraId: camera.id,
      ...{ detector, clock, log },
      createRules: options.createRules,
      listener: options.listener,
      heartbeatMs: config.heartbeatSeconds * 1000,
      onActive: (atMs) => made.video?.watch.wake(atMs),
      ...(options.gate === undefined ? {} : { gate: options.gate }),
    });
    const made: Watched = { scenes, rules: [], view: camera.view, video: undefined };
    watched.set(camera.id, made);
    return made;
  }

  function endVideo(one: Watched): void {
    if (one.video === undefined) return;
    const done = one.video.watch.close();
    one.video = undefined;
    ending.add(done);
    void done.finally(() => ending.delete(done));
  }

  function end(cameraId: string, one: Watched): void {
    const { frames, dropped } = one.scenes.figures();
    gone = { frames: gone.frames + frames, dropped: gone.dropped + dropped };
    watched.delete(cameraId);
    endVideo(one);
    one.scenes.close();
  }

  function apply(camera: WatchableCamera): void {
    const rules = options.rules.of(camera.id).filter(({ enabled }) => enabled);
    let one = watched.get(camera.id);
    if (rules.length === 0) {
      if (one !== undefined) end(camera.id, one);
      return;
    }
    one ??= begin(camera);
    if (JSON.stringify(rules) !== JSON.stringify(one.rules)) {
      one.rules = rules;
      one.scenes.setRules(rules);
    }
    one.scenes.setMasks(camera.masks);
    one.scenes.setUrgency(CAMERA_CLASSES.length - CAMERA_CLASSES.indexOf(camera.class));
    if (one.view !== camera.view) {
      one.view = camera.view;
      endVideo(one);
      one.scenes.forgetView();
    }
    followVideo(camera, one);
  }

  function followVideo(camera: WatchableCamera, one: Watched): void {
    // The small stream is enough, and cheaper.
    const role = camera.roles.includes('sub') ? 'sub' : camera.roles[0];
    const isWanted = one.rules.some(({ kind }) => kind !== 'cameraSignal');
    if (one.video !== undefined && (!isWanted || one.video.role !== role)) endVideo(one);
    if (one.video !== undefined || !isWanted || role === undefined) return;
    const watch = createCameraWatch({
      key: { cameraId: camera.id, role },
      ...{ clock, log, source: options.source, decoder: options.decoder },
      ...(options.keyFrames === undefined ? {} : { keyFrames: options.keyFrames }),
      framesPerSecond: config.framesPerSecond,
      whole: config.decode === 'everything',
      onFrame: one.scenes.frame,
      onGlimpse: one.scenes.glimpse,
      wantsFrame: one.scenes.wantsFrame,
    });
    one.video = { role, watch };
  }

  function refresh(): void {
    if (closed) return;
    const cameras = options.cameras();
    const known = new Set(cameras.map(({ id }) => id));
    for (const [id, one] of [...watched]) if (!known.has(id)) end(id, one);
    for (const camera of cameras) apply(camera);
  }

  const stopFollowing = options.rules.onChanged(refresh);

  return {
    refresh,
    forgetView: (cameraId) => watched.get(cameraId)?.scenes.forgetView(),
    signal: (cameraId, signal) => watched.get(cameraId)?.scenes.signal(signal),
    figures() {
      const all: SceneFigures[] = [...watched.values()].map(({ scenes }) => scenes.figures());
      return {
        cameras: [...watched.values()].filter(({ video }) => video !== undefined).length,
        frames: all.reduce((sum, { frames }) => sum + frames, gone.frames),
        dropped: all.reduce((sum, { dropped }) => sum + dropped, gone.dropped),
        heartbeatAgeMs: Math.max(0, ...all.map(({ heartbeatAgeMs }) => heartbeatAgeMs ?? 0)),
      };
    },
    async close() {
      closed = true;
      stopFollowing();
      for (const [id, one] of [...watched]) end(id, one);
      await Promise.all(ending);
    },
  };
}
