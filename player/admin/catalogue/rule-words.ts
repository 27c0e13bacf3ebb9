import type { SectorRule } from '#contracts/sector-events';

type Threshold = Extract<SectorRule, { kind: 'threshold' }>;
const SIGNS = { above: ['≥', '>'], below: ['<', '<'], both: ['±', '±'] } as const;

/** `≥ 100 / ≥ 500`: from where it warns, and from where it is critical. */
export function limitsOf({ side, strict, warn, critical }: Threshold, locale: string): string {
  const sign = SIGNS[side][strict ? 1 : 0];
  const text = (limit: number | null): string => (limit === null ? '–' : `${sign} ${limit.toLocaleString(locale)}`);
  return `${text(warn)} / ${text(critical)}`;
}
