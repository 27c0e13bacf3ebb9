import type { Clock } from '#base/clock';

const DAY_MS = 86_400_000;

/**
 * The time in which invented departments live. Faster than ours, it begins some days ago and runs until it has caught up:
 * nobody can deliver what has not been yet. Counted from the first time that it is asked for.
 */
export function createLivedTime(
  clock: Pick<Clock, 'now'>,
  { speed, daysBack }: { readonly speed: number; readonly daysBack: number },
): () => number {
  let begun: number | undefined;
  return () => {
    const nowMs = clock.now();
    begun ??= nowMs;
    return speed <= 1 ? nowMs : Math.min(nowMs, begun - daysBack * DAY_MS + (nowMs - begun) * speed);
  };
}
