import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';

const NowContext = createContext<number | null>(null);

/** One tick a second for everything that shows an age; `clock` gives ms since 1970. */
export function NowProvider({ clock, children }: { clock: () => number; children: ReactNode }) {
  const [now, setNow] = useState(clock);
  useEffect(() => {
    const timer = setInterval(() => setNow(clock()), 1000);
    return () => clearInterval(timer);
  }, [clock]);
  return <NowContext value={now}>{children}</NowContext>;
}

/** The server's clock, ms since 1970; a component that calls this renders once a second. */
export function useNow(): number {
  const now = useContext(NowContext);
  if (now === null) throw new Error('no NowProvider around this component');
  return now;
}
