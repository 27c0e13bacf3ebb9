import type { Clock } from '#base/clock';
import { messageOf } from '#base/errors';
import type { Logger } from '#base/log';
import type { FeedDraft } from '#contracts/feeds';
import { CADENCES, type Every } from '#contracts/sectors';
import { CSV_MAPPING, type Delivery, type Department, type SentRow, written } from './department.ts';
import { faultOf, isStuck, withFault } from './faults.ts';
import { deliveredBy, namesOf, type PlanDeps, type Planned, planOf } from './plan.ts';

/** What departments need of the house, besides its door: somebody who sets up their feeds. */
export interface DemoFeeds {
  /** The feed of this name that is marked as synthetic, made where it is missing, with a new token. */
  ensure(draft: Omit<FeedDraft, 'ownerUnitId'>, unitCode: string): Promise<{ id: string; secret: string }>;
  /** The beginning of the newest period, of those since then, that came by the feed for an indicator. */
  newestMs(feedId: string, indicator: string, sinceMs: number): Promise<number | null>;
  /** Takes all feeds away that are marked as synthetic. */
  removeAll(): Promise<void>;
}

export interface DepartmentOptions {
  readonly departments: readonly Department[];
  readonly feeds: DemoFeeds;
  readonly plan: () => PlanDeps;
  /** Of the server, without a slash at the end. */
  readonly url: () => string;
  /** Of deliveries, so many have something wrong; 0 to 1. */
  readonly faultShare: number;
  /** The time in which they live, ms since 1970: never ahead of the clock. */
  readonly livedMs: () => number;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface Departments {
  /** Sets up what is missing, sends what there is to tell of the past, and goes on from there. */
  start(): Promise<void>;
  stop(): Promise<void>;
  remove(): Promise<void>;
}

interface Desk {
  readonly department: Department;
  readonly feedId: string;
  readonly secret: string;
  /** By cadence: what was due up to then is sent. */
  readonly sentMs: Map<Every, number>;
  toldHistory: boolean;
  /** Sent with a delay, in the time of departments; oldest first. */
  waiting: { readonly atMs: number; readonly delivery: Delivery }[];
  /** Refused because too much came at once: nothing before this moment of the clock. */
  pausedUntilMs: number;
}

const TICK_MS = 3000;
const SEND_TIMEOUT_MS = 60_000;
const MOST_WAITING = 200;
const ROWS_OF_A_BATCH = 4000;
/** Deliveries of one tick that go by themselves, with what goes wrong with them. */
const MOST_AT_ONCE = 60;
type StuckAt = [sector: string, area: string, dayNumber: number];
const HOUR_MS = 3_600_000;
/** How far back a new department tells of. */
const HISTORY_MS: Readonly<Record<Every, number>> = {
  minute: HOUR_MS,
  fiveMinutes: 6 * HOUR_MS,
  quarterHour: 24 * HOUR_MS,
  hour: 4 * 24 * HOUR_MS,
  day: 36 * 24 * HOUR_MS,
  week: 120 * 24 * HOUR_MS,
  month: 430 * 24 * HOUR_MS,
  quarter: 500 * 24 * HOUR_MS,
  year: 800 * 24 * HOUR_MS,
};

/** Invented departments that send over HTTP, as real ones do, with what goes wrong in life. */
export function createDepartments(options: DepartmentOptions): Departments {
  const { departments, feeds, clock, log } = options;
  const ending = new AbortController();
  let desks: Desk[] = [];
  let cancel = (): void => {};
  let running: Promise<void> = Promise.resolve();

  async function open(department: Department): Promise<Desk> {
    const { communes, root } = options.plan();
    const feed: Omit<FeedDraft, 'ownerUnitId'> = {
      ...{ name: department.feed, sector: department.sector, way: 'push', format: department.format, synthetic: true },
      ...(department.format === 'csv' ? { mapping: CSV_MAPPING } : {}),
      obliged: deliveredBy(department).map(({ code, communes: each }) => ({
        indicator: code,
        cells: (each ? communes.map(({ code: area }) => area) : [root]).map((areaCode) => ({ areaCode })),
      })),
    };
    const { id, secret } = await feeds.ensure(feed, department.unit);
    const sentMs = new Map<Every, number>();
    const nowMs = options.livedMs();
    for (const every of CADENCES) {
      const first = namesOf(department, every)[0];
      if (first === undefined) continue;
      const sinceMs = nowMs - HISTORY_MS[every];
      // Nothing twice: after a restart it goes on from now.
      const newest = await feeds.newestMs(id, `${department.sector}.${first}`, sinceMs);
      sentMs.set(every, newest === null ? sinceMs : Math.max(nowMs, newest));
    }
    return { department, feedId: id, secret, sentMs, toldHistory: false, waiting: [], pausedUntilMs: 0 };
  }

  function due(desk: Desk, untilMs: number): readonly Planned[] {
    const { faultShare } = options;
    const plan = { ...options.plan(), isStuck: (...what: StuckAt) => isStuck(...what, faultShare) };
    return [...desk.sentMs].flatMap(([every, fromMs]) => {
      if (fromMs >= untilMs) return [];
      desk.sentMs.set(every, untilMs);
      return planOf(desk.department, every, fromMs, untilMs, plan);
    });
  }

  /** Everything of the past in a few large deliveries, without faults. */
  async function tellHistory(desk: Desk): Promise<void> {
    await sendAll(desk, due(desk, options.livedMs()));
  }

  async function sendAll(desk: Desk, planned: readonly Planned[]): Promise<void> {
    const { department } = desk;
    const rows = planned.flatMap((one) => one.rows);
    for (let from = 0; from < rows.length && !ending.signal.aborted; from += ROWS_OF_A_BATCH) {
      const part: readonly SentRow[] = rows.slice(from, from + ROWS_OF_A_BATCH);
      const key = `${department.sector}-history-${part[0]?.period ?? ''}-${part.length}-${from}`;
      await send(desk, written(part, department.format, key));
    }
  }

  async function tick(desk: Desk): Promise<void> {
    if (!desk.toldHistory) {
      desk.toldHistory = true;
      await tellHistory(desk);
    }
    const nowMs = options.livedMs();
    const planned = due(desk, nowMs).toSorted((one, other) => one.atMs - other.atMs);
    // Hours in one tick: what is not of the last of them comes in a few large deliveries, as after a stop.
    await sendAll(desk, planned.slice(0, -MOST_AT_ONCE));
    for (const { key, rows } of planned.slice(-MOST_AT_ONCE)) {
      const { format } = desk.department;
      const fault = faultOf(key, options.faultShare);
      const { deliveries, laterMs } =
        fault === null
          ? { deliveries: [written(rows, format, key)], laterMs: 0 }
          : withFault(fault, rows, { format, key });
      desk.waiting.push(...deliveries.map((delivery) => ({ atMs: nowMs + laterMs, delivery })));
    }
    desk.waiting = desk.waiting.toSorted((one, other) => one.atMs - other.atMs).slice(-MOST_WAITING);
    while (desk.waiting[0] !== undefined && desk.waiting[0].atMs <= nowMs && !ending.signal.aborted) {
      if (clock.now() < desk.pausedUntilMs) return;
      const again = await send(desk, desk.waiting[0].delivery);
      if (again > 0) desk.pausedUntilMs = clock.now() + again;
      else desk.waiting.shift();
    }
  }

  /** 0, or after how many ms to try again. */
  async function send(desk: Desk, { body, contentType, idempotencyKey, skewMs }: Delivery): Promise<number> {
    const signal = AbortSignal.any([ending.signal, AbortSignal.timeout(SEND_TIMEOUT_MS)]);
    try {
      const reply = await fetch(`${options.url()}/api/feeds/${desk.feedId}/batches`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${desk.secret}`,
          'content-type': contentType,
          'idempotency-key': idempotencyKey,
          ...(skewMs === undefined ? {} : { date: new Date(clock.now() + skewMs).toUTCString() }),
        },
        body: new Uint8Array(body),
        signal,
      });
      await reply.arrayBuffer();
      return reply.status === 429 || reply.status >= 500 ? 1000 * Number(reply.headers.get('retry-after') ?? 10) : 0;
    } catch (error) {
      if (!ending.signal.aborted) log.debug({ reason: messageOf(error) }, 'a department of the demo was not heard');
      return 10_000;
    }
  }

  async function round(): Promise<void> {
    for (const desk of desks) {
      if (ending.signal.aborted) return;
      await tick(desk);
    }
  }

  function goOn(): void {
    cancel = clock.after(TICK_MS, () => {
      running = round()
        .catch((error: unknown) => log.warn({ reason: messageOf(error) }, 'departments of the demo stumble'))
        .then(() => {
          if (!ending.signal.aborted) goOn();
        });
    });
  }

  return {
    async start() {
      if (desks.length > 0) return;
      for (const department of departments) desks.push(await open(department));
      goOn();
    },
    async stop() {
      ending.abort();
      cancel();
      await running;
    },
    async remove() {
      cancel();
      await running;
      cancel();
      desks = [];
      await feeds.removeAll();
    },
  };
}
