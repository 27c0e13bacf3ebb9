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

/**
 * A scene as a rule gets it: of tracks that concern it, and with one number for each object, which stays when the tracker
 * lost it and found it again. Times are of a clock that stands still while no pictures come.
 */
export interface WatchedScene extends Scene {
  /** It does not go on from the scene before: the first, or the first after a pause. */
  readonly resumed: boolean;
}

/** A rule that watches one camera; remembers what it has told. Of an object nothing need be kept once it is in `ended`. */
export interface RuleWatch {
  look(scene: WatchedScene): readonly Hit[];
}

/** All rules of a camera. */
export interface CameraRules {
  /**
   * What held with this scene; the filters of each rule (classes, score, size, hours, cooldown) are behind it. Wants a
   * scene for each picture, also where nothing is in it: ten seconds without one are a pause, of which nobody knows what
   * was in it.
   */
  look(scene: Scene): readonly RuleHit[];
  /** Every crossing of a line, whatever its rule's direction, hours and cooldown, of the last scene. */
  readonly crossings: readonly Crossing[];
}

export interface ChangeableRules extends CameraRules {
  /** These rules from now on. Those that look for what they looked for remember what they have told. */
  change(rules: readonly Rule[]): void;
}

export interface Crossing {
  readonly ruleId: string;
  readonly label: string;
  readonly direction: 'forward' | 'backward';
  readonly atMs: number;
}
