import { IconBookmark, IconGavel } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { BookmarkView, HoldView } from '#contracts/recordings';
import { holdsLink } from '../app/links.ts';
import { useDates } from '../ui/dates.ts';
import { BookmarkButtons } from './bookmark-actions.tsx';
import { bookmarkWords } from './mark-at.ts';
import classes from './playback.module.css';
import type { PlaybackClock } from './playback-clock.ts';
import { spanOf, type TimeView } from './time-view.ts';
import type { Loop } from './use-loop.ts';
import type { CameraTimes } from './use-timelines.ts';

export interface MomentNotesProps {
  readonly times: CameraTimes | undefined;
  readonly view: TimeView;
  readonly clock: PlaybackClock;
  readonly loop: Loop;
  readonly onEdit: (bookmark: BookmarkView) => void;
}

/** Pixels of some hundreds that a timeline has: so near a mark counts as there. */
const NEAR_SHARE = 1 / 200;
/** More do not fit; the list has all. */
const MOST_SHOWN = 3;

/**
 * What stands at the playhead of the chosen camera, in words: who holds it and why, and what somebody marked. A press
 * on a mark, a tap or a jump by keys brings the playhead there, so each of them tells it.
 */
export function MomentNotes({ times, view, clock, loop, onEdit }: MomentNotesProps) {
  const { t } = useTranslation('playback');
  const dates = useDates();
  const { holds, bookmarks } = useMarksAt(times, spanOf(view) * NEAR_SHARE, clock, loop);
  if (holds.length === 0 && bookmarks.length === 0) return null;
  return (
    <ul className={classes.moment} aria-live="polite" data-moment>
      {holds.slice(0, MOST_SHOWN).map((hold) => (
        <li key={hold.id}>
          <IconGavel size={14} aria-hidden color="var(--tn-warn)" />
          <Link href={holdsLink(hold.caseNumber)} className={classes.momentLink}>
            {t('hold', { number: hold.caseNumber })}
          </Link>
          <span className={classes.momentText}>
            {t('holdBy', { reason: hold.reason, name: hold.createdBy, time: dates.full(hold.createdMs) })}
          </span>
        </li>
      ))}
      {bookmarks.slice(0, MOST_SHOWN).map((bookmark) => (
        <li key={bookmark.id}>
          <IconBookmark size={14} aria-hidden color="var(--tn-live)" />
          <span className={classes.momentText}>
            {bookmarkWords(bookmark)} · {bookmark.createdBy}
          </span>
          <BookmarkButtons bookmark={bookmark} onEdit={onEdit} />
        </li>
      ))}
    </ul>
  );
}

interface Marks {
  readonly holds: readonly HoldView[];
  readonly bookmarks: readonly BookmarkView[];
}

/** Follows the clock past React, which is told only when something else stands there. */
function useMarksAt(times: CameraTimes | undefined, nearMs: number, clock: PlaybackClock, loop: Loop): Marks {
  const [marks, setMarks] = useState<Marks>({ holds: [], bookmarks: [] });
  useEffect(() => {
    let shown = '';
    const look = (): void => {
      const now = clock.now();
      const holds = times?.timeline?.holds.filter(({ startMs, endMs }) => startMs <= now && endMs >= now) ?? [];
      const bookmarks = times?.timeline?.bookmarks.filter(({ timeMs }) => Math.abs(timeMs - now) <= nearMs) ?? [];
      const next = JSON.stringify([holds, bookmarks]);
      if (next === shown) return;
      shown = next;
      setMarks({ holds, bookmarks });
    };
    look();
    return loop.add(look);
  }, [times?.timeline, nearMs, clock, loop]);
  return marks;
}
