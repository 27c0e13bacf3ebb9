import { expect, it } from 'vitest';
import { createTemporaryDatabase } from '../../../tests/fakes/database.ts';
import { fakeCatalogue, fakeIndicator } from '../../../tests/fakes/sector-parts.ts';
import type { ObservationChange } from '../interfaces.ts';
import { createNewestValues } from './newest.ts';

it('knows when the newest value came, before this start and since, and of what is reckoned by its parts', async () => {
  const database = await createTemporaryDatabase();
  await database.run(
    "INSERT INTO observation_words (id, kind, word) VALUES (1, 'indicator', 'a.x'), (2, 'indicator', 'a.y')",
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
  const ratio = fakeIndicator('a.r', {
    kind: 'ratio',
    formula: { numerator: [{ indicator: 'a.y' }], denominator: [{ indicator: 'a.x' }], scale: 1 },
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
  expect([newest.of('a.x'), newest.of('a.y'), newest.of('a.r')]).toEqual([9000, null, 9000]);
  const cell = { indicator: 'a.y', areaCode: '91', period: { startMs: 0, endMs: 1 } };
  for (const listener of listeners) listener({ feedId: 'f', batchId: 'b3', receivedMs: 12_000, cells: [cell] });
  expect([newest.of('a.y'), newest.of('a.r')]).toEqual([12_000, 12_000]);
  newest.close();
  await database.close();
});
