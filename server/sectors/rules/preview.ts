import { metresBetween } from '#base/geo';
import type { RulePreview, SectorEventView, SectorRule } from '#contracts/sector-events';
import type { FigureHistory, Indicator, Period } from '#contracts/sectors';
import type { SectorEventDesk } from '../events/sector-events.ts';
import type { FigureService } from '../figures/figures.ts';
import type { Catalogue, Feeds, Places } from '../interfaces.ts';
import type { ScoreValues } from '../observations/score-values.ts';
import { ABOUT_MS, periodOf } from '../periods.ts';
import { type CorrelationRule, clusterAround, isOf } from './correlation.ts';
import { guardRule } from './guard-rule.ts';
import { type Raised, silencesIn } from './preview-absence.ts';
import { CALM, sectorOfRule } from './rule-store.ts';
import { measureOf, periodsBefore, stepOf, type ThresholdRule } from './threshold.ts';

/** How far back a rule is tried, ms. */
const RANGE_MS = 30 * ABOUT_MS.day;
/** Periods of one answer of a history, which keeps their own length up to 2,000. */
const PERIODS_AT_ONCE = 1900;
const MOST_EVENTS = 2000;
const MOST_NEWEST = 10;

export interface RulePreviewDeps {
  readonly clock: { now(): number };
  readonly catalogue: Pick<Catalogue, 'indicator' | 'sector'>;
  readonly places: Pick<Places, 'areas' | 'rootArea' | 'timeZone' | 'isDueDay'>;
  readonly figures: Pick<FigureService, 'history'>;
  readonly events: Pick<SectorEventDesk, 'since'>;
  readonly feeds: Pick<Feeds, 'feeds'>;
  readonly values: Pick<ScoreValues, 'revisions'>;
}

/**
 * What a rule would have told in the last 30 days, of values as they are known now; it changes nothing. `null` where
 * what is kept does not say, or is too much to look through: communes whose values come by the minute, revisions.
 * Rejects with `invalid` where the rule is about nothing that there is.
 */
