import { isWithin } from '#base/hours';
import type { StreamRole } from '#contracts/media';
import type { RecordingPolicy } from '#contracts/recordings';

/** When a stream is recorded: always, never, or around an event, from `fromMs` to `untilMs` of the wall-clock. */
export type Plan =
  | { readonly kind: 'always' }
  | { readonly kind: 'never' }
  | { readonly kind: 'around'; readonly fromMs: number; readonly untilMs: number };

/** What happened at a camera last, as recording around events sees it. */
export interface Happening {
  /** Begin of what is kept: the first event less the pre-roll. */
  readonly fromMs: number;
  /** The last event and the post-roll. */
  readonly untilMs: number;
}

/** What a policy says of this moment. */
export function planOf(policy: RecordingPolicy, happening: Happening | undefined, nowMs: number): Plan {
  if (policy.mode === 'off') return { kind: 'never' };
  if (policy.mode === 'continuous') return { kind: 'always' };
  if (policy.mode === 'schedule' && isWithin(policy.hours, nowMs)) return { kind: 'always' };
  return happening === undefined ? { kind: 'never' } : { kind: 'around', ...happening };
}

/** Another event goes on with what is being recorded for the one before. */
export function happens(before: Happening | undefined, policy: RecordingPolicy, atMs: number): Happening {
  const fromMs = atMs - policy.preRollSeconds * 1000;
  const untilMs = atMs + policy.postRollSeconds * 1000;
  if (before === undefined || before.untilMs < fromMs) return { fromMs, untilMs };
  return { fromMs: Math.min(before.fromMs, fromMs), untilMs: Math.max(before.untilMs, untilMs) };
}

/** The same moments, on a calendar that was set on by so much. */
export function shifted<T extends Happening>(happening: T, stepMs: number): T {
  return { ...happening, fromMs: happening.fromMs + stepMs, untilMs: happening.untilMs + stepMs };
}

/** What is recorded of a camera that has these streams: one that lacks the stream asked for gives the one it has. */
export function rolesOf(streams: RecordingPolicy['streams'], has: readonly StreamRole[]): readonly StreamRole[] {
  const asked = has.filter((role) => streams === 'both' || streams === role);
  return asked.length > 0 ? asked : has.slice(0, 1);
}
