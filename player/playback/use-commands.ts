import { showNotification } from '@mantine/notifications';
import { useCallback, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useErrorWords } from '../api/error-words.ts';
import { commandOf, nextRate, type PlaybackCommand } from './keys.ts';
import { LIVE_EDGE_MS, type PlaybackClock } from './playback-clock.ts';
import { type TimeView, zoom } from './time-view.ts';

export interface Commands {
  readonly clock: PlaybackClock;
  /** Finds the next mark of the cameras on the page, also one that is not drawn. */
  readonly nextMark: (fromMs: number, direction: 1 | -1) => Promise<number | undefined>;
  /** ms that one picture of the chosen camera lasts. */
  readonly frameMs: number;
  readonly serverNow: () => number;
  readonly onView: (change: (view: TimeView) => TimeView) => void;
  readonly onBookmark: () => void;
  readonly onExport: () => void;
  readonly onHold: () => void;
  readonly onBookmarks: () => void;
  readonly onSound: () => void;
  readonly onHelp: () => void;
}

/** Everything that a key or a button does, in one place; listens to the keys. */
export function useCommands(commands: Commands): (command: PlaybackCommand) => void {
  const { t } = useTranslation('playback');
  const words = useErrorWords();
  const latest = useRef({ ...commands, t, words });
  latest.current = { ...commands, t, words };
  /** One search at a time: who presses again meanwhile means the next one of what is found. */
  const searching = useRef(false);

  const run = useCallback((command: PlaybackCommand): void => {
    const { clock, nextMark, frameMs, serverNow, onView, onBookmark, onExport, onHold, onBookmarks, onSound, onHelp } =
      latest.current;
    const by = (ms: number): void => clock.seek(clock.now() + ms);
    const step = (ms: number): void => {
      clock.pause();
      by(ms);
    };
    const toEvent = (direction: 1 | -1): void => {
      if (searching.current) return;
      searching.current = true;
      nextMark(clock.now(), direction)
        .then(
          (ms) => {
            if (ms === undefined) showNotification({ message: latest.current.t('noEvent') });
            else clock.seek(ms);
          },
          (error: unknown) => showNotification({ color: 'red', message: latest.current.words(error).what }),
        )
        .finally(() => {
          searching.current = false;
        });
    };
    const actions: Readonly<Record<PlaybackCommand, () => void>> = {
      toggle: () => (clock.playing ? clock.pause() : clock.play()),
      faster: () => clock.setRate(nextRate(clock.rate, 1)),
      slower: () => clock.setRate(nextRate(clock.rate, -1)),
      reverse: () => clock.setRate(-clock.rate),
      frameBack: () => step(-frameMs),
      frameForward: () => step(frameMs),
      back10: () => by(-10_000),
      forward10: () => by(10_000),
      back60: () => by(-60_000),
      forward60: () => by(60_000),
      previousEvent: () => toEvent(-1),
      nextEvent: () => toEvent(1),
      bookmark: onBookmark,
      export: onExport,
      hold: onHold,
      bookmarks: onBookmarks,
      sound: onSound,
      zoomIn: () => onView((view) => zoom(view, 0.5, clock.now())),
      zoomOut: () => onView((view) => zoom(view, 2, clock.now())),
      now: () => clock.seek(serverNow() - LIVE_EDGE_MS),
      help: onHelp,
    };
    actions[command]();
  }, []);

  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTaken(event)) return;
      const command = commandOf(event);
      if (command === undefined) return;
      event.preventDefault();
      run(command);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [run]);

  return run;
}

/** Fields and open dialogs have keys of their own; a button has the space bar. */
function isTaken({ target, key }: KeyboardEvent): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) return true;
  if (target.closest('[role="dialog"], [role="listbox"]') !== null) return true;
  return key === ' ' && target.closest('button, a') !== null;
}
