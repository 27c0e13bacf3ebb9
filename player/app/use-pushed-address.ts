import { useEffect } from 'react';
import { useLocation } from 'wouter';

/** Screens without controls: nobody could leave the alert there again. */
const SCREEN = /^\/(wall|kiosk)(\/|$)/;

/**
 * An alert that was pushed and clicked opens in the page that is there, without loading it anew; at the way in the
 * address waits until somebody is signed in. The service worker asks first, for a page that does not listen would
 * come to the front and show nothing of it.
 */
export function usePushedAddress(): void {
  const [, navigate] = useLocation();
  useEffect(() => {
    if (!('serviceWorker' in navigator)) return undefined;
    const hear = ({ data, ports }: MessageEvent<unknown>): void => {
      if (typeof data !== 'object' || data === null) return;
      if ('ask' in data && !SCREEN.test(window.location.pathname)) ports[0]?.postMessage(true);
      if ('open' in data && typeof data.open === 'string' && /^\/(?!\/)/.test(data.open)) navigate(data.open);
    };
    navigator.serviceWorker.addEventListener('message', hear);
    return () => navigator.serviceWorker.removeEventListener('message', hear);
  }, [navigate]);
}
