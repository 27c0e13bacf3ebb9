import { type Clock, wait } from '#base/clock';
import { messageOf } from '#base/errors';
import type { Logger } from '#base/log';
import { backOff } from '#base/retry';
import type { CameraFaultKind, CameraSource, StreamState, StreamStatus, StreamWay } from '#contracts/camera';
import type { FragmentSink, StreamInfo, StreamKey } from '#contracts/media';
import type { CamerasConfig } from '../config/schema.ts';
import { type Adapter, type CameraCredentials, CameraFault } from './adapter.ts';
import { createRateMeter } from './rate-meter.ts';

/** Keeps one stream open: attempt after attempt, each with a bound for its first and for every next frame. */
export interface StreamKeeper {
  readonly key: StreamKey;
  /** Opens what is closed; nothing for a stream that is open. */
  open(): void;
  /** Ends the attempt and the waiting. Resolves when nothing is left; `state` is what the stream is then. */
  close(state: 'idle' | 'disabled'): Promise<void>;
  /** Ends the attempt or the waiting, and dials again at once. Nothing for a closed stream. */
  restart(): void;
  status(): StreamStatus;
}

export interface StreamKeeperDeps {
  readonly key: StreamKey;
  readonly adapter: Adapter;
  /** Asked at each attempt, so that a change counts from the next one. */
  readonly camera: () => { readonly source: CameraSource; readonly credentials: CameraCredentials };
  /** Asked at each attempt. */
  readonly sink: () => FragmentSink;
  /** Resolves when this stream may dial: not all of them in the same moment. */
  readonly turn: (signal: AbortSignal) => Promise<void>;
  readonly config: CamerasConfig;
  readonly clock: Clock;
  readonly log: Logger;
  readonly onStatus: (status: StreamStatus, previous: StreamStatus) => void;
}

/** A stream that held this long starts its back-off anew; one that flaps does not. */
const SETTLED_MS = 10_000;
/** An adapter that does not end within this after it was told to is given up, and said so. */
const ABANDON_MS = 10_000;
/** Another try changes nothing soon, and cameras lock an account after a few wrong passwords. */
const SLOW_FAULTS: ReadonlySet<CameraFaultKind> = new Set([
  'unauthorised',
  'refusedAddress',
  'unsupportedCodec',
  'waitingForPublisher',
]);

interface Standing {
  state: StreamState;
  fault: CameraFaultKind | null;
  detail: string;
  sinceMs: number;
}

