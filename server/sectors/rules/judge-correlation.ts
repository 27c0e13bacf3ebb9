import { metresBetween } from '#base/geo';
import type { SectorEventView } from '#contracts/sector-events';
import { isRestricted } from '../events/event-journal.ts';
import { type CorrelationRule, clusterAround } from './correlation.ts';
import { type JudgeDeps, keyOf } from './judge.ts';
import { CALM, type RuleState, sectorOfRule } from './rule-store.ts';
import { clusterTitle } from './rule-words.ts';

const MOST_RECENT = 2000;

/** Opens an event where what has just happened makes a cluster, or lets the one that is there grow. */
export async function judgeCorrelation(
  rule: CorrelationRule,
  event: SectorEventView,
  { clock, events, states, catalogue }: JudgeDeps,
): Promise<void> {
  const windowMs = rule.withinMinutes * 60_000;
  const sectors = [...new Set(rule.types.map((type) => type.split('.')[0] ?? ''))];
  const recent = await events.since(sectors, clock.now() - windowMs, MOST_RECENT);
  const cluster = clusterAround(rule, event, recent);
  if (cluster === undefined) return;
  // One that is told of already grows: it is not another one.
  const known = states.of(rule.id).find(([subject, { pendingMs }]) => {
    const [latitude = 0, longitude = 0] = subject.split(',').map(Number);
    const fresh = (pendingMs ?? 0) > clock.now() - windowMs;
    return fresh && metresBetween({ latitude, longitude }, cluster.place) <= rule.withinMetres;
  });
  const subject = known?.[0] ?? `${cluster.place.latitude.toFixed(5)},${cluster.place.longitude.toFixed(5)}`;
  const state: RuleState = { band: 'critical', pending: null, pendingMs: Math.round(clock.now()) };
  await states.set(rule.id, subject, state);
  const sector = sectorOfRule(rule);
  await events.open({
    ...{ key: keyOf(rule.id, subject), sector, type: rule.raises ?? 'rule.correlation', severity: 'severe' },
    title: clusterTitle(rule.name, cluster.events.length),
    detail: cluster.events
      .slice(0, 50)
      // Whoever reads this may not be of those whom what is restricted is for.
      .map((one) => (isRestricted(one, catalogue) ? `#${one.number}` : `#${one.number} ${one.title.vi}`))
      .join('\n'),
    ...{ certainty: 'likely', urgency: 'immediate', occurredMs: event.occurredMs, value: cluster.events.length },
    place: { ...cluster.place, name: isRestricted(event, catalogue) ? '' : (event.place?.name ?? '') },
    ...{ areaCode: event.areaCode, source: { kind: 'rule', id: rule.id } },
    cameraIds: cluster.events.flatMap(({ cameraIds }) => cameraIds),
    synthetic: cluster.events.every(({ synthetic }) => synthetic),
    expiresMs: Math.round(clock.now() + windowMs),
  });
  for (const [old, { pendingMs }] of states.of(rule.id)) {
    if ((pendingMs ?? 0) <= clock.now() - windowMs) await states.set(rule.id, old, CALM);
  }
}
