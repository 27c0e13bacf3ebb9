import { useCallback, useRef } from 'react';
import type { Api } from '../api/api.ts';
import { useApi } from '../api/context.tsx';
import { useSession } from '../app/session.tsx';

/** What is nearer than this is where we are. */
const HERE_MS = 500;
/** ms; who presses a key does not wait longer. */
const SEARCH_MS = 5000;

/**
 * The next event or bookmark of the cameras behind (`1`) or before (`-1`) a moment, wherever it is: the timelines show
 * a part of time and thin what stands close.
 */
export function useNextMark(
  cameraIds: readonly string[],
): (fromMs: number, direction: 1 | -1) => Promise<number | undefined> {
  const api = useApi();
  const { can } = useSession();
  const latest = useRef({ api, cameraIds, events: can('event.read') });
  latest.current = { api, cameraIds, events: can('event.read') };
  return useCallback((fromMs, direction) => nextMark(latest.current, fromMs, direction), []);
}

async function nextMark(
  { api, cameraIds, events }: { api: Api; cameraIds: readonly string[]; events: boolean },
  fromMs: number,
  direction: 1 | -1,
): Promise<number | undefined> {
  const edge = Math.max(0, direction === 1 ? Math.floor(fromMs) + HERE_MS + 1 : Math.ceil(fromMs) - HERE_MS - 1);
  const range = direction === 1 ? { fromMs: edge } : { toMs: edge };
  const signal = AbortSignal.timeout(SEARCH_MS);
  const found = await Promise.all(
    cameraIds.flatMap((cameraId) => [
      api.recordings.bookmarks(cameraId, { ...range, order: direction === 1 ? 'oldest' : 'newest', limit: 1 }, signal),
      events ? api.events.list({ cameraId, ...range, ...(direction === 1 ? { after: 0 } : {}), limit: 1 }, signal) : [],
    ]),
  );
  const times = found.flat().map(({ timeMs }) => timeMs);
  if (times.length === 0) return undefined;
  return direction === 1 ? Math.min(...times) : Math.max(...times);
}
