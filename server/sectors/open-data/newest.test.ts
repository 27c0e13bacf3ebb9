import { expect, it } from 'vitest';
import { createTemporaryDatabase } from '../../../tests/fakes/database.ts';
import { fakeCatalogue, fakeIndicator } from '../../../tests/fakes/sector-parts.ts';
import type { ObservationChange } from '../interfaces.ts';
import { createNewestValues } from './newest.ts';

it('knows when the newest value came, before this start and since, and of what is reckoned by its parts', async () => {
  const database = await createTemporaryDatabase();
  await database.run(
    "INSERT INTO observation_words (id, kind, word) VALUES (1, 'indicator', 'aa.xx'), (2, 'indicator', 'aa.yy')",
  );
  await database.run(
    "INSERT INTO observation_batches (number, id, received_ms) VALUES (1, 'b1', 5000), (2, 'b2', 9000)",
  );
  for (const [period, batch] of [
    [10, 1],
    [20, 2],
  ] as const) {
    await database.run(
      `INSERT INTO observation_cells (indicator, period_ms, area, unit, dims, period_end_ms, status, phenomenon_ms, feed,
         batch, row) VALUES (1, ?, 1, 0, 0, ?, 0, 0, 1, ?, 1)`,
      ...[period, period + 10, batch],
    );
  }
  const listeners: ((change: ObservationChange) => void)[] = [];
  const ratio = fakeIndicator('aa.rr', {
    kind: 'ratio',
    formula: { numerator: [{ indicator: 'aa.yy' }], denominator: [{ indicator: 'aa.xx' }], scale: 1 },
  });
  const newest = await createNewestValues({
    ...{ database, catalogue: fakeCatalogue([], [ratio]) },
    observations: {
      onChanged(listener) {
        listeners.push(listener);
        return () => {};
      },
    },
  });
  expect([newest.of('aa.xx'), newest.of('aa.yy'), newest.of('aa.rr')]).toEqual([9000, null, 9000]);
  const cell = { indicator: 'aa.yy', areaCode: '91', period: { startMs: 0, endMs: 1 } };
  for (const listener of listeners) listener({ feedId: 'f', batchId: 'b3', receivedMs: 12_000, cells: [cell] });
  expect([newest.of('aa.yy'), newest.of('aa.rr')]).toEqual([12_000, 12_000]);
  newest.close();
  await database.close();
});
