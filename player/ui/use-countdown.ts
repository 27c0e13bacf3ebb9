import { useEffect, useState } from 'react';

/** Whole seconds until `untilMs` (of this screen's clock), 0 when it has passed. */
export function useCountdown(untilMs: number): number {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const update = (): void => setSeconds(Math.max(0, Math.ceil((untilMs - Date.now()) / 1000)));
    update();
    if (untilMs <= Date.now()) return undefined;
    const timer = setInterval(update, 250);
    return () => clearInterval(timer);
  }, [untilMs]);
  return seconds;
}
