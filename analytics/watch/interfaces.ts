import type { CameraClass } from '#contracts/camera';
import type { Frame, StreamItem, StreamKey, StreamRole } from '#contracts/media';
import type { Rule } from '#contracts/rules';
import type { CameraRules, Crossing, RuleHit, Scene } from '../rules/rule.ts';
import type { MaskShape } from './masks.ts';

/** What watching needs of the parts beside it; `server/analytics-part.ts` hands over the real ones. */

/** A reader of a stream, which is demand for it. */
export interface WatchReader {
  /** `undefined` when `signal` aborts first. */
  next(signal: AbortSignal): Promise<StreamItem | undefined>;
  /** Fragments in memory that were not taken. */
  readonly behind: number;
  skipToNewestKey(): boolean;
  close(): void;
}

export interface WatchSource {
  read(key: StreamKey, how: { from: 'latestGroup' }): WatchReader;
}

/** A camera that may be watched. */
export interface WatchableCamera {
  readonly id: string;
  readonly class: CameraClass;
  /** Those that it has. */
  readonly roles: readonly StreamRole[];
  /** Another one, another view: what was learnt is forgotten. */
  readonly view: string;
  readonly masks: readonly MaskShape[];
}

export interface RuleSource {
  of(cameraId: string): readonly Rule[];
  onChanged(listener: (cameraId: string) => void): () => void;
}

/** `change`: other rules, what those that stay have told is remembered. Where it is absent, they begin anew. */
export type WatchRules = CameraRules & { change?(rules: readonly Rule[]): void };
export type CreateRules = (rules: readonly Rule[]) => WatchRules;

/** A hit, and what can be told with it. */
export interface SeenHit {
  readonly cameraId: string;
  readonly hit: RuleHit;
  /** The object, over all restarts; `null` where the hit is about no single one. */
  readonly trackId: string | null;
  /** Where it stood up to now, oldest first: x, y, ms since 1970. */
  readonly path: readonly (readonly [number, number, number])[];
  /** `null` where no picture was looked at: the camera's own signal. */
  readonly frame: Frame | null;
  /** Name of the model; `null` where nothing was recognised. */
  readonly model: string | null;
}

export interface WatchListener {
  hit(hit: SeenHit): void;
  /** Of every picture, also of those in which nothing happened. */
  scene(cameraId: string, scene: Scene, crossings: readonly Crossing[]): void;
}
