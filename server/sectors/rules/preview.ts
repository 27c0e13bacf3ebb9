import { setImmediate as breathe } from 'node:timers/promises';
import { Fault } from '#base/errors';
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
import { revisionsIn } from './preview-revision.ts';
import { CALM, sectorOfRule, sectorsOfRule } from './rule-store.ts';
import { measureOf, periodsBefore, stepOf, type ThresholdRule } from './threshold.ts';

/** How far back a rule is tried, ms. */
const RANGE_MS = 30 * ABOUT_MS.day;
/** Periods of one answer of a history, which keeps their own length up to 2,000. */
const PERIODS_AT_ONCE = 1900;
const MOST_EVENTS = 2000;
const MOST_NEWEST = 10;
/** Points, and events, after which others have their turn: a minute's values of 30 days are seconds of work. */
const POINTS_AT_ONCE = 100;
const EVENTS_AT_ONCE = 50;
/** Tries that wait for the one that runs. */
const MOST_WAITING = 4;

export interface RulePreviewDeps {
  readonly clock: { now(): number };
  readonly catalogue: Pick<Catalogue, 'indicator' | 'sector'>;
  readonly places: Pick<Places, 'areas' | 'rootArea' | 'timeZone' | 'isDueDay'>;
  readonly figures: Pick<FigureService, 'history'>;
  readonly events: Pick<SectorEventDesk, 'since'>;
  readonly feeds: Pick<Feeds, 'feeds'>;
  readonly values: Pick<ScoreValues, 'revisions'>;
}

interface Found {
  readonly raised: Raised[];
  /** Since when it was looked. */
  readonly fromMs: number;
}

/**
 * What a rule would have told in the last 30 days, or as far back as there are not too many events; of values as they
 * are known now, one rule after the other, and it changes nothing. `null` where what is kept does not say, or is too much
 * to look through: communes whose values come by the minute. Rejects with `invalid` where the rule is about
 * nothing that there is, with `tooMany` where many are tried at once.
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
    for (const [at, { startMs, value, target, denominator }] of points.entries()) {
      if (at % POINTS_AT_ONCE === 0) await breathe();
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

  async function correlation(rule: CorrelationRule, fromMs: number): Promise<Found> {
    const newest = await events.since(sectorsOfRule(rule), fromMs, MOST_EVENTS);
    const found = newest.filter((event) => isOf(rule, event));
    const windowMs = rule.withinMinutes * 60_000;
    const clusters: { raised: Raised; lastMs: number; place: { latitude: number; longitude: number } }[] = [];
    const earlier: SectorEventView[] = [];
    for (const [at, event] of found.reverse().entries()) {
      if (at % EVENTS_AT_ONCE === 0) await breathe();
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
    const oldest = newest.length === MOST_EVENTS ? newest.at(-1) : undefined;
    return { fromMs: oldest?.openedMs ?? fromMs, raised: clusters.map(({ raised }) => raised) };
  }

  async function raisedBy(
    rule: SectorRule,
    indicator: Indicator | undefined,
    range: { readonly fromMs: number; readonly toMs: number },
  ): Promise<Found | null> {
    const { fromMs } = range;
    if (rule.kind === 'correlation') return correlation(rule, fromMs);
    if (indicator === undefined || catalogue.sector(sectorOfRule(rule)) === undefined) return null;
    if (rule.kind === 'threshold') {
      const raised = await threshold(rule, indicator, range.toMs);
      return raised === null ? null : { fromMs, raised };
    }
    const isSlow = indicator.level === 'province' || ABOUT_MS[indicator.cadence.every] >= ABOUT_MS.hour;
    if (!isSlow) return null;
    const raised =
      rule.kind === 'absence'
        ? await silencesIn(rule, indicator, range, deps)
        : await revisionsIn(rule, indicator, range, deps);
    return { fromMs, raised };
  }

  async function preview(rule: SectorRule): Promise<RulePreview | null> {
    const toMs = clock.now();
    const indicator = rule.kind === 'correlation' ? undefined : catalogue.indicator(rule.indicator);
    const found = await raisedBy(rule, indicator, { fromMs: toMs - RANGE_MS, toMs });
    if (found === null) return null;
    const { fromMs, raised } = found;
    const newest = raised.sort((a, b) => b.atMs - a.atMs).slice(0, MOST_NEWEST);
    return {
      ...{ fromMs, toMs, events: raised.length, critical: raised.filter(({ critical }) => critical).length },
      newest: newest.map(({ atMs, areaCode, value }) => ({ atMs, areaCode, value })),
    };
  }

  let running: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  return async (rule) => {
    guardRule(rule, catalogue);
    if (waiting >= MOST_WAITING)
      throw new Fault('tooMany', 'sectorRule.manyTries', 'many rules are being tried: wait a moment');
    waiting += 1;
    const done = running
      .then(() => preview(rule))
      .finally(() => {
        waiting -= 1;
      });
    running = done.catch(() => {});
    return done;
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
