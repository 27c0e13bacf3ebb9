import type { Rule } from '#contracts/rules';
import type { Motion } from '../motion/motion-gate.ts';
import type { Track } from '../tracker/tracker.ts';

/** What is known of a camera's picture at a moment: all that a rule may judge by. */
export interface Scene {
  /** ms since 1970, of the picture; never falls. */
  readonly atMs: number;
  /** All tracks that are sure, also those that are not seen now and may come back. */
  readonly tracks: readonly Track[];
  /** Tracks that ended with this picture. */
  readonly ended: readonly Track[];
  /** `null` where this picture was not asked for motion. */
  readonly motion: Motion | null;
  /** What the camera reported since the scene before, in its own words: `RuleEngine/CellMotionDetector/Motion`. */
  readonly signals: readonly CameraSignal[];
}

export interface CameraSignal {
  /** The topic without its namespaces. */
  readonly topic: string;
  readonly atMs: number;
}

/** A rule held. */
export interface Hit {
  /** The one it is about; `null` where it is about no single one. */
  readonly track: Track | null;
  /** How many, of a crowd. */
  readonly count?: number;
  readonly direction?: 'forward' | 'backward';
  readonly signal?: string;
}

export interface RuleHit extends Hit {
  readonly rule: Rule;
  readonly atMs: number;
}

/** A rule that watches one camera; remembers what it has told. */
export interface RuleWatch {
  look(scene: Scene): readonly Hit[];
}

/** All rules of a camera. */
export interface CameraRules {
  /** What held with this scene; the filters of each rule (classes, score, size, hours, cooldown) are behind it. */
  look(scene: Scene): readonly RuleHit[];
  /** Every crossing of a line, whatever the direction that its rule is about, of the last scene. */
  readonly crossings: readonly Crossing[];
}

export interface Crossing {
  readonly ruleId: string;
  readonly label: string;
  readonly direction: 'forward' | 'backward';
  readonly atMs: number;
}
