import { messageOf } from '#base/errors';
import { mappingSchema } from '#contracts/feeds';
import type { StoredFeed } from '../feeds/feed-store.ts';
import type { Cell, RawRow } from '../intake/raw-row.ts';
import { lastClosedPeriod, periodText } from '../periods.ts';
import { type Connection, type Connector, type ConnectorTools, SOMETIMES } from './connector.ts';

/** Our own cameras: the first feed that lives, with no department. What they say is told when its period is over. */
export const builtin: Connector = {
  way: 'builtin',
  async check() {},
  open,
};

const LOOK_MS = 15_000;

function open(feed: StoredFeed, tools: ConnectorTools): Connection {
  /** By indicator: the period that was told last. */
  const told = new Map<string, number>();
  const sometimes = [...SOMETIMES].filter((code) => code.startsWith(`${feed.input.sector}.`));
  const codes = new Set([...feed.input.obliged.map(({ indicator }) => indicator), ...sometimes]);
  let looking: Promise<void> | undefined;
  let over = false;

  async function look(): Promise<void> {
    const nowMs = tools.clock.now();
    const rows: RawRow[] = [];
    for (const code of codes) {
      const indicator = tools.catalogue.indicator(code);
      const fact = Object.hasOwn(tools.facts, code) ? tools.facts[code] : undefined;
      if (indicator === undefined || fact === undefined) continue;
      const period = lastClosedPeriod(indicator.cadence, nowMs, tools.places.timeZone);
      if ((told.get(code) ?? Number.NEGATIVE_INFINITY) >= period.startMs) continue;
      for (const { areaCode, value } of await fact(period)) {
        const cells = new Map<string, Cell>([
          ['indicator', code],
          ['area', areaCode ?? tools.places.rootArea()],
          ['period', periodText(indicator.cadence, period, tools.places.timeZone)],
          ['value', value],
        ]);
        const sent = JSON.stringify(Object.fromEntries(cells));
        rows.push({ row: rows.length + 1, line: null, cells, sent, fault: null });
      }
      told.set(code, period.startMs);
    }
    if (rows.length === 0 || over) return;
    const columns = ['indicator', 'area', 'period', 'value'];
    await tools.intake.take({
      ...{ feed, bytes: Buffer.from(rows.map(({ sent }) => sent).join('\n')), format: 'json' },
      ...{ mapping: mappingSchema.parse({}), way: 'builtin', sender: 'system', mayUnit: () => true, onlyNews: true },
      reading: { columns, rows, encoding: 'utf-8', delimiter: null, repairs: [], foreignColumns: false },
    });
  }

  function run(): void {
    looking ??= look()
      .catch((error: unknown) => tools.log.error({ reason: messageOf(error) }, 'our own figures could not be told'))
      .finally(() => {
        looking = undefined;
      });
  }
  const stop = tools.clock.every(LOOK_MS, run);
  run();
  return {
    async close() {
      over = true;
      stop();
      await looking;
    },
  };
}
