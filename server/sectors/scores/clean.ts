import type { FailureCode } from '#contracts/quality';
import type { RowFacts } from '../interfaces.ts';
import type { ScoredValue } from '../observations/score-values.ts';
import type { FeedDay } from './feed-day.ts';
import type { Tally } from './tally.ts';

/**
 * Sạch: rows accepted as sent ÷ rows received. Of a unit: the rows that hold its values, and those that name it and were
 * not taken; who a row is of that cannot be read, nobody knows: it is the owner's.
 */
export function countClean({ feed, batches, badRows }: FeedDay, delivered: readonly ScoredValue[], tally: Tally): void {
  const receivedMs = new Map(batches.map((batch) => [batch.id, batch.receivedMs]));
  for (const batch of batches) {
    const { received, accepted, revised } = batch;
    tally.count('clean', batch.receivedMs, feed.ownerUnitId, accepted + revised, received, 'feed');
    // A feed of events has no values: what it sends is its owner's.
    if (feed.carries === 'events') {
      tally.count('clean', batch.receivedMs, feed.ownerUnitId, accepted + revised, received, 'unit');
    }
  }
  const seen = new Set<string>();
  if (feed.carries === 'observations') {
    for (const { batchId, row, unitId, receivedMs: atMs } of delivered) {
      const key = `${batchId} ${row}`;
      if (seen.has(key)) continue;
      seen.add(key);
      tally.count('clean', atMs, unitId ?? feed.ownerUnitId, 1, 1, 'unit');
    }
  }
  for (const bad of badRows) {
    const atMs = receivedMs.get(bad.batchId);
    if (atMs === undefined) continue;
    const unitId = bad.unitId ?? feed.ownerUnitId;
    if (feed.carries === 'observations') {
      // A repaired row is among the values: it was counted as clean above.
      if (bad.verdict === 'repaired' && seen.has(`${bad.batchId} ${bad.row}`)) {
        tally.count('clean', atMs, unitId, -1, 0, 'unit');
      } else {
        tally.count('clean', atMs, unitId, 0, 1, 'unit');
      }
    }
    tally.fail('clean', codeOf(bad), atMs, {
      ...{ unitId, areaCode: bad.areaCode, indicator: bad.indicator, batchId: bad.batchId, row: bad.row },
      ...{ value: bad.value, detail: { code: bad.code } },
    });
  }
}

function codeOf({ verdict, code }: RowFacts): FailureCode {
  if (verdict === 'repaired') return 'repaired';
  if (verdict === 'duplicate') return 'duplicate';
  if (verdict === 'quarantined') return 'personalData';
  return code.startsWith('unknown') || code.startsWith('area') ? 'unknownCode' : 'invalid';
}
