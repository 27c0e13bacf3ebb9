import { useState } from 'react';
import { useLocation } from 'wouter';
import { AlarmNotice } from '../alerts/alarm-notice.tsx';
import { alertLink } from '../app/links.ts';
import { useSectorTexts } from '../sectors/texts.ts';
import { EventDetail } from './event-detail.tsx';
import { QueueList } from './queue-list.tsx';
import { type QueueFilter, type QueueItem, WHOLE_QUEUE } from './queue-order.ts';
import { useQueue } from './use-queue.ts';

/** The queue beside the wall. What is chosen opens below it; its cameras are the wall's to show. */
export default function LiveQueue(props: {
  selectedId: string | null;
  onSelect: (item: QueueItem | null) => void;
  onShow: (cameraId: string) => void;
}) {
  useSectorTexts();
  const [, navigate] = useLocation();
  const [filter, setFilter] = useState<QueueFilter>(WHOLE_QUEUE);
  const { all } = useQueue(WHOLE_QUEUE);
  const selected = props.selectedId === null ? undefined : all.get(props.selectedId);
  return (
    <>
      <AlarmNotice />
      <QueueList
        filter={filter}
        onFilter={setFilter}
        selectedId={props.selectedId}
        onShow={props.onShow}
        // An alert has a page of its own, with all that the police do with it.
        onSelect={(item) => (item.kind === 'alert' ? navigate(alertLink(item.id)) : props.onSelect(item))}
      />
      {selected?.kind === 'event' && (
        <EventDetail key={selected.id} event={selected.event} onClose={() => props.onSelect(null)} />
      )}
    </>
  );
}
