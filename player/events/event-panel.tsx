import { Button } from '@mantine/core';
import { IconBell, IconFilterOff } from '@tabler/icons-react';
import { useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { TamnhinEvent } from '#contracts/events';
import { ErrorNotice } from '../api/error-notice.tsx';
import { useCameras } from '../api/queries.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { Loading } from '../ui/loading.tsx';
import { WaitingAbove } from '../ui/waiting-above.tsx';
import { EVERYTHING, type EventFilter, passes } from './event-filter.ts';
import classes from './event-panel.module.css';
import { EventRow } from './event-row.tsx';
import { SeverityAndCamera } from './severity-and-camera.tsx';
import { useEvents } from './use-events.ts';
import { useHeldPlace } from './use-held-place.ts';

export interface EventPanelProps {
  readonly onSelect: (event: TamnhinEvent) => void;
  /** `TamnhinEvent.id` of the one that is shown beside the panel. */
  readonly selectedId?: string | null;
  /** Level of its heading in the page around it. */
  readonly heading?: 1 | 2;
}

/** The queue of events. Fills its parent's height and scrolls inside; keeps its place when new ones come. */
export function EventPanel({ onSelect, selectedId = null, heading = 2 }: EventPanelProps) {
  const { t } = useTranslation('events');
  const Heading: 'h1' | 'h2' = `h${heading}`;
  const { query, loadOlder, loadingOlder } = useEvents();
  const cameras = useCameras();
  const [filter, setFilter] = useState<EventFilter>(EVERYTHING);
  const scroller = useRef<HTMLDivElement>(null);

  const names = useMemo(() => new Map(cameras.data?.map((camera) => [camera.id, camera.name])), [cameras.data]);
  const passing = useMemo(
    () => query.data?.events.filter((event) => passes(event, filter)) ?? [],
    [query.data, filter],
  );
  const { shown, fresh, catchUp } = useHeldPlace(passing, scroller);

  return (
    <section className={classes.panel} aria-label={t('title')}>
      <header className={classes.header}>
        <Heading className={classes.title}>{t('title')}</Heading>
        <div className={classes.filters}>
          <SeverityAndCamera filter={filter} onChange={(change) => setFilter({ ...filter, ...change })} />
        </div>
      </header>
      <div className={classes.queue} ref={scroller}>
        {fresh > 0 && <WaitingAbove catchUp={catchUp}>{t('fresh', { count: fresh })}</WaitingAbove>}
        {query.isPending && <Loading />}
        {query.error !== null && <ErrorNotice error={query.error} retry={() => void query.refetch()} />}
        {query.isSuccess && shown.length === 0 && (
          <Nothing filtered={filter !== EVERYTHING} clear={() => setFilter(EVERYTHING)} />
        )}
        <ul className={classes.list}>
          {shown.map((event) => (
            <EventRow
              key={event.sequence}
              event={event}
              cameraName={event.cameraId === null ? null : (names.get(event.cameraId) ?? t('unknownCamera'))}
              selected={event.id === selectedId}
              onSelect={onSelect}
            />
          ))}
        </ul>
        {query.data?.more === true && (
          <Button fullWidth size="xs" variant="subtle" loading={loadingOlder} onClick={loadOlder}>
            {t('older')}
          </Button>
        )}
      </div>
    </section>
  );
}

function Nothing({ filtered, clear }: { filtered: boolean; clear: () => void }) {
  const { t } = useTranslation('events');
  if (!filtered)
    return (
      <EmptyState icon={IconBell} title={t('empty')}>
        {t('emptyHint')}
      </EmptyState>
    );
  return (
    <EmptyState
      icon={IconFilterOff}
      title={t('emptyFiltered')}
      actions={
        <Button size="xs" variant="default" onClick={clear}>
          {t('clearFilter')}
        </Button>
      }
    />
  );
}
