import { useEffect, useRef } from 'react';
import { useLocation } from 'wouter';
import { playbackLink } from '../app/links.ts';
import type { PlaybackClock } from './playback-clock.ts';

/** ms between two writes while it plays; browsers refuse more than some each second. */
const WRITE_EVERY_MS = 2000;

/** Keeps the address of the page at what is shown, so that it can be sent to somebody. */
export function useAddress(cameraIds: readonly string[], clock: PlaybackClock): void {
  const [, navigate] = useLocation();
  const written = useRef('');
  const ids = cameraIds.join(',');
  useEffect(() => {
    const write = (): void => {
      const next = playbackLink(ids === '' ? [] : ids.split(','), Math.floor(clock.now() / 100) * 100);
      if (next === written.current) return;
      written.current = next;
      navigate(next, { replace: true });
    };
    let soon: ReturnType<typeof setTimeout> | undefined;
    const stop = clock.onChanged(() => {
      clearTimeout(soon);
      soon = setTimeout(write, 300);
    });
    const timer = setInterval(write, WRITE_EVERY_MS);
    write();
    return () => {
      stop();
      clearTimeout(soon);
      clearInterval(timer);
    };
  }, [ids, clock, navigate]);
}
