import { Button } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconArrowLeft, IconListDetails } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation, useSearch } from 'wouter';
import { useApi } from '../api/context.tsx';
import { queryKeys } from '../api/query-keys.ts';
import { alertLink, QUEUE_PATH, sectorEventLink } from '../app/links.ts';
import { useSession } from '../app/session.tsx';
import { PHONE_MAX_WIDTH } from '../app/theme.ts';
import { useWallClient } from '../live/use-wall-client.ts';
import { useSectorTexts } from '../sectors/texts.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { Loading } from '../ui/loading.tsx';
import { EventDetail } from './event-detail.tsx';
import classes from './queue.module.css';
import { QueueList } from './queue-list.tsx';
import { type QueueFilter, WHOLE_QUEUE } from './queue-order.ts';
import { useQueue } from './use-queue.ts';

const PHONE = `(max-width: ${PHONE_MAX_WIDTH}px)`;

/** The queue as a page of its own: for an officer on a phone, and for whoever has no wall beside. */
export default function QueuePage() {
  useSectorTexts();
  const { t } = useTranslation(['sectors', 'app']);
  const api = useApi();
  const { can } = useSession();
  const [, navigate] = useLocation();
  const query = new URLSearchParams(useSearch());
  const phone = useMediaQuery(PHONE, false, { getInitialValueInEffect: false });
  const wall = useWallClient();
  const [filter, setFilter] = useState<QueueFilter>({ ...WHOLE_QUEUE, sector: query.get('sector') });
  const selectedId = query.get('item');
  const { all } = useQueue(WHOLE_QUEUE);
  const listed = selectedId === null ? undefined : all.get(selectedId);
  // One that is over, or beyond the list: a link to it must still open.
  const other = useQuery({
    queryKey: queryKeys.sectorEvent(selectedId ?? ''),
    queryFn: ({ signal }) => api.sectorEvents.get(selectedId ?? '', signal),
    enabled: selectedId !== null && listed === undefined && can('sector.read'),
    retry: false,
  });
  const event = listed === undefined ? other.data : listed.kind === 'event' ? listed.event : undefined;
  const back = (): void => navigate(QUEUE_PATH, { replace: true });
  return (
    <div className={classes.page}>
      {(!phone || selectedId === null) && (
        <QueueList
          filter={filter}
          onFilter={setFilter}
          selectedId={selectedId}
          onSelect={(item) =>
            navigate(item.kind === 'alert' ? alertLink(item.id) : sectorEventLink(item.id), {
              replace: item.kind === 'event' && !phone,
            })
          }
        />
      )}
      {(!phone || selectedId !== null) && (
        <div style={{ minHeight: 0, overflowY: 'auto', flex: 1 }}>
          {phone && (
            <Button variant="subtle" leftSection={<IconArrowLeft size={16} />} onClick={back}>
              {t('queue.title')}
            </Button>
          )}
          {event !== undefined ? (
            <EventDetail key={event.id} event={event} wall={wall} />
          ) : selectedId !== null && other.isLoading ? (
            <Loading />
          ) : (
            <EmptyState
              icon={IconListDetails}
              title={t(selectedId === null ? 'queue.choose' : 'queue.gone')}
              actions={
                selectedId !== null && (
                  <Button variant="default" onClick={back}>
                    {t('app:common.back')}
                  </Button>
                )
              }
            >
              {t(selectedId === null ? 'queue.chooseHint' : 'queue.goneHint')}
            </EmptyState>
          )}
        </div>
      )}
    </div>
  );
}
