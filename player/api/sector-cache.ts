import type { QueryClient } from '@tanstack/react-query';
import type { SectorEventDetails, SectorEventView } from '#contracts/sector-events';
import type { SectorTile } from '#contracts/sectors';
import { queryKeys } from './query-keys.ts';

/** Closed ones that the page keeps, so that no row vanishes from under a hand. */
const MOST_OVER = 200;
/** Told before the list was fetched; more than that and the list itself has them. */
const MOST_EARLY = 500;
/** ms. A burst of deliveries asks for the figures of an open page at most this often. */
const FIGURES_EVERY_MS = 400;

/** What the socket tells of sectors, put into every place that shows it. An older revision changes nothing. */
export interface SectorCache {
  putTile(tile: SectorTile): void;
  putEvent(event: SectorEventView): void;
  refreshFigures(): void;
  /** After a gap in what the socket told. */
  refresh(): void;
  /** When other sectors may be seen than before: what is not for these eyes any more must not stay on the page. */
  forget(): void;
}

export function createSectorCache(queryClient: QueryClient): SectorCache {
  const waiting = new Map<string, { again: boolean }>();

  /** At once, and once more at the end of a burst: never none, and never one for each row. */
  function refreshFiguresOf(sector: string): void {
    const running = waiting.get(sector);
    if (running !== undefined) {
      running.again = true;
      return;
    }
    const state = { again: false };
    waiting.set(sector, state);
    void queryClient.invalidateQueries({ queryKey: queryKeys.figuresOf(sector) });
    setTimeout(() => {
      waiting.delete(sector);
      if (state.again) refreshFiguresOf(sector);
    }, FIGURES_EVERY_MS);
  }

  return {
    putTile(tile) {
      queryClient.setQueryData<readonly SectorTile[]>(queryKeys.tiles, (tiles) => tiles && withTile(tiles, tile));
      refreshFiguresOf(tile.sector);
    },
    putEvent(event) {
      putSectorEvent(queryClient, event);
    },
    refreshFigures() {
      void queryClient.invalidateQueries({ queryKey: queryKeys.tiles });
      void queryClient.invalidateQueries({ queryKey: queryKeys.figures });
    },
    refresh() {
      for (const queryKey of [
        queryKeys.sectors,
        queryKeys.tiles,
        queryKeys.figures,
        queryKeys.feeds,
        queryKeys.places,
        queryKeys.sectorEvents,
        queryKeys.pastSectorEvents,
        queryKeys.directives,
      ])
        void queryClient.invalidateQueries({ queryKey });
    },
    forget() {
      queryClient.removeQueries({ queryKey: queryKeys.earlySectorEvents });
      for (const queryKey of [
        queryKeys.sectors,
        queryKeys.tiles,
        queryKeys.figures,
        queryKeys.feeds,
        queryKeys.sectorEvents,
        queryKeys.pastSectorEvents,
        queryKeys.directives,
      ])
        void queryClient.resetQueries({ queryKey });
    },
  };
}

/** From the socket, or as the answer to what somebody did. */
export function putSectorEvent(queryClient: QueryClient, event: SectorEventView): void {
  const list = queryClient.getQueryData<readonly SectorEventView[]>(queryKeys.sectorEvents);
  if (list === undefined) {
    queryClient.setQueryData<readonly SectorEventView[]>(queryKeys.earlySectorEvents, (early) =>
      withEvent(early ?? [], event).slice(-MOST_EARLY),
    );
  } else {
    queryClient.setQueryData(queryKeys.sectorEvents, withEvent(list, event));
  }
  const key = queryKeys.sectorEvent(event.id);
  const details = queryClient.getQueryData<SectorEventDetails>(key);
  if (details !== undefined && details.version < event.version) {
    queryClient.setQueryData<SectorEventDetails>(key, { ...details, ...event });
    // Its steps come with the details alone.
    void queryClient.invalidateQueries({ queryKey: key });
  }
  if (isOver(event)) void queryClient.invalidateQueries({ queryKey: queryKeys.pastSectorEvents });
}

export function isOver({ state }: Pick<SectorEventView, 'state'>): boolean {
  return state === 'closed' || state === 'expired';
}

/** One that comes late is dropped; a sector that is new to the list is added. */
export function withTile(tiles: readonly SectorTile[], tile: SectorTile): readonly SectorTile[] {
  const known = tiles.find(({ sector }) => sector === tile.sector);
  if (known === undefined) return [...tiles, tile];
  if (known.revision >= tile.revision) return tiles;
  return tiles.map((one) => (one === known ? tile : one));
}

function withEvent(list: readonly SectorEventView[], event: SectorEventView): readonly SectorEventView[] {
  const known = list.find(({ id }) => id === event.id);
  if (known !== undefined && known.version >= event.version) return list;
  return bounded([...list.filter(({ id }) => id !== event.id), event]);
}

/** As many as one answer holds. */
export const MOST_EVENTS = 500;

/** How far the list of open events goes: so many answers, and the number below which there are more. */
export interface MoreEvents {
  readonly pages: number;
  /** `null`: that was all. */
  readonly before: number | null;
}

/** Page after page, the newest first, as far down as somebody has looked. */
export async function readOpenEvents(
  read: (before: number | undefined) => Promise<readonly SectorEventView[]>,
  pages: number,
  from?: number,
): Promise<{ events: readonly SectorEventView[]; more: MoreEvents }> {
  const events: SectorEventView[] = [];
  let before = from;
  for (let page = 1; page <= pages; page += 1) {
    const part = await read(before);
    events.push(...part);
    if (part.length < MOST_EVENTS) return { events, more: { pages: page, before: null } };
    before = Math.min(...part.map(({ number }) => number));
  }
  return { events, more: { pages, before: before ?? null } };
}

/**
 * A fetched list of open events, joined with what was told while it was on its way. `before` is what was held when it
 * was asked for, `now` what is held when it comes: what is open in both and not in the list is over, unseen.
 */
export function mergeFetchedEvents(
  before: readonly SectorEventView[],
  now: readonly SectorEventView[],
  fetched: readonly SectorEventView[],
): readonly SectorEventView[] {
  const asked = new Map(before.map(({ id, version }) => [id, version]));
  const newest = new Map(fetched.map((event) => [event.id, event]));
  for (const event of now) {
    const known = newest.get(event.id);
    if (known === undefined) {
      if (isOver(event) || asked.get(event.id) !== event.version) newest.set(event.id, event);
    } else if (known.version < event.version) newest.set(event.id, event);
  }
  return bounded([...newest.values()]);
}

function bounded(list: readonly SectorEventView[]): readonly SectorEventView[] {
  const over = list.filter(isOver);
  if (over.length <= MOST_OVER) return list;
  const leave = new Set(
    over
      .toSorted((a, b) => (a.closedMs ?? a.lastMs) - (b.closedMs ?? b.lastMs))
      .slice(0, over.length - MOST_OVER)
      .map(({ id }) => id),
  );
  return list.filter(({ id }) => !leave.has(id));
}
