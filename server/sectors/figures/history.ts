import { setImmediate as breathe } from 'node:timers/promises';
import { Fault } from '#base/errors';
import { CADENCES, type Every, type FigureHistory, type Indicator, type Target } from '#contracts/sectors';
import { ABOUT_MS, periodsBetween } from '../periods.ts';
import { amountOver, leavesOf } from './amounts.ts';
import type { Loader } from './loader.ts';
import { createReadings } from './readings.ts';
import { targetAt } from './targets.ts';
import type { View } from './view.ts';

export interface HistoryRange {
  readonly indicator: string;
  readonly areaCode: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Points of an answer. */
const MOST_POINTS = 2000;
/** Delivered periods, of all parts together, that may go into one answer: a minute's values of two months and more. */
const MOST_READ = 120_000;
/** Periods read at once: live video waits while the database is read. */
const READ_AT_ONCE = 150;
const RECKONED_AT_ONCE = 100;

export function createHistory(deps: {
  readonly timeZone: () => string;
  readonly view: () => Promise<View>;
  readonly loader: () => Promise<Loader>;
  readonly indicatorOf: (code: string) => Indicator;
  readonly targets: (indicator: string) => Promise<readonly Target[]>;
}): (range: HistoryRange) => Promise<FigureHistory> {
  return async ({ indicator: code, areaCode, fromMs, toMs }) => {
    const view = await deps.view();
    const indicator = deps.indicatorOf(code);
    const every = everyOf(indicator, toMs - fromMs);
    const leaves = leavesOf(indicator, view.indicator);
    const read = leaves.reduce((sum, { cadence }) => sum + Math.ceil((toMs - fromMs) / ABOUT_MS[cadence.every]), 0);
    if (read > MOST_READ) {
      const most = Math.floor(MOST_READ / (read / ((toMs - fromMs) / ABOUT_MS.day)));
      throw new Fault('invalid', 'sectors.rangeTooLong', `ask for ${most} days at the most`);
    }
    // Of its own, and dropped: what is long ago is asked for seldom and would push out what is asked for each minute.
    const readings = createReadings(await deps.loader(), toMs);
    for (const leaf of leaves) {
      const number = view.numberOf(leaf.code);
      const stepMs = READ_AT_ONCE * ABOUT_MS[leaf.cadence.every];
      for (let untilMs = toMs; number >= 0 && untilMs > fromMs; untilMs -= stepMs) {
        await readings.hold(number, view.areasOf(areaCode), Math.max(fromMs, untilMs - stepMs));
        await breathe();
      }
    }
    const cadence = { ...indicator.cadence, every };
    const targets = await deps.targets(code);
    const points: FigureHistory['points'][number][] = [];
    for (const period of periodsBetween(cadence, fromMs, toMs, deps.timeZone(), MOST_POINTS)) {
      const amount = await amountOver({ ...view, readings }, indicator, areaCode, period);
      const target = targetAt(targets, areaCode, period.endMs);
      const revised = amount.facts?.revised ?? false;
      const { value, denominator } = amount;
      points.push({ startMs: period.startMs, value, target, revised, denominator });
      if (points.length % RECKONED_AT_ONCE === 0) await breathe();
    }
    return { indicator: code, areaCode, every, points };
  };
}

function everyOf({ cadence }: Indicator, lengthMs: number): Every {
  const slower = CADENCES.slice(CADENCES.indexOf(cadence.every));
  return slower.find((every) => lengthMs / ABOUT_MS[every] <= MOST_POINTS) ?? 'year';
}
