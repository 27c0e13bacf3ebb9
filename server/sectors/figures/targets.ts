import type { Target } from '#contracts/sectors';

/** What a value should be at a moment, by the target with the shortest period around it; `null` where there is none. */
export function targetAt(targets: readonly Target[], atMs: number): number | null {
  const around = targets.filter(({ periodStartMs, periodEndMs }) => periodStartMs < atMs && atMs <= periodEndMs);
  const [first, ...others] = around;
  if (first === undefined) return null;
  const length = (target: Target): number => target.periodEndMs - target.periodStartMs;
  const target = others.reduce((best, one) => (length(one) < length(best) ? one : best), first);
  if (target.course === 'flat') return target.value;
  return target.value * ((atMs - target.periodStartMs) / length(target));
}
