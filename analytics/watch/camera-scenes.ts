import { randomUUID } from 'node:crypto';
import type { Clock } from '#base/clock';
import { messageOf } from '#base/errors';
import type { Logger } from '#base/log';
import type { Box, Detection } from '#contracts/detection';
import type { Frame } from '#contracts/media';
import type { Rule } from '#contracts/rules';
import type { Detector, DetectorModel } from '../detectors/detector.ts';
import { overlap, sidesOf } from '../detectors/suppress.ts';
import { createMotionGate, type Motion, type MotionGate } from '../motion/motion-gate.ts';
import type { CameraSignal } from '../rules/rule.ts';
import { createTracker, TRACKER_DEFAULTS, type Track, type Tracker } from '../tracker/tracker.ts';
import type { CreateRules, WatchListener, WatchRules } from './interfaces.ts';
import { isMasked, type MaskShape, maskOf } from './masks.ts';
import { createPaths, type Paths } from './paths.ts';
import { inWhole, isCutOff, lumaGrid, lumaOf, pictureFor, windowFor } from './picture.ts';

/**
 * From the frames of one camera to scenes, and from those to what its rules say. Scenes are in the order of time, though
 * looks take theirs: one look runs at a time, and of the frames that come meanwhile the newest is next.
 */
export interface CameraScenes {
  frame(frame: Frame): void;
  /** A picture of the same as a frame would be, but just large enough for the gate. Not kept. */
  glimpse(frame: Frame): void;
  /** Whether something has to be looked at in a frame of this time, ms since 1970, though nothing moves. */
  wantsFrame(atMs: number): boolean;
  signal(signal: CameraSignal): void;
  setRules(rules: readonly Rule[]): void;
  setMasks(masks: readonly MaskShape[]): void;
  setUrgency(urgency: number): void;
  /** The camera was steered, or shows something else: what was learnt and followed is of another place. */
  forgetView(): void;
  figures(): SceneFigures;
  /** Nothing is told any more. */
  close(): void;
}

export interface SceneFigures {
  readonly frames: number;
  /** Frames that were not looked at because a look took too long. */
  readonly dropped: number;
  /** Since the whole picture was last looked at, ms; `null` where nothing looks, or nothing comes. */
  readonly heartbeatAgeMs: number | null;
}

export interface CameraScenesOptions {
  readonly cameraId: string;
  readonly detector: Detector;
  readonly createRules: CreateRules;
  /** The whole picture is looked at so often at least, though nothing moves. */
  readonly heartbeatMs: number;
  readonly clock: Clock;
  readonly log: Logger;
  readonly listener: WatchListener;
  /** Something is going on at `atMs`, ms since 1970: more frames are wanted. */
  readonly onActive: (atMs: number) => void;
  /** Without it every frame is looked at whole: to see what the gate is worth. */
  readonly gate?: boolean;
}

/** Less urgent than where something moves, of any camera. */
const CAN_WAIT = -1;
/** A look that takes longer counts as none. */
const LOOK_MS = 20_000;
/** A signal waits so long for a picture to go with. */
const SIGNAL_MS = 1000;
const MOST_SIGNALS = 100;
/** Frames that are older than the one before: by more than this the clock was set back. */
const SET_BACK_MS = 5000;
/** Boxes of one object overlap by more. */
const SAME = 0.5;
/** Where something moved so short a time ago every picture is looked at, ms; and everywhere while the gate learns. */
const LIVELY_MS = 2000;
const LEARNS_MS = 3000;
/** What moves too slowly for the gate: heights of its box for each second. */
const LIVELY_SPEED = 0.25;
/** Something that does not move, and has not stood for long either, is looked at this often, ms. */
const STILL_EVERY_MS = 1000;

interface Waiting {
  readonly frame: Frame;
  readonly motion: Motion;
}

/** An empty list is the whole picture. `isUrgent`: something moves there, or it has been put off for too long. */
interface Places {
  readonly boxes: readonly Box[];
  readonly isUrgent: boolean;
}

