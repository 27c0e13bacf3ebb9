import type { Clock } from '#base/clock';
import { messageOf } from '#base/errors';
import type { Logger } from '#base/log';
import type { Severity } from '#contracts/events';
import type { Scores } from '#contracts/quality';
import type { Figure, Indicator, SectorTile } from '#contracts/sectors';
import type { Catalogue, Observations, Places } from '../interfaces.ts';
import { leavesOf } from './amounts.ts';
import { nextChoiceMs } from './choice.ts';
import type { FigureService } from './figures.ts';

export interface TileDeps {
  readonly figures: Pick<FigureService, 'figure' | 'curve'>;
  readonly catalogue: Catalogue;
  readonly places: Places;
  readonly observations: Pick<Observations, 'onChanged'>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly scoresOf: (sector: string) => Scores;
  readonly openEvents: (sector: string) => Readonly<Partial<Record<Severity, number>>>;
}

export interface Tiles {
  /** Of all sectors that are in use, in their order. */
  list(): Promise<readonly SectorTile[]>;
  /** Something that a tile shows may have changed: scores, events, who must deliver; of all sectors when none is named. */
  touch(sector?: string): void;
  onChanged(listener: (tile: SectorTile) => void): () => void;
  close(): Promise<void>;
}

/** Between two reckonings of a tile, ms: deliveries come in bursts, and people read a few figures a second. */
const GAP_MS = 400;
/** After one that failed. */
const RETRY_MS = 5000;
/** A tile is looked at again after so long at the latest. */
const LOOK_MS = 3_600_000;
const CURVE = 30;

interface Kept {
  tile?: SectorTile;
  /** The last was begun then, on the monotonic clock. */
  begunMs: number;
  touched: boolean;
  running: Promise<void> | undefined;
  cancel: (() => void) | undefined;
}

/**
 * The tile of each sector, reckoned when something in it changes or its figure grows too old. What is restricted is never
 * on a tile: nobody could put on record who saw it.
 */
export function createTiles(deps: TileDeps): Tiles {
  const { figures, catalogue, places, clock } = deps;
  const log = deps.log.child({ part: 'sector tiles' });
  const kept = new Map<string, Kept>();
  const listeners = new Set<(tile: SectorTile) => void>();
  /** Sectors whose figures are reckoned of an indicator. */
  let users = new Map<string, Set<string>>();
  let closed = false;

  function findUsers(): void {
    users = new Map();
    for (const indicator of catalogue.indicators()) {
      for (const { code } of leavesOf(indicator, catalogue.indicator)) {
        users.set(code, (users.get(code) ?? new Set()).add(indicator.sector));
      }
    }
  }

  function keptOf(sector: string): Kept {
    const known = kept.get(sector);
    if (known !== undefined) return known;
    const fresh: Kept = { begunMs: -GAP_MS, touched: false, running: undefined, cancel: undefined };
    kept.set(sector, fresh);
    return fresh;
  }

  function touchOne(sector: string): void {
    const one = keptOf(sector);
    if (one.touched || closed) return;
    one.touched = true;
    if (one.running === undefined) plan(sector, one, Math.max(0, one.begunMs + GAP_MS - clock.monotonic()));
  }

  function plan(sector: string, one: Kept, delayMs: number): void {
    one.cancel?.();
    one.cancel = closed ? undefined : clock.after(delayMs, () => void run(sector, one));
  }

  function run(sector: string, one: Kept): Promise<void> {
    one.cancel?.();
    one.cancel = undefined;
    one.running ??= reckonAndTell(sector, one).finally(() => {
      one.running = undefined;
      if (one.touched) plan(sector, one, Math.max(0, one.begunMs + GAP_MS - clock.monotonic()));
    });
    return one.running;
  }

  async function reckonAndTell(sector: string, one: Kept): Promise<void> {
    one.begunMs = clock.monotonic();
    one.touched = false;
    if (catalogue.sector(sector)?.enabled !== true) {
      kept.delete(sector);
      return;
    }
    try {
      const { content, nextMs } = await reckon(sector);
      plan(sector, one, Math.min(Math.max(GAP_MS, nextMs - clock.now()), LOOK_MS));
      const { revision = 0, ...before } = one.tile ?? {};
      if (JSON.stringify(before) === JSON.stringify(content)) return;
      // Begins above what an earlier run of the program may have told.
      one.tile = { ...content, revision: Math.max(revision + 1, clock.now()) };
      for (const listener of listeners) listener(one.tile);
    } catch (error) {
      log.error(
        { sector, reason: messageOf(error) },
        'the tile of a sector could not be reckoned: once more in a while',
      );
      plan(sector, one, RETRY_MS);
    }
  }

  async function reckon(sector: string): Promise<{ content: Omit<SectorTile, 'revision'>; nextMs: number }> {
    const root = places.rootArea();
    const nowMs = clock.now();
    const open = catalogue
      .indicators()
      .filter((one) => one.sector === sector && one.shown && one.confidentiality !== 'restricted');
    const headline = catalogue.sector(sector)?.headline ?? null;
    let nextMs = nowMs + LOOK_MS;
    let newestMs: number | null = null;
    let synthetic = false;
    let shown: Figure | null = null;
    for (const indicator of open) {
      const figure = await figures.figure(indicator.code, root);
      nextMs = Math.min(nextMs, nextOf(indicator, figure, nowMs));
      if (figure.receivedMs !== null) newestMs = Math.max(newestMs ?? 0, figure.receivedMs);
      synthetic ||= figure.synthetic;
      if (indicator.code === headline) shown = figure;
    }
    const curve = shown === null ? [] : (await figures.curve(shown, CURVE)).map(({ value }) => value);
    const content = {
      ...{ sector, headline: shown, curve, newestMs, synthetic },
      scores: deps.scoresOf(sector),
      openEvents: deps.openEvents(sector),
    };
    return { content, nextMs };
  }

  function nextOf(indicator: Indicator, { staleAtMs }: Figure, nowMs: number): number {
    return Math.min(staleAtMs ?? Number.POSITIVE_INFINITY, nextChoiceMs(places, indicator, nowMs));
  }

  function touch(sector?: string): void {
    if (sector !== undefined) touchOne(sector);
    else for (const { key } of catalogue.sectors()) touchOne(key);
  }

  findUsers();
  const stops = [
    deps.observations.onChanged(({ cells }) => {
      const sectors = new Set<string>();
      for (const code of new Set(cells.map(({ indicator }) => indicator))) {
        for (const sector of users.get(code) ?? []) sectors.add(sector);
      }
      for (const sector of sectors) touchOne(sector);
    }),
    catalogue.onChanged(({ sector }) => {
      findUsers();
      touchOne(sector);
    }),
    places.onChanged(() => touch()),
  ];
  touch();

  return {
    async list() {
      const sectors = catalogue.sectors().filter(({ enabled }) => enabled);
      const tiles: SectorTile[] = [];
      for (const { key } of sectors) {
        const one = keptOf(key);
        if (one.tile === undefined) await run(key, one);
        if (one.tile !== undefined) tiles.push(one.tile);
      }
      return tiles;
    },
    touch,
    onChanged(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async close() {
      closed = true;
      for (const stop of stops) stop();
      for (const { cancel } of kept.values()) cancel?.();
      await Promise.all([...kept.values()].map(({ running }) => running));
    },
  };
}
