import { metresBetween } from '#base/geo';
import type { SectorEventView, SectorRule } from '#contracts/sector-events';

export type CorrelationRule = Extract<SectorRule, { kind: 'correlation' }>;
type Placed = SectorEventView & { readonly place: NonNullable<SectorEventView['place']> };

/** What the rule found itself is never one of its own. */
export function isOf(rule: CorrelationRule, event: Pick<SectorEventView, 'sector' | 'type' | 'source'>): boolean {
  if (event.source.kind === 'rule' && event.source.id === rule.id) return false;
  return rule.types.some((type) => type === `${event.sector}.${event.type}` || type === `${event.sector}.*`);
}

export interface Cluster {
  readonly events: readonly Placed[];
  /** Their middle. */
  readonly place: { readonly latitude: number; readonly longitude: number };
}

/** What happened within the time and distance of a new event, with it; `undefined` where that is no cluster. */
export function clusterAround(
  rule: CorrelationRule,
  event: SectorEventView,
  recent: readonly SectorEventView[],
): Cluster | undefined {
  const { place } = event;
  if (place === null || !isOf(rule, event)) return undefined;
  const near = recent.filter((other): other is Placed => {
    if (other.place === null || !isOf(rule, other)) return false;
    if (Math.abs(other.occurredMs - event.occurredMs) > rule.withinMinutes * 60_000) return false;
    return metresBetween(other.place, place) <= rule.withinMetres;
  });
  const types = new Set(near.map(({ sector, type }) => `${sector}.${type}`));
  if (near.length < rule.least || types.size < rule.leastTypes) return undefined;
  const sum = near.reduce(
    (all, one) => ({ latitude: all.latitude + one.place.latitude, longitude: all.longitude + one.place.longitude }),
    { latitude: 0, longitude: 0 },
  );
  const middle = { latitude: sum.latitude / near.length, longitude: sum.longitude / near.length };
  return { events: near, place: middle };
}
