import { describe, expect, it } from 'vitest';
import type { AlertView } from '#contracts/alerts';
import { alertOf } from '../alerts/alert.fixture.ts';
import { ALERTS_AT_ONCE, fetchOpenAlerts, MOST_OPEN_ALERTS } from './open-alerts.ts';

/** A server with so many open alerts; keeps what it was asked for. */
function serverWith(count: number) {
  const asked: (number | undefined)[] = [];
  return {
    asked,
    async fetchPage({ limit, before }: { limit: number; before?: number }): Promise<readonly AlertView[]> {
      asked.push(before);
      const newest = Math.min(count, (before ?? Number.POSITIVE_INFINITY) - 1);
      return Array.from({ length: Math.min(limit, newest) }, (_, at) => alertOf(newest - at));
    },
  };
}

describe('the open alerts', () => {
  it('are asked for once where one page holds them', async () => {
    const server = serverWith(3);
    expect((await fetchOpenAlerts(server.fetchPage)).map(({ number }) => number)).toEqual([3, 2, 1]);
    expect(server.asked).toEqual([undefined]);
    expect(await fetchOpenAlerts(serverWith(0).fetchPage)).toEqual([]);
  });

  it('come whole where there are more, each once, down to the oldest', async () => {
    const server = serverWith(2 * ALERTS_AT_ONCE + 7);
    const open = await fetchOpenAlerts(server.fetchPage);
    expect(new Set(open.map(({ id }) => id)).size).toBe(2 * ALERTS_AT_ONCE + 7);
    expect(open.at(-1)?.number).toBe(1);
    expect(server.asked).toEqual([undefined, ALERTS_AT_ONCE + 8, 8]);
  });

  it('end where the last page is just full', async () => {
    const server = serverWith(ALERTS_AT_ONCE);
    expect(await fetchOpenAlerts(server.fetchPage)).toHaveLength(ALERTS_AT_ONCE);
    expect(server.asked).toHaveLength(2);
  });

  it('are the newest of too many', async () => {
    const open = await fetchOpenAlerts(serverWith(MOST_OPEN_ALERTS + 900).fetchPage);
    expect(open).toHaveLength(MOST_OPEN_ALERTS);
    expect(open[0]?.number).toBe(MOST_OPEN_ALERTS + 900);
  });
});
