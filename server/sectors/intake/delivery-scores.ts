import type { FeedInput, RowFaultCode, RowVerdictKind } from '#contracts/feeds';
import type { Scores } from '#contracts/quality';
import type { JudgedRow } from './judge.ts';

/** What the four scores of one delivery alone would be, for whoever sent it. */

const WRONG: readonly RowFaultCode[] = [
  'notANumber',
  'ambiguousNumber',
  'outOfRange',
  'notWhole',
  'unknownArea',
  'areaEnded',
  'areaDivided',
  'outsideProvince',
  'future',
];

export function deliveryScores(
  rows: readonly JudgedRow[],
  counts: Readonly<Record<RowVerdictKind, number>> & { readonly received: number },
  feed: Pick<FeedInput, 'obliged' | 'carries'>,
): Scores {
  const values = rows.filter(({ about, event }) => about.indicator !== null || event !== null);
  const wrong = values.filter(({ faults }) => faults.some(({ code }) => WRONG.includes(code)));
  const timed = rows.flatMap(({ observations, about }) => (observations.length === 0 ? [] : [about.onTime]));
  return {
    correct: { a: values.length - wrong.length, b: values.length },
    complete: completeOf(rows, feed),
    clean: { a: counts.accepted + counts.revised, b: counts.received },
    live: { a: timed.filter((onTime) => onTime).length, b: timed.length },
  };
}

/** Of the cells that are due for the periods that it speaks of; a reported zero is delivered. */
function completeOf(rows: readonly JudgedRow[], feed: Pick<FeedInput, 'obliged' | 'carries'>) {
  if (feed.carries === 'events') return { a: 0, b: 0 };
  const filled = rows.flatMap(({ observations }) =>
    observations.filter(({ value, reason }) => value !== null || reason === 'nothing'),
  );
  const all = rows.flatMap(({ observations }) => observations);
  let [a, b] = [0, 0];
  for (const { indicator, cells } of feed.obliged) {
    const periods = new Set(all.filter((one) => one.indicator === indicator).map(({ period }) => period.startMs));
    const came = new Set(
      filled
        .filter((one) => one.indicator === indicator)
        .map(({ areaCode, period }) => `${areaCode} ${period.startMs}`),
    );
    const due = Math.max(1, cells.length);
    b += due * Math.max(1, periods.size);
    a += Math.min(came.size, due * Math.max(1, periods.size));
  }
  return b === 0 ? { a: filled.length, b: all.length } : { a, b };
}