export function createRulePreview(deps: RulePreviewDeps): (rule: SectorRule) => Promise<RulePreview | null> {
  const { clock, catalogue, places, events } = deps;

  async function threshold(rule: ThresholdRule, indicator: Indicator, toMs: number): Promise<Raised[] | null> {
    if (rule.level === 'province') return raisedIn(rule, indicator, places.rootArea(), toMs);
    if (ABOUT_MS[indicator.cadence.every] < ABOUT_MS.hour) return null;
    const found: Raised[] = [];
    for (const { code, level, validToMs } of places.areas()) {
      if (level === 'commune' && validToMs === null) found.push(...(await raisedIn(rule, indicator, code, toMs)));
    }
    return found;
  }

  async function raisedIn(rule: ThresholdRule, indicator: Indicator, areaCode: string, toMs: number) {
    const zone = places.timeZone;
    const first = periodOf(indicator.cadence, toMs - RANGE_MS, zone);
    const [oldest = first] = [...periodsBefore(rule, indicator, first, zone)].sort((a, b) => a.startMs - b.startMs);
    const points = await valuesFrom(deps.figures, indicator, areaCode, { startMs: oldest.startMs, endMs: toMs });
    const before = new Map(points.flatMap(({ startMs, value }) => (value === null ? [] : [[startMs, value] as const])));
    const raised: Raised[] = [];
    let state = CALM;
    for (const { startMs, value, target, denominator } of points) {
      if (startMs < first.startMs || value === null) continue;
      const period = periodOf(indicator.cadence, startMs, zone);
      const held = heldAgainst(before, periodsBefore(rule, indicator, period, zone));
      const figure = { value, target, period, denominator };
      const measure = measureOf(rule, figure, { indicator, before: held, zone });
      if (measure === null) continue;
      const next = stepOf(rule, state, measure, period.endMs);
      if (state.band === 'normal' && next.band !== 'normal') {
        raised.push({ atMs: period.endMs, areaCode, value, critical: next.band === 'critical' });
      } else if (next.band === 'critical' && state.band !== 'critical') {
        const last = raised.pop();
        if (last !== undefined) raised.push({ ...last, critical: true });
      }
      state = next;
    }
    return raised;
  }

  async function correlation(rule: CorrelationRule, fromMs: number): Promise<Raised[]> {
    const sectors = [...new Set(rule.types.map((type) => type.split('.')[0] ?? ''))];
    const found = (await events.since(sectors, fromMs, MOST_EVENTS)).filter((event) => isOf(rule, event));
    const windowMs = rule.withinMinutes * 60_000;
    const clusters: { raised: Raised; lastMs: number; place: { latitude: number; longitude: number } }[] = [];
    const earlier: SectorEventView[] = [];
    for (const event of found.reverse()) {
      earlier.push(event);
      const cluster = clusterAround(rule, event, earlier);
      if (cluster === undefined) continue;
      const known = clusters.find(
        ({ lastMs, place }) =>
          event.occurredMs - lastMs <= windowMs && metresBetween(place, cluster.place) <= rule.withinMetres,
      );
      if (known !== undefined) known.lastMs = event.occurredMs;
      else {
        const { occurredMs: atMs, areaCode } = event;
        const raised = { atMs, areaCode, value: cluster.events.length, critical: true };
        clusters.push({ raised, lastMs: atMs, place: cluster.place });
      }
    }
    return clusters.map(({ raised }) => raised);
  }

  async function raisedBy(
    rule: SectorRule,
    indicator: Indicator | undefined,
    range: { readonly fromMs: number; readonly toMs: number },
  ): Promise<Raised[] | null> {
    if (rule.kind === 'correlation') return correlation(rule, range.fromMs);
    if (indicator === undefined || catalogue.sector(sectorOfRule(rule)) === undefined) return null;
    if (rule.kind === 'threshold') return threshold(rule, indicator, range.toMs);
    const isSlow = indicator.level === 'province' || ABOUT_MS[indicator.cadence.every] >= ABOUT_MS.hour;
    return rule.kind === 'absence' && isSlow ? silencesIn(rule, indicator, range, deps) : null;
  }

  return async (rule) => {
    guardRule(rule, catalogue);
    const toMs = clock.now();
    const fromMs = toMs - RANGE_MS;
    const indicator = rule.kind === 'correlation' ? undefined : catalogue.indicator(rule.indicator);
    const raised = await raisedBy(rule, indicator, { fromMs, toMs });
    if (raised === null) return null;
    const newest = raised.sort((a, b) => b.atMs - a.atMs).slice(0, MOST_NEWEST);
    return {
      ...{ fromMs, toMs, events: raised.length, critical: raised.filter(({ critical }) => critical).length },
      newest: newest.map(({ atMs, areaCode, value }) => ({ atMs, areaCode, value })),
    };
  };
}

/** Of each period by itself: in pieces that a history does not make coarser. */
async function valuesFrom(
  figures: Pick<FigureService, 'history'>,
  { code, cadence }: Indicator,
  areaCode: string,
  { startMs, endMs }: Period,
): Promise<FigureHistory['points'][number][]> {
  const points: FigureHistory['points'][number][] = [];
  const stepMs = PERIODS_AT_ONCE * ABOUT_MS[cadence.every];
  for (let fromMs = startMs; fromMs < endMs; fromMs += stepMs) {
    const toMs = Math.min(endMs, fromMs + stepMs);
    points.push(...(await figures.history({ indicator: code, areaCode, fromMs, toMs })).points);
  }
  return points;
}

function heldAgainst(values: ReadonlyMap<number, number>, periods: readonly Period[]): ReadonlyMap<number, number> {
  return new Map(
    periods.flatMap(({ startMs }) => {
      const value = values.get(startMs);
      return value === undefined ? [] : [[startMs, value] as const];
    }),
  );
}
