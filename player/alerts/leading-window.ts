import { useEffect, useRef } from 'react';

/** The part of `navigator.locks` that is used here. */
interface Locks {
  request(name: string, options: { readonly signal: AbortSignal }, held: () => Promise<void>): Promise<unknown>;
}

/** Waits for a lock that one window of a browser has at a time, and keeps it until what it answers is called. */
export function holdLock(locks: Locks, name: string, tell: (held: boolean) => void): () => void {
  const left = new AbortController();
  let release = (): void => {};
  const until = new Promise<void>((done) => {
    release = done;
  });
  locks
    .request(name, { signal: left.signal }, () => {
      if (!left.signal.aborted) tell(true);
      return until;
    })
    .catch(() => undefined);
  return () => {
    tell(false);
    left.abort();
    release();
  };
}

/**
 * Of several windows of one browser, one does what `name` says: of those that are `able`, the first. Where windows
 * cannot agree (no HTTPS), each does.
 */
export function useLeadingWindow(name: string, able: boolean): { readonly current: boolean } {
  const leads = useRef(navigator.locks === undefined);
  useEffect(() => {
    if (navigator.locks === undefined || !able) return undefined;
    return holdLock(navigator.locks, name, (held) => {
      leads.current = held;
    });
  }, [name, able]);
  return leads;
}
