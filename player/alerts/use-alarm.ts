import { useEffect, useRef, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'wouter';
import type { AlertView } from '#contracts/alerts';
import { SEVERITIES } from '#contracts/severity';
import { useAlerts } from '../api/queries.ts';
import { alertLink } from '../app/links.ts';
import { followsAlerts } from '../app/navigation.ts';
import { useSession } from '../app/session.tsx';
import { useAlarmSettings } from './alarm-settings.ts';
import { alarmSound } from './alarm-sound.ts';
import { callOf, concerns } from './alert-order.ts';
import { useLeadingWindow } from './leading-window.ts';
import { useAlertWords } from './use-alert-words.ts';

/** Calls for alerts that come while the console is open: by sound, and by the desktop where that was switched on. */
export function useAlarm(): void {
  const { t } = useTranslation('alerts');
  const { user, can } = useSession();
  const alerts = useAlerts(followsAlerts(can));
  const words = useAlertWords();
  const [settings] = useAlarmSettings(user.id);
  const [, navigate] = useLocation();
  const audible = useSyncExternalStore(alarmSound.subscribe, () => settings.sound && alarmSound.state() === 'ready');
  // Apart: a window that cannot be heard must not keep the others quiet, and may still show.
  const sounds = useLeadingWindow('tamnhin.alarm.sound', audible);
  const shows = useLeadingWindow('tamnhin.alarm.desktop', true);
  const known = useRef<ReadonlyMap<string, AlertView> | null>(null);
  const latest = useRef({ settings, words, user, navigate, t });
  latest.current = { settings, words, user, navigate, t };

  useEffect(() => {
    if (alerts.data === undefined) return;
    const before = known.current;
    known.current = new Map(alerts.data.map((alert) => [alert.id, alert]));
    // What was there when the page was opened is seen in the list.
    if (before === null) return;
    const { settings: wanted, words: say, user: person, navigate: go, t: text } = latest.current;
    const roles = person.grants.map(({ role }) => role);
    const least = SEVERITIES.indexOf(wanted.least);
    const calls = alerts.data.flatMap((alert) => {
      const known = before.get(alert.id);
      const call = callOf(known, alert);
      // Who gave it back knows.
      if (known?.owner?.id === person.id) return [];
      if (call === null || !concerns(alert, roles) || SEVERITIES.indexOf(alert.severity) < least) return [];
      return [{ alert, call }];
    });
    const [worst] = calls.sort((a, b) => SEVERITIES.indexOf(b.alert.severity) - SEVERITIES.indexOf(a.alert.severity));
    if (worst !== undefined && wanted.sound && sounds.current) alarmSound.play(worst.alert.severity);
    if (!wanted.desktop || !shows.current || !mayNotify() || document.hasFocus()) return;
    for (const { alert, call } of calls.slice(0, 3)) {
      notify(`${text(`called.${call}`)} #${alert.number}`, say.sentence(alert), alert.id, () =>
        go(alertLink(alert.id)),
      );
    }
  }, [alerts.data, sounds, shows]);

  // Browsers let sound through once somebody has touched the page; most do within seconds of opening it.
  useEffect(() => {
    if (!settings.sound) return;
    const unlock = (): void => {
      if (alarmSound.state() === 'blocked') void alarmSound.unlock();
    };
    window.addEventListener('pointerdown', unlock);
    window.addEventListener('keydown', unlock);
    return () => {
      window.removeEventListener('pointerdown', unlock);
      window.removeEventListener('keydown', unlock);
    };
  }, [settings.sound]);
}

export function mayNotify(): boolean {
  return typeof Notification !== 'undefined' && Notification.permission === 'granted';
}

/** `tag`: a later one of the same alert takes the place of the earlier. */
function notify(title: string, body: string, tag: string, open: () => void): void {
  try {
    const shown = new Notification(title, { body, tag, icon: '/icon-192.png' });
    shown.onclick = () => {
      window.focus();
      open();
      shown.close();
    };
  } catch {
    // Chrome on Android has none outside of a service worker: there, push is the way.
  }
}
