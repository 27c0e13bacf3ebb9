import { type PointerEvent, type RefObject, useEffect, useRef } from 'react';
import { moved, type View, zoomed } from './geometry.ts';

interface At {
  readonly x: number;
  readonly y: number;
}

/** CSS pixels that a hand may tremble and still mean a click. */
const TREMBLE = 5;

/** Moving by one finger or the mouse, enlarging by two fingers, the wheel or a double click; places are in the element. */
export function useGestures(
  box: RefObject<HTMLElement | null>,
  options: {
    readonly size: { readonly width: number; readonly height: number };
    readonly setView: (next: (now: View) => View) => void;
    readonly onHover: (at: At | null) => void;
    readonly onTap: (at: At) => void;
  },
) {
  const latest = useRef(options);
  latest.current = options;
  const pointers = useRef(new Map<number, At>());
  const travelled = useRef(0);

  const placeOf = (event: { clientX: number; clientY: number }): At => {
    const rect = box.current?.getBoundingClientRect();
    return { x: event.clientX - (rect?.left ?? 0), y: event.clientY - (rect?.top ?? 0) };
  };
  const move = (dx: number, dy: number): void => {
    const { width, height } = latest.current.size;
    latest.current.setView((now) => moved(now, dx, dy, width, height));
  };

  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    // React's own listener is passive: the page would scroll as well.
    const onWheel = (event: WheelEvent): void => {
      event.preventDefault();
      const rect = element.getBoundingClientRect();
      const { width, height } = latest.current.size;
      const at = [event.clientX - rect.left, event.clientY - rect.top] as const;
      const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 20 : 1;
      latest.current.setView((now) => zoomed(now, Math.exp(-event.deltaY * lines * 0.0018), at, width, height));
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, [box]);

  const onControl = (event: { target: EventTarget }): boolean =>
    event.target instanceof Element && event.target.closest('button, [data-controls]') !== null;

  return {
    move,
    handlers: {
      onPointerDown(event: PointerEvent<HTMLElement>) {
        if (onControl(event) || event.button > 0) return;
        if (pointers.current.size === 0) travelled.current = 0;
        pointers.current.set(event.pointerId, placeOf(event));
        event.currentTarget.setPointerCapture(event.pointerId);
      },
      onPointerMove(event: PointerEvent<HTMLElement>) {
        const at = placeOf(event);
        const before = pointers.current.get(event.pointerId);
        if (before === undefined) {
          if (event.pointerType === 'mouse') latest.current.onHover(onControl(event) ? null : at);
          return;
        }
        travelled.current += Math.hypot(at.x - before.x, at.y - before.y);
        const other = [...pointers.current].find(([id]) => id !== event.pointerId)?.[1];
        pointers.current.set(event.pointerId, at);
        if (other === undefined) {
          if (travelled.current > TREMBLE) move(at.x - before.x, at.y - before.y);
          return;
        }
        const { width, height } = latest.current.size;
        const factor =
          Math.hypot(at.x - other.x, at.y - other.y) / Math.max(1, Math.hypot(before.x - other.x, before.y - other.y));
        const middle = [(at.x + other.x) / 2, (at.y + other.y) / 2] as const;
        latest.current.setView((now) => zoomed(now, factor, middle, width, height));
      },
      onPointerUp(event: PointerEvent<HTMLElement>) {
        const known = pointers.current.delete(event.pointerId);
        if (known && pointers.current.size === 0 && travelled.current <= TREMBLE) latest.current.onTap(placeOf(event));
      },
      onPointerCancel(event: PointerEvent<HTMLElement>) {
        pointers.current.delete(event.pointerId);
      },
      onPointerLeave() {
        latest.current.onHover(null);
      },
    },
  };
}
