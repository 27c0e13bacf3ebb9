import type { QueryClient } from '@tanstack/react-query';
import type { TamnhinEvent } from '#contracts/events';
import { queryKeys } from './query-keys.ts';

/** The events that the page holds. Newest first, no number twice. */
export interface EventList {
  readonly events: readonly TamnhinEvent[];
  /** The server has older ones than the last of `events`. */
  readonly more: boolean;
}

/** A console runs for weeks: beyond this the oldest leave the page and are fetched again when somebody scrolls down. */
export const MAX_EVENTS = 1000;

export function appendEvents(queryClient: QueryClient, incoming: readonly TamnhinEvent[]): void {
  queryClient.setQueryData<EventList>(queryKeys.events, (list) => list && merge(list, incoming));
}

/** For a gap that cannot be filled: the list is fetched anew. */
export function forgetEvents(queryClient: QueryClient): void {
  void queryClient.resetQueries({ queryKey: queryKeys.events });
}

/** `null` before the list was fetched; 0 when it is empty. */
export function newestSequence(queryClient: QueryClient): number | null {
  const list = queryClient.getQueryData<EventList>(queryKeys.events);
  return list === undefined ? null : (list.events[0]?.sequence ?? 0);
}

export function merge(list: EventList, incoming: readonly TamnhinEvent[]): EventList {
  const held = new Set(list.events.map((event) => event.sequence));
  const fresh = incoming.filter((event) => !held.has(event.sequence));
  if (fresh.length === 0) return list;
  const events = [...fresh, ...list.events].sort((a, b) => b.sequence - a.sequence);
  return events.length > MAX_EVENTS ? { events: events.slice(0, MAX_EVENTS), more: true } : { ...list, events };
}
