import { useState } from 'react';
import type { TamnhinEvent } from '#contracts/events';
import { EventDetail } from './event-detail.tsx';
import { EventPanel } from './event-panel.tsx';
import classes from './events-page.module.css';

/** The queue with room for the one that is selected; on a phone the detail comes over the queue. */
export default function EventsPage() {
  const [selected, setSelected] = useState<TamnhinEvent | null>(null);
  return (
    <div className={classes.page} data-open={selected !== null}>
      <div className={classes.queue}>
        <EventPanel onSelect={setSelected} selectedId={selected?.id ?? null} heading={1} />
      </div>
      <div className={classes.detail}>
        <EventDetail event={selected} close={() => setSelected(null)} />
      </div>
    </div>
  );
}
