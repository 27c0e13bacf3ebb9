import { setImmediate as immediate } from 'node:timers/promises';
import { answering, owedKey } from '../answering.ts';
import { isOwed } from '../feeds/owed-since.ts';
import { lateMs } from '../periods.ts';
import { type FeedDay, obligedCells, periodsLateIn } from './feed-day.ts';
import type { Tally } from './tally.ts';

/** What every event must say: its type, its name, its title and its time. */
const MANDATORY_FIELDS = 4;

/**
 * Đủ: due cells that were received ÷ due cells, each counted when it was late if it was not there. "Nothing" is a
 * reported zero; another reason for no value is kept and is still missing. Of events: mandatory fields filled.
 */
export async function countComplete(day: FeedDay, tally: Tally): Promise<void> {
  const { feed, batches, badRows, places } = day;
  if (feed.carries === 'events') {
    const receivedMs = new Map(batches.map((batch) => [batch.id, batch.receivedMs]));
    for (const batch of batches) {
      const fields = batch.received * MANDATORY_FIELDS;
      tally.count('complete', batch.receivedMs, feed.ownerUnitId, fields, fields);
    }
    for (const bad of badRows) {
      const atMs = receivedMs.get(bad.batchId);
      if (atMs === undefined || bad.code !== 'fieldMissing') continue;
      tally.count('complete', atMs, feed.ownerUnitId, -1, 0);
      tally.fail('complete', 'fieldEmpty', atMs, { unitId: feed.ownerUnitId, batchId: bad.batchId, row: bad.row });
    }
    return;
  }
  if (feed.paused) return;
  for (const { indicator, cells } of obligedCells(day)) {
    const { cadence } = indicator;
    const periods = periodsLateIn(cadence, day.fromMs, Math.min(day.toMs, day.nowMs + 1), places).filter((period) =>
      cells.some(({ sinceMs }) => isOwed(cadence, period, sinceMs)),
    );
    const [first, last] = [periods[0], periods.at(-1)];
    if (first === undefined || last === undefined) continue;
    const answers = answering(feed.id, cells);
    /** By cell and period; a value of any part of it will do. */
    const known = new Map<string, { filled: boolean; reason: string | null }>();
    for (const one of await day.values(indicator.code, first.startMs, last.startMs + 1)) {
      if (!one.newest) continue;
      const filled = one.value !== null || one.reason === 'nothing';
      for (const cell of answers(one)) {
        const key = `${cell} ${one.period.startMs}`;
        if (known.get(key)?.filled !== true) known.set(key, { filled, reason: one.reason });
      }
    }
    for (const period of periods) {
      const atMs = lateMs(cadence, period);
      for (const { areaCode, unitId, sinceMs } of cells) {
        if (!isOwed(cadence, period, sinceMs)) continue;
        const cell = known.get(`${owedKey({ areaCode, unitId })} ${period.startMs}`);
        tally.count('complete', atMs, unitId, cell?.filled === true ? 1 : 0, 1);
        if (cell?.filled === true) continue;
        tally.fail('complete', cell === undefined ? 'missing' : 'null', atMs, {
          ...{ unitId, areaCode, indicator: indicator.code, periodStartMs: period.startMs },
          detail: cell?.reason === undefined || cell.reason === null ? {} : { reason: cell.reason },
        });
      }
    }
    await immediate();
  }
}
