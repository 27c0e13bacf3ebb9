import { messageOf } from '#base/errors';
import { createSteadyLook } from '#base/steady-look';
import { mappingSchema } from '#contracts/feeds';
import type { Indicator, Period } from '#contracts/sectors';
import type { StoredFeed } from '../feeds/feed-store.ts';
import type { Cell, RawRow } from '../intake/raw-row.ts';
import { lastClosedPeriod, periodText, previousPeriod } from '../periods.ts';
import type { Connection, Connector, ConnectorTools, OwnFact } from './connector.ts';

/** Our own cameras: the first feed that lives, with no department. What they say is told when its period is over. */
export const builtin: Connector = {
  way: 'builtin',
  async check() {},
  open,
};

const LOOK_MS = 15_000;
const MINUTE_MS = 60_000;
/** Periods of an indicator that are told at once after we stood still. */
const MOST_MISSED = 4;

function open(feed: StoredFeed, tools: ConnectorTools): Connection {
  /** By indicator: the period that was told last. */
  const told = new Map<string, number>();
  // All that we can tell of the sector: what a newer program has to say was not known when the feed was made.
  const codes = Object.keys(tools.facts).filter((code) => code.startsWith(`${feed.input.sector}.`));
  let over = false;

  /** Those that are over and may be told, oldest first. */
  function periodsDue({ code, cadence, kind }: Indicator): readonly Period[] {
    const zone = tools.places.timeZone;
    // What comes in for a while afterwards, such as ratings, counts as well.
    const lagMs = Math.max(0, cadence.lagMinutes) * MINUTE_MS;
    const last = lastClosedPeriod(cadence, tools.clock.now() - lagMs, zone);
    const knownMs = told.get(code) ?? tools.newest(feed.id).get(code);
    if (knownMs !== undefined && knownMs >= last.startMs) return [];
    const periods = [last];
    // A stock is as it stands now: what it was in periods that were missed, nobody can tell any longer.
    const most = knownMs === undefined || kind !== 'flow' ? 1 : MOST_MISSED;
    while (periods.length < most) {
      const earlier = previousPeriod(cadence, periods[0] ?? last, zone);
      if (knownMs === undefined || earlier.startMs <= knownMs) break;
      periods.unshift(earlier);
    }
    return periods;
  }

  async function look(): Promise<void> {
    const rows: RawRow[] = [];
    const asked = new Map<string, number>();
    for (const code of codes) {
      const indicator = tools.catalogue.indicator(code);
      const fact = Object.hasOwn(tools.facts, code) ? tools.facts[code] : undefined;
      if (indicator === undefined || fact === undefined) continue;
      try {
        for (const period of periodsDue(indicator)) {
          const facts = await fact(period);
          for (const one of facts) rows.push(rowOf(indicator, period, one, rows.length + 1));
          asked.set(code, period.startMs);
        }
      } catch (error) {
        // It is asked again the next time, and keeps none of the others back.
        tools.log.error({ indicator: code, reason: messageOf(error) }, 'one of our own figures could not be told');
      }
    }
    if (over) return;
    if (rows.length > 0) await take(rows);
    // Only now: what could not be taken in is not told yet.
    for (const [code, startMs] of asked) told.set(code, startMs);
  }

  function rowOf({ code, cadence }: Indicator, period: Period, { areaCode, value }: OwnFact, row: number): RawRow {
    const cells = new Map<string, Cell>([
      ['indicator', code],
      ['area', areaCode ?? tools.places.rootArea()],
      ['period', periodText(cadence, period, tools.places.timeZone)],
      ['value', value],
    ]);
    return { row, line: null, cells, sent: JSON.stringify(Object.fromEntries(cells)), fault: null };
  }

  async function take(rows: readonly RawRow[]): Promise<void> {
    const columns = ['indicator', 'area', 'period', 'value'];
    await tools.intake.take({
      ...{ feed, bytes: Buffer.from(rows.map(({ sent }) => sent).join('\n')), format: 'json' },
      ...{ mapping: mappingSchema.parse({}), way: 'builtin', sender: 'system', mayUnit: () => true, onlyNews: true },
      reading: { columns, rows, encoding: 'utf-8', delimiter: null, repairs: [], foreignColumns: false },
    });
  }

  const failed = 'our own figures could not be told';
  const steady = createSteadyLook({ look, everyMs: LOOK_MS, failed, clock: tools.clock, log: tools.log });
  steady.begin();
  return {
    close() {
      over = true;
      return steady.close();
    },
  };
}
