import { type RefObject, useEffect, useRef, useState } from 'react';

const MOST = 8;

/** Digital zoom: the wheel zooms at the pointer, dragging moves, Escape or zooming out resets. */
export function useZoom(root: RefObject<HTMLElement | null>, active: boolean) {
  const target = useRef<HTMLDivElement>(null);
  const [zoomed, setZoomed] = useState(false);

  useEffect(() => {
    const [box, picture] = [root.current, target.current];
    if (!active || box === null || picture === null) return;
    let [scale, x, y] = [1, 0, 0];
    let dragging: { x: number; y: number } | null = null;

    const draw = (): void => {
      const { width, height } = box.getBoundingClientRect();
      x = Math.min(0, Math.max(width * (1 - scale), x));
      y = Math.min(0, Math.max(height * (1 - scale), y));
      picture.style.transform = scale === 1 ? '' : `translate(${x}px, ${y}px) scale(${scale})`;
      setZoomed(scale > 1);
    };
    const onWheel = (event: WheelEvent): void => {
      event.preventDefault();
      const { left, top } = box.getBoundingClientRect();
      const [px, py] = [event.clientX - left, event.clientY - top];
      const next = Math.min(MOST, Math.max(1, scale * (event.deltaY < 0 ? 1.2 : 1 / 1.2)));
      x = px - ((px - x) * next) / scale;
      y = py - ((py - y) * next) / scale;
      scale = next < 1.05 ? 1 : next;
      draw();
    };
    const onDown = (event: PointerEvent): void => {
      if (scale > 1) dragging = { x: event.clientX - x, y: event.clientY - y };
    };
    const onMove = (event: PointerEvent): void => {
      if (dragging === null) return;
      [x, y] = [event.clientX - dragging.x, event.clientY - dragging.y];
      draw();
    };
    const onUp = (): void => {
      dragging = null;
    };
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape' || scale === 1) return;
      scale = 1;
      draw();
    };
    box.addEventListener('wheel', onWheel, { passive: false });
    box.addEventListener('pointerdown', onDown);
    window.addEventListener('pointermove', onMove);
    window.addEventListener('pointerup', onUp);
    window.addEventListener('keydown', onKey);
    return () => {
      box.removeEventListener('wheel', onWheel);
      box.removeEventListener('pointerdown', onDown);
      window.removeEventListener('pointermove', onMove);
      window.removeEventListener('pointerup', onUp);
      window.removeEventListener('keydown', onKey);
      picture.style.transform = '';
      setZoomed(false);
    };
  }, [root, active]);

  return { target, zoomed };
}
