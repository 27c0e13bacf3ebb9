import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';
import type { TamnhinEvent } from '#contracts/events';

/**
 * Shows new events at once only while nobody is busy in the list: at its top, with neither pointer nor focus inside.
 * Otherwise they wait and are counted, so that no row moves away from under a hand.
 */
export function useHeldPlace(
  events: readonly TamnhinEvent[],
  scroller: RefObject<HTMLElement | null>,
): { shown: readonly TamnhinEvent[]; fresh: number; catchUp: () => void } {
  const newest = events[0]?.sequence ?? 0;
  const [upTo, setUpTo] = useState(newest);
  const inside = useRef(false);

  const isBusy = useCallback((): boolean => {
    const element = scroller.current;
    if (element === null) return false;
    return element.scrollTop > 8 || inside.current || element.contains(document.activeElement);
  }, [scroller]);

  useEffect(() => {
    const element = scroller.current;
    if (element === null) return undefined;
    const enter = (): void => {
      inside.current = true;
    };
    const leave = (): void => {
      inside.current = false;
    };
    element.addEventListener('pointerenter', enter);
    element.addEventListener('pointerleave', leave);
    return () => {
      element.removeEventListener('pointerenter', enter);
      element.removeEventListener('pointerleave', leave);
    };
  }, [scroller]);

  useEffect(() => {
    if (newest > upTo && (upTo === 0 || !isBusy())) setUpTo(newest);
  }, [newest, upTo, isBusy]);

  const catchUp = useCallback(() => {
    setUpTo(newest);
    scroller.current?.scrollTo({ top: 0 });
  }, [newest, scroller]);

  return split(events, upTo, catchUp);
}

function split(events: readonly TamnhinEvent[], upTo: number, catchUp: () => void) {
  const waiting = events.findIndex((event) => event.sequence <= upTo);
  const fresh = waiting === -1 ? events.length : waiting;
  return { shown: events.slice(fresh), fresh, catchUp };
}
