import type { Clock } from '#base/clock';
import type { ProbedStream, ProbeResult } from '#contracts/camera';
import type { Fragment, FragmentSink, StillDecoder, StreamInfo, StreamRole } from '#contracts/media';
import { CameraFault } from './adapter.ts';

/** "Test before save", the same for all ways in: open each stream until its first picture, and make a still of it. */
export interface ProbeStream {
  readonly role: StreamRole;
  /** What to store; without credentials. */
  readonly reference: string;
  /** As `Adapter.run`: feeds the sink until aborted, rejects with `CameraFault`. */
  readonly open: (sink: FragmentSink, signal: AbortSignal) => Promise<void>;
}

export interface ProbeDeps {
  readonly stills: StillDecoder;
  readonly clock: Clock;
}

/** A camera's still for the form; wide enough to recognise what it sees. */
const SNAPSHOT_WIDTH = 960;
/** Part of the time that is kept for decoding the still. */
const STILL_MS = 1500;

/**
 * Opens all `streams` beside each other. Answers within `timeoutMs`, whatever the camera does; never rejects. A camera
 * of which one stream fails is not `ok`, and still shows what the others gave.
 */
export async function probeStreams(
  deps: ProbeDeps,
  streams: readonly ProbeStream[],
  request: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<ProbeResult> {
  const { clock } = deps;
  const startedMs = clock.monotonic();
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  const cancel = clock.after(Math.max(0, request.timeoutMs - STILL_MS), abort);
  request.signal.addEventListener('abort', abort, { once: true });
  if (request.signal.aborted) abort();
  try {
    const outcomes = await Promise.all(streams.map((stream) => firstPicture(stream, controller.signal)));
    const found = outcomes.flatMap((outcome) => (outcome instanceof CameraFault ? [] : [outcome]));
    const failed = outcomes.find((outcome) => outcome instanceof CameraFault);
    const [first] = found;
    const leftMs = request.timeoutMs - (clock.monotonic() - startedMs);
    const snapshot = first === undefined ? null : await snapshotOf(deps, first, leftMs);
    return {
      ...failedProbe(failed ?? null, clock.monotonic() - startedMs),
      streams: found.map(describe),
      snapshot,
    };
  } finally {
    cancel();
    request.signal.removeEventListener('abort', abort);
  }
}

/** A result without streams: `fault` says why, `null` that there is none. */
export function failedProbe(fault: CameraFault | null, elapsedMs: number): ProbeResult {
  return {
    ok: fault === null,
    fault: fault?.kind ?? null,
    detail: fault?.message ?? '',
    make: '',
    model: '',
    firmware: '',
    serial: '',
    streams: [],
    snapshot: null,
    clockOffsetMs: null,
    canPtz: false,
    elapsedMs: Math.round(elapsedMs),
  };
}

interface Found {
  readonly stream: ProbeStream;
  readonly info: StreamInfo;
  readonly fragment: Fragment;
}

async function firstPicture(stream: ProbeStream, signal: AbortSignal): Promise<Found | CameraFault> {
  const own = new AbortController();
  const abort = (): void => own.abort();
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  const seen: { info: StreamInfo | null; fragment: Fragment | null } = { info: null, fragment: null };
  const sink: FragmentSink = {
    info(info) {
      seen.info ??= info;
    },
    fragment(fragment) {
      if (seen.fragment !== null || !fragment.keyframe) return;
      seen.fragment = fragment;
      abort();
    },
  };
  try {
    await stream.open(sink, own.signal);
  } catch (error) {
    if (seen.fragment === null) {
      return error instanceof CameraFault ? error : new CameraFault('internal', 'the test failed', error);
    }
  } finally {
    signal.removeEventListener('abort', abort);
  }
  if (seen.info !== null && seen.fragment !== null) return { stream, info: seen.info, fragment: seen.fragment };
  return signal.aborted
    ? new CameraFault('timeout', `the ${stream.role} stream gave no picture in time`)
    : new CameraFault('noFrames', `the ${stream.role} stream ended before its first picture`);
}

function describe({ stream, info }: Found): ProbedStream {
  return {
    role: stream.role,
    reference: stream.reference,
    codec: info.video.codec,
    audioCodec: info.audio?.codec ?? null,
    width: info.video.width,
    height: info.video.height,
    frameRate: info.video.frameRate,
  };
}

/** A camera that works may be saved without its still. */
async function snapshotOf({ stills, clock }: ProbeDeps, { info, fragment }: Found, leftMs: number) {
  let cancel: () => void = () => {};
  const late = new Promise<null>((resolve) => {
    cancel = clock.after(Math.max(0, leftMs), () => resolve(null));
  });
  try {
    const jpeg = stills.jpeg(info, fragment, SNAPSHOT_WIDTH).catch(() => null);
    const bytes = await Promise.race([jpeg, late]);
    return bytes === null ? null : Buffer.from(bytes).toString('base64');
  } finally {
    cancel();
  }
}
