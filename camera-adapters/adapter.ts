import type { Clock } from '#base/clock';
import type { Logger } from '#base/log';
import type { CameraFaultKind, CameraKind, CameraSource, ProbeResult, StreamWay } from '#contracts/camera';
import type { PtzCommand, PtzPreset } from '#contracts/http';
import type { FragmentSink, StreamRole } from '#contracts/media';

/**
 * The contract of every way in. An adapter knows one dialect; it runs once, straight, and throws a `CameraFault` when
 * it ends. Liveness, back-off, states and restarts are the supervisor's, the same for all.
 */
export interface Adapter {
  readonly kind: CameraKind;

  /** The streams that a camera with this source has; decides what the supervisor may open. */
  roles(source: CameraSource): readonly StreamRole[];

  /**
   * Opens one stream and feeds `sink` until the camera ends it, `signal` aborts, or something fails. When the promise
   * settles, nothing is left: no process, no socket, no timer. Rejects with `CameraFault`; an abort resolves.
   */
  run(request: RunRequest): Promise<void>;

  /** Test before save: what is there, or why not, within `timeoutMs`. Never rejects for what the camera does. */
  probe(request: ProbeRequest): Promise<ProbeResult>;

  /** ms between two pictures where the source itself is slow (stills); liveness waits that much longer. */
  readonly paceMs?: (source: CameraSource) => number;

  /** The device's clock minus ours in ms; `null` where it does not tell. Absent where the dialect has no clock. */
  readonly readClock?: (request: Omit<ProbeRequest, 'timeoutMs'>) => Promise<number | null>;

  /**
   * What the camera itself sees: tells `onSignal` until `signal` aborts, or rejects with `CameraFault` when the device
   * ends it, with `NoSignals` when it tells of nothing. Absent where the dialect has no such thing.
   */
  readonly signals?: (
    request: Omit<ProbeRequest, 'timeoutMs'>,
    onSignal: (signal: CameraSignal) => void,
  ) => Promise<void>;

  /** Pan, tilt, zoom; absent where the dialect has none. */
  readonly ptz?: PtzControl;
}

/** Something that a camera reported by itself, when it began. */
export interface CameraSignal {
  /** In the device's words, without namespaces, at most 120 characters: `RuleEngine/CellMotionDetector/Motion`. */
  readonly topic: string;
  /** ms since 1970 by our clock; never later than now. */
  readonly atMs: number;
}

/** What every adapter gets from the house. */
export interface AdapterContext {
  readonly log: Logger;
  readonly clock: Clock;
}

/** The camera as registered, with its secret. */
export interface CameraCredentials {
  readonly username: string;
  readonly password: string;
}

export interface RunRequest {
  readonly cameraId: string;
  readonly role: StreamRole;
  readonly source: CameraSource;
  readonly credentials: CameraCredentials;
  readonly sink: FragmentSink;
  readonly signal: AbortSignal;
  /** Told by whom the stream is read, where there is a choice; again where that changes. */
  readonly onWay?: (way: StreamWay) => void;
  /** Told the camera's clock minus ours in ms, where the stream itself tells it; again whenever it has moved. */
  readonly onClock?: (offsetMs: number) => void;
  /** Told of each picture that came and is not shown, as one that it builds on is missing. */
  readonly onSkipped?: () => void;
}

export interface ProbeRequest {
  readonly source: CameraSource;
  readonly credentials: CameraCredentials;
  /** ms; the answer comes within it. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export interface PtzControl {
  command(request: Omit<ProbeRequest, 'timeoutMs'>, command: PtzCommand): Promise<void>;
  presets(request: Omit<ProbeRequest, 'timeoutMs'>): Promise<readonly PtzPreset[]>;
}

/** Why a camera gives no picture; `message` is in English, in the device's own words where it has some, no secrets. */
export class CameraFault extends Error {
  readonly kind: CameraFaultKind;
  constructor(kind: CameraFaultKind, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'CameraFault';
    this.kind = kind;
  }
}

/** The device has no way to tell what it sees; asking again soon changes nothing. */
export class NoSignals extends CameraFault {
  constructor() {
    super('internal', 'the device does not tell what it sees');
    this.name = 'NoSignals';
  }
}
