import { createContext, type ReactNode, useContext, useEffect, useMemo, useSyncExternalStore } from 'react';

/** One tick a second for everything that shows an age. */
interface Ticker {
  now(): number;
  subscribe(listener: () => void): () => void;
}

const TickerContext = createContext<Ticker | null>(null);

/** `clock` gives ms since 1970: the server's, not the one of this screen. */
export function NowProvider({ clock, children }: { clock: () => number; children: ReactNode }) {
  const ticker = useMemo(() => createTicker(clock), [clock]);
  useEffect(() => ticker.start(), [ticker]);
  return <TickerContext value={ticker}>{children}</TickerContext>;
}

function createTicker(clock: () => number): Ticker & { start(): () => void } {
  const listeners = new Set<() => void>();
  let now = clock();
  return {
    now: () => now,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    start() {
      const timer = setInterval(() => {
        now = clock();
        for (const listener of listeners) listener();
      }, 1000);
      return () => clearInterval(timer);
    },
  };
}

/** The server's clock, ms since 1970; a component that calls this renders once a second. */
export function useNow(): number {
  return useFromNow((now) => now);
}

/** Something that follows from the clock: renders only when `derive` gives another value. */
export function useFromNow<T extends string | number | boolean>(derive: (now: number) => T): T {
  const ticker = useContext(TickerContext);
  if (ticker === null) throw new Error('no NowProvider around this component');
  return useSyncExternalStore(ticker.subscribe, () => derive(ticker.now()));
}