export function createCameraScenes(options: CameraScenesOptions): CameraScenes {
  const { cameraId, detector, clock, log, listener } = options;
  let rules: readonly Rule[] = [];
  let masks: readonly MaskShape[] = [];
  let urgency = 0;
  let view = newView();
  let waiting: Waiting | undefined;
  let looking = false;
  let signals: CameraSignal[] = [];
  let cancelSignals: (() => void) | undefined;
  let lastFrameMs = Number.NEGATIVE_INFINITY;
  let lastSceneMs = 0;
  /** On the monotonic clock. */
  let wholeLookMs: number | undefined;
  let frameCameMs = Number.NEGATIVE_INFINITY;
  let [frames, dropped] = [0, 0];
  let closed = false;

  /** What is known of what the camera sees now; made anew when it sees something else. */
  interface View {
    readonly id: string;
    readonly tracker: Tracker;
    readonly paths: Paths;
    readonly rules: WatchRules;
    gate: { readonly gate: MotionGate; readonly width: number; readonly height: number } | undefined;
    tracks: readonly Track[];
    /** Seen once, and no track so far. */
    unsure: readonly Box[];
    /** Where the gate saw something move of late. */
    stirred: readonly { readonly box: Box; readonly atMs: number }[];
    /** Until then it may have moved anywhere. */
    unknownUntilMs: number;
    /** When the whole picture was last looked at, and when what does not move was, on the clock of the frames. */
    wholeAtMs: number;
    stillAtMs: number;
  }
  function newView(): View {
    return {
      id: randomUUID().slice(0, 13),
      tracker: createTracker(),
      paths: createPaths(),
      rules: options.createRules(rules),
      gate: undefined,
      tracks: [],
      unsure: [],
      stirred: [],
      unknownUntilMs: Number.NEGATIVE_INFINITY,
      wholeAtMs: Number.NEGATIVE_INFINITY,
      stillAtMs: Number.NEGATIVE_INFINITY,
    };
  }

  function motionIn(frame: Frame, atMs: number): Motion {
    const { columns, rows } = lumaGrid(frame.width, frame.height);
    if (view.gate?.width !== columns || view.gate.height !== rows) {
      const mask = maskOf(masks, columns, rows);
      const gate = createMotionGate({ width: columns, height: rows, ...(mask === undefined ? {} : { mask }) });
      view.gate = { gate, width: columns, height: rows };
      view.unknownUntilMs = atMs + LEARNS_MS;
    }
    const motion = view.gate.gate.look(lumaOf(frame).bytes, atMs);
    if (motion.allChanged) view.unknownUntilMs = atMs + LEARNS_MS;
    view.stirred = [
      ...view.stirred.filter((place) => atMs - place.atMs <= LIVELY_MS),
      ...motion.regions.map((box) => ({ box, atMs })),
    ];
    return motion;
  }

  const isLively = (box: Box, atMs: number): boolean =>
    atMs < view.unknownUntilMs || view.stirred.some((place) => touch(place.box, box));

  /** What is to be followed closely, and what only needs to be looked at again now and then: nothing moves there. */
  function followed(atMs: number): { lively: readonly Box[]; still: readonly Box[] } {
    const moving = view.tracks.filter((track) => isMoving(track, atMs));
    const isFollowed = (track: Track): boolean => track.speed > LIVELY_SPEED || isLively(track.box, atMs);
    const boxes = (tracks: readonly Track[]): readonly Box[] => tracks.map(({ box }) => box);
    return {
      lively: [...boxes(moving.filter(isFollowed)), ...view.unsure.filter((box) => isLively(box, atMs))],
      still: [
        ...boxes(moving.filter((track) => !isFollowed(track))),
        ...view.unsure.filter((box) => !isLively(box, atMs)),
      ],
    };
  }

  /** Where to look; `null`: nowhere. */
  function placesOf({ motion }: Waiting, atMs: number): Places | null {
    if (options.gate === false) return { boxes: [], isUrgent: true };
    const { regions, allChanged } = motion;
    const { lively, still } = followed(atMs);
    const isUrgent = allChanged || regions.length > 0 || lively.length > 0;
    const wholeAgeMs = atMs - view.wholeAtMs;
    if (allChanged || wholeAgeMs >= options.heartbeatMs) {
      return { boxes: [], isUrgent: isUrgent || wholeAgeMs >= 2 * options.heartbeatMs };
    }
    const isDue = still.length > 0 && atMs - view.stillAtMs >= STILL_EVERY_MS;
    const places = [...regions, ...lively, ...(isDue ? still : [])];
    if (places.length === 0) return null;
    if (isDue) view.stillAtMs = atMs;
    const standing = view.tracks.filter(({ box }) => regions.some((region) => touch(region, box)));
    return { boxes: [...places, ...standing.map(({ box }) => box)].filter(isInPicture), isUrgent };
  }

  /** `null`: it is older than the one before, and let go. */
  function comes(next: Frame): Motion | null {
    const isOlder = next.wallClockMs <= lastFrameMs && next.wallClockMs >= lastFrameMs - SET_BACK_MS;
    if (closed || isOlder) {
      next.release?.();
      return null;
    }
    if (next.wallClockMs <= lastFrameMs) {
      forgetView();
      lastSceneMs = 0;
    }
    frameCameMs = clock.monotonic();
    frames += 1;
    return motionIn(next, next.wallClockMs);
  }

  function frame(next: Frame): void {
    const motion = comes(next);
    if (motion === null) return;
    lastFrameMs = next.wallClockMs;
    if (isMotion(motion)) options.onActive(next.wallClockMs);
    if (looking) {
      if (waiting !== undefined) dropped += 1;
      wait({ frame: next, motion });
    } else see({ frame: next, motion });
  }

  function glimpse(next: Frame): void {
    const motion = comes(next);
    if (motion === null) return;
    next.release?.();
    if (isMotion(motion)) {
      // A frame of this very time is to follow.
      options.onActive(next.wallClockMs);
      return;
    }
    lastFrameMs = next.wallClockMs;
    // Signals wait for a frame to go with them.
    if (looking || signals.length > 0) return;
    const atMs = Math.max(next.wallClockMs, lastSceneMs);
    view.tracks = view.tracker.update([], atMs, []);
    judge(atMs, { tracks: view.tracks, ended: view.tracker.ended, motion }, { frame: null, model: detector.model });
  }

  function wantsFrame(atMs: number): boolean {
    if (detector.model === null) return false;
    const { lively, still } = followed(atMs);
    return atMs - view.wholeAtMs >= options.heartbeatMs || lively.length > 0 || still.length > 0;
  }

  /** In place of the one that waits. */
  function wait(next: Waiting | undefined): void {
    waiting?.frame.release?.();
    waiting = next;
  }

  function see(next: Waiting): void {
    const atMs = Math.max(next.frame.wallClockMs, lastSceneMs);
    const { model } = detector;
    const places = model === null ? null : placesOf(next, atMs);
    if (model === null || places === null) {
      tell(next, atMs, view.tracker.update([], atMs, []), model);
      return;
    }
    looking = true;
    const seen = view;
    look(next, places, model)
      .catch((error: unknown) => {
        log.error({ camera: cameraId, err: error }, 'a picture could not be looked at');
        return null;
      })
      .then((found) => {
        looking = false;
        if (closed) return;
        // Steered meanwhile: what was seen is of another place.
        if (seen === view) followUp(next, atMs, found, model);
        else next.frame.release?.();
        const after = waiting;
        waiting = undefined;
        if (after !== undefined) see(after);
      })
      .catch((error: unknown) => log.error({ camera: cameraId, err: error }, 'a look could not be followed up'));
  }

  interface Found {
    readonly detections: readonly Detection[];
    readonly looked: Box;
    readonly isWhole: boolean;
  }

  async function look({ frame }: Waiting, places: Places, model: DetectorModel): Promise<Found | null> {
    const window = windowFor(frame, model, places.boxes);
    const isWhole = window.width === frame.width && window.height === frame.height;
    const seen = await inTime(
      detector.look(cameraId, pictureFor(frame, window, model), places.isUrgent ? urgency : CAN_WAIT),
    );
    if (seen === null) return null;
    const detections = seen
      .filter(({ box }) => !isCutOff(box, window, frame))
      .map((detection) => ({ ...detection, box: inWhole(detection.box, window, frame) }))
      .filter(({ box }) => !isMasked(masks, [box.left + box.width / 2, Math.min(0.999, box.top + box.height)]));
    return { detections, looked: inWhole(ALL, window, frame), isWhole };
  }

  /** The detector ends looks by itself; this is for one that does not. */
  function inTime(asked: Promise<readonly Detection[] | null>): Promise<readonly Detection[] | null> {
    return new Promise((resolve) => {
      const cancel = clock.after(LOOK_MS, () => resolve(null));
      void asked
        .catch((error: unknown) => {
          log.warn({ camera: cameraId, reason: messageOf(error) }, 'a picture could not be looked at');
          return null;
        })
        .then((seen) => {
          cancel();
          resolve(seen);
        });
    });
  }

  function followUp(next: Waiting, atMs: number, found: Found | null, model: DetectorModel): void {
    if (found === null) {
      tell(next, atMs, view.tracker.update([], atMs, []), model);
      return;
    }
    const tracks = view.tracker.update(found.detections, atMs, [found.looked]);
    if (found.isWhole) {
      view.wholeAtMs = atMs;
      view.stillAtMs = atMs;
      wholeLookMs = clock.monotonic();
    }
    view.unsure = found.detections
      .filter(({ score }) => score >= TRACKER_DEFAULTS.sure)
      .filter(({ box }) => !tracks.some((track) => overlap(sidesOf(track.box), sidesOf(box)) > SAME))
      .map(({ box }) => box);
    tell(next, atMs, tracks, model);
  }

  function tell({ frame, motion }: Waiting, atMs: number, tracks: readonly Track[], model: DetectorModel | null): void {
    view.tracks = tracks;
    if (followed(atMs).lively.length > 0) options.onActive(atMs);
    const isKept = judge(atMs, { tracks, ended: view.tracker.ended, motion }, { frame, model });
    if (!isKept) frame.release?.();
  }

  /** Whether somebody was given the picture. */
  function judge(
    atMs: number,
    { tracks, ended, motion }: { tracks: readonly Track[]; ended: readonly Track[]; motion: Motion | null },
    { frame, model }: { frame: Frame | null; model: DetectorModel | null },
  ): boolean {
    lastSceneMs = atMs;
    view.paths.note(tracks, []);
    const scene = { atMs, tracks, ended, motion, signals };
    signals = [];
    cancelSignals?.();
    cancelSignals = undefined;
    let isKept = false;
    try {
      const hits = view.rules.look(scene);
      for (const hit of hits) {
        const { track } = hit;
        const trackId = track === null ? null : `${view.id}-${track.id}`;
        const path = track === null ? [] : view.paths.of(track);
        isKept = true;
        listener.hit({ cameraId, hit, trackId, path, frame, model: track === null ? null : (model?.name ?? null) });
      }
      listener.scene(cameraId, scene, view.rules.crossings);
    } catch (error) {
      log.error({ camera: cameraId, err: error }, 'the rules of a camera failed');
    }
    view.paths.note([], ended);
    return isKept;
  }

  /** No picture came to go with the signals: they are told without one. */
  function judgeSignals(): void {
    cancelSignals = undefined;
    if (closed || signals.length === 0) return;
    if (looking) {
      cancelSignals = clock.after(SIGNAL_MS, judgeSignals);
      return;
    }
    const newestMs = Math.max(...signals.map((signal) => signal.atMs));
    if (newestMs < lastSceneMs - SET_BACK_MS && clock.monotonic() - frameCameMs > SET_BACK_MS) {
      forgetView();
      lastSceneMs = 0;
    }
    const atMs = Math.max(lastSceneMs, newestMs);
    const tracks = view.tracks.map((track) => ({ ...track, seen: false }));
    judge(atMs, { tracks, ended: [], motion: null }, { frame: null, model: null });
  }

  function forgetView(): void {
    view = newView();
    wait(undefined);
  }

  return {
    frame,
    glimpse,
    wantsFrame,
    signal(signal) {
      if (closed || signals.length >= MOST_SIGNALS) return;
      signals.push(signal);
      cancelSignals ??= clock.after(SIGNAL_MS, judgeSignals);
    },
    setRules(next) {
      rules = next;
      if (view.rules.change !== undefined) view.rules.change(next);
      else view = { ...view, rules: options.createRules(next) };
    },
    setMasks(next) {
      if (JSON.stringify(next) === JSON.stringify(masks)) return;
      masks = next;
      view.gate = undefined;
    },
    setUrgency(next) {
      urgency = next;
    },
    forgetView,
    figures() {
      const flows = clock.monotonic() - frameCameMs < 2 * options.heartbeatMs;
      const age =
        wholeLookMs === undefined || detector.model === null || !flows ? null : clock.monotonic() - wholeLookMs;
      return { frames, dropped, heartbeatAgeMs: age };
    },
    close() {
      closed = true;
      wait(undefined);
      cancelSignals?.();
    },
  };
}

const ALL: Box = { left: 0, top: 0, width: 1, height: 1 };

/** Not at rest, and not lost for so long that it need not be looked for any more. */
const isMoving = ({ stationarySinceMs, seenMs }: Track, atMs: number): boolean =>
  stationarySinceMs === null && atMs - seenMs <= 2 * TRACKER_DEFAULTS.lostMs;

const isMotion = ({ regions, allChanged }: Motion): boolean => regions.length > 0 || allChanged;

const touch = (a: Box, b: Box): boolean =>
  a.left < b.left + b.width && b.left < a.left + a.width && a.top < b.top + b.height && b.top < a.top + a.height;

const isInPicture = (box: Box): boolean => touch(ALL, box);