export function createStreamKeeper(deps: StreamKeeperDeps): StreamKeeper {
  const { key, adapter, config, clock } = deps;
  const log = deps.log.child({ camera: key.cameraId, stream: key.role });
  const retry = backOff({ firstMs: config.reconnectFirstMs, maxMs: config.reconnectMaxMs });
  const slowRetry = backOff({ firstMs: config.reconnectMaxMs, maxMs: config.reconnectMaxMs });
  const meter = createRateMeter(clock);

  let standing: Standing = { state: 'idle', fault: null, detail: '', sinceMs: clock.now() };
  let info: StreamInfo | null = null;
  let lastFrameMs: number | null = null;
  let way: StreamWay | null = null;
  let clockOffsetMs: number | null = null;
  let starts = 0;
  /** Rise over all attempts, so that the hub never sees a number twice. */
  let generation = 0;
  let sequence = 0;

  /** Set while the stream is open; `close` aborts it. */
  let life: AbortController | undefined;
  let ended: Promise<void> = Promise.resolve();
  /** The attempt, or the wait for the next one; `restart` and `close` abort it. */
  let step = new AbortController();

  function status(): StreamStatus {
    const live = standing.state === 'live';
    const measured = live ? meter.read() : { bitrate: null, frameRate: null };
    return {
      role: key.role,
      ...standing,
      lastFrameMs,
      starts,
      codec: info?.video.codec ?? null,
      audioCodec: info?.audio?.codec ?? null,
      width: info?.video.width ?? null,
      height: info?.video.height ?? null,
      frameRate: measured.frameRate ?? info?.video.frameRate ?? null,
      bitrate: measured.bitrate,
      way,
      clockOffsetMs,
    };
  }

  /** Runs `change` and tells the listener what was before and what is now. */
  function tell(change: () => void): void {
    const previous = status();
    change();
    deps.onStatus(status(), previous);
  }

  function become(state: StreamState, fault: CameraFaultKind | null, detail: string): void {
    const same = standing.state === state && standing.fault === fault;
    if (same) standing.detail = detail;
    else
      tell(() => {
        standing = { state, fault, detail, sinceMs: clock.now() };
      });
  }

  /** Decided before the first picture, which is told. */
  function onWay(next: StreamWay): void {
    way = next;
  }

  /** Told on when it is known at all, not each time that it moves. */
  function onClock(offsetMs: number): void {
    if (clockOffsetMs !== null) clockOffsetMs = offsetMs;
    else
      tell(() => {
        clockOffsetMs = offsetMs;
      });
  }

  async function keep(alive: AbortSignal): Promise<void> {
    while (!alive.aborted) {
      step = new AbortController();
      const { signal } = step;
      await deps.turn(signal);
      if (alive.aborted) return;
      if (signal.aborted) continue;
      become('connecting', standing.fault, standing.detail);
      starts += 1;
      const fault = await attempt(signal);
      if (alive.aborted) return;
      if (fault === null) continue;
      const delayMs = (SLOW_FAULTS.has(fault.kind) ? slowRetry : retry).next();
      log.warn({ fault: fault.kind, delayMs }, fault.message);
      become('down', fault.kind, fault.message);
      await wait(clock, delayMs, signal);
    }
  }

  /** One run of the adapter. `null` when it was told to end. */
  async function attempt(told: AbortSignal): Promise<CameraFault | null> {
    const controller = new AbortController();
    const passOn = (): void => controller.abort();
    told.addEventListener('abort', passOn, { once: true });
    const verdict: { fault: CameraFault | null } = { fault: null };
    let cancel: () => void = () => {};
    let open = true;
    let liveSince: number | null = null;
    let lastArrival = clock.monotonic();
    const paceMs = adapter.paceMs?.(deps.camera().source) ?? 0;

    /** One timer for each stream that looks at the last frame, instead of one set again by each frame. */
    function watch(): void {
      const limitMs = liveSince === null ? config.dialTimeoutMs : config.livenessMs + paceMs;
      const leftMs = lastArrival + limitMs - clock.monotonic();
      if (leftMs > 0) {
        cancel = clock.after(leftMs, watch);
        return;
      }
      const seconds = Math.round(limitMs / 1000);
      verdict.fault =
        liveSince === null
          ? new CameraFault('timeout', `no picture within ${seconds} s of dialling`)
          : new CameraFault('noFrames', `no picture for ${seconds} s`);
      controller.abort();
    }

    const target = deps.sink();
    const sink: FragmentSink = {
      info(next) {
        if (!open || controller.signal.aborted) return;
        generation += 1;
        const numbered = { ...next, generation };
        target.info(numbered);
        if (liveSince === null) info = numbered;
        else
          tell(() => {
            info = numbered;
          });
      },
      fragment(fragment) {
        if (!open || controller.signal.aborted) return;
        sequence += 1;
        lastArrival = clock.monotonic();
        lastFrameMs = fragment.wallClockMs;
        meter.add(fragment.bytes.length, fragment.pictures ?? 0);
        target.fragment({ ...fragment, generation, sequence });
        if (liveSince !== null) return;
        liveSince = lastArrival;
        cancel();
        watch();
        become('live', null, '');
      },
    };

    meter.reset();
    watch();
    try {
      const { source, credentials } = deps.camera();
      const run = adapter.run({ ...key, source, credentials, sink, signal: controller.signal, onWay, onClock });
      await endOf(run, controller.signal);
      if (told.aborted) return null;
      return verdict.fault ?? new CameraFault('ended', 'the camera ended the stream');
    } catch (error) {
      if (told.aborted) return null;
      if (verdict.fault !== null) return verdict.fault;
      if (error instanceof CameraFault) return error;
      log.error({ err: error }, 'an adapter failed in a way of its own');
      return new CameraFault('internal', messageOf(error), error);
    } finally {
      open = false;
      cancel();
      told.removeEventListener('abort', passOn);
      if (liveSince !== null && clock.monotonic() - liveSince >= SETTLED_MS) retry.reset();
    }
  }

  /** Settles as `run` does, but not later than `ABANDON_MS` after the abort. */
  async function endOf(run: Promise<void>, signal: AbortSignal): Promise<void> {
    let cancel: () => void = () => {};
    let giveUp: () => void = () => {};
    const abandoned = new Promise<'abandoned'>((resolve) => {
      giveUp = () => {
        cancel = clock.after(ABANDON_MS, () => resolve('abandoned'));
      };
      signal.addEventListener('abort', giveUp, { once: true });
    });
    try {
      const outcome = await Promise.race([run, abandoned]);
      if (outcome === 'abandoned') log.error('an adapter did not end when it was told to');
    } finally {
      cancel();
      signal.removeEventListener('abort', giveUp);
      // Of an adapter that was given up nobody else hears.
      run.catch(() => {});
    }
  }

  return {
    key,
    status,
    open() {
      if (life !== undefined) return;
      const mine = new AbortController();
      life = mine;
      // A stream that is opened again while its last attempt still ends waits for that: one pull per stream.
      ended = ended.then(() => keep(mine.signal));
    },
    async close(state) {
      life?.abort();
      life = undefined;
      step.abort();
      become(state, null, '');
      await ended;
      if (life === undefined) become(state, null, '');
    },
    restart() {
      if (life === undefined) return;
      retry.reset();
      step.abort();
    },
  };
}
