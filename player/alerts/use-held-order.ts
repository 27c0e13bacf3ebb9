import { type RefObject, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { heldOrder } from './alert-order.ts';

/**
 * Sorts the list anew only while nobody is busy in it: at its top, with neither pointer nor focus inside. Otherwise
 * every row keeps its place, what is new waits and is counted, and what was closed stays, marked as such. `key` says
 * what is listed: another filter begins anew.
 */
export function useHeldOrder<Item extends { readonly id: string }>(
  passing: readonly Item[],
  all: ReadonlyMap<string, Item>,
  scroller: RefObject<HTMLElement | null>,
  key: string,
): { shown: readonly Item[]; waiting: number; catchUp: () => void } {
  const wanted = useMemo(() => passing.map(({ id }) => id), [passing]);
  const [held, setHeld] = useState({ key, ids: wanted });
  const inside = useRef(false);
  const latest = useRef(wanted);
  latest.current = wanted;

  const isBusy = useCallback((): boolean => {
    const element = scroller.current;
    if (element === null) return false;
    return element.scrollTop > 8 || inside.current || element.contains(document.activeElement);
  }, [scroller]);

  const settle = useCallback(() => setHeld({ key, ids: latest.current }), [key]);

  useEffect(() => {
    const element = scroller.current;
    if (element === null) return undefined;
    const enter = (event: PointerEvent): void => {
      // A finger is gone as soon as it is lifted, whatever it says.
      inside.current = event.pointerType === 'mouse';
    };
    const leave = (): void => {
      inside.current = false;
      // Not at once: who crosses from a row to the card would see it jump.
      setTimeout(() => !isBusy() && settle(), 400);
    };
    element.addEventListener('pointerenter', enter);
    element.addEventListener('pointerleave', leave);
    return () => {
      element.removeEventListener('pointerenter', enter);
      element.removeEventListener('pointerleave', leave);
    };
  }, [scroller, isBusy, settle]);

  useEffect(() => {
    setHeld((now) => {
      if (now.key !== key || now.ids.length === 0 || !isBusy()) return { key, ids: wanted };
      return now;
    });
  }, [wanted, key, isBusy]);

  const catchUp = useCallback(() => {
    settle();
    scroller.current?.scrollTo({ top: 0 });
  }, [settle, scroller]);

  const ids = held.key === key ? held.ids : wanted;
  return { ...heldOrder(ids, passing, all), catchUp };
}
