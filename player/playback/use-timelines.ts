import { keepPreviousData, useQueries } from '@tanstack/react-query';
import type { TamnhinEvent } from '#contracts/events';
import type { Timeline } from '#contracts/recordings';
import { useApi } from '../api/context.tsx';
import { queryKeys } from '../api/query-keys.ts';
import { useSession } from '../app/session.tsx';
import { queryRange, type TimeView } from './time-view.ts';

export interface CameraTimes {
  readonly timeline: Timeline | undefined;
  readonly events: readonly TamnhinEvent[];
}

/** What is recorded now grows: a range that reaches to now is asked for again. */
const AGAIN_MS = 10_000;
/**
 * Of each piece of the range comes the first event of each severity: more could not be told apart. The range is some
 * five times what is seen.
 */
const EVENT_PIECES = 1000;

/** For each camera what was recorded around the view, and what happened. In the order of `cameraIds`. */
export function useTimelines(cameraIds: readonly string[], view: TimeView): readonly CameraTimes[] {
  const api = useApi();
  const session = useSession();
  const serverNow = session.serverNow();
  const range = queryRange(view, serverNow);
  const isFresh = range.toMs > serverNow;
  // A begin that was cut at «now» would be another one each time.
  const key = Math.min(range.fromMs, Math.floor(serverNow / AGAIN_MS) * AGAIN_MS);
  const timelines = useQueries({
    queries: cameraIds.map((id) => ({
      queryKey: [...queryKeys.timeline(id), key, range.toMs],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        api.recordings.timeline(id, { fromMs: key, toMs: range.toMs }, signal),
      placeholderData: keepPreviousData,
      staleTime: isFresh ? AGAIN_MS : 60_000,
      refetchInterval: isFresh ? AGAIN_MS : (false as const),
    })),
  });
  const events = useQueries({
    queries: cameraIds.map((id) => ({
      queryKey: [...queryKeys.eventsOf(id), key, range.toMs],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        api.events.list({ cameraId: id, fromMs: key, toMs: range.toMs, pieces: EVENT_PIECES }, signal),
      placeholderData: keepPreviousData,
      enabled: session.can('event.read'),
      staleTime: isFresh ? AGAIN_MS : 60_000,
      refetchInterval: isFresh ? AGAIN_MS * 3 : (false as const),
    })),
  });
  return cameraIds.map((_, at) => ({ timeline: timelines[at]?.data, events: events[at]?.data ?? [] }));
}
