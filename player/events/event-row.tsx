import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import type { TamnhinEvent } from '#contracts/events';
import { AgeText, TimeText } from '../ui/age-text.tsx';
import { SeverityMark } from '../ui/severity-mark.tsx';
import classes from './event-panel.module.css';
import { sentenceOf } from './event-sentence.ts';

interface EventRowProps {
  readonly event: TamnhinEvent;
  /** `null` for an event of the system. */
  readonly cameraName: string | null;
  readonly selected: boolean;
  readonly onSelect: (event: TamnhinEvent) => void;
}

export const EventRow = memo(function EventRow({ event, cameraName, selected, onSelect }: EventRowProps) {
  const { t } = useTranslation(['events', 'faults', 'app']);
  return (
    <li>
      <button
        type="button"
        className={classes.row}
        data-severity={event.severity}
        aria-current={selected}
        onClick={() => onSelect(event)}
      >
        <SeverityMark severity={event.severity} />
        <span className={classes.sentence}>{sentenceOf(event, { t, cameraName: cameraName ?? '' })}</span>
        <span className={classes.when}>
          <TimeText ms={event.timeMs} />
          <AgeText ms={event.timeMs} />
        </span>
      </button>
    </li>
  );
});
