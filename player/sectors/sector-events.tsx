import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { isOver } from '../api/sector-cache.ts';
import { useSectorEvents } from '../api/sector-queries.ts';
import { sectorEventLink } from '../app/links.ts';
import { OpenEvent } from '../queue/open-event.tsx';
import { byUrgency, itemOfEvent } from '../queue/queue-order.ts';
import { AgeText } from '../ui/age-text.tsx';
import { Panel } from '../ui/page.tsx';
import { SeverityMark } from '../ui/severity-mark.tsx';
import classes from './sectors.module.css';
import { useWords } from './texts.ts';

const MOST_SHOWN = 12;

/** What is open in a sector, the most urgent first. */
export function SectorEvents({ sector, area }: { sector: string; area: string | null }) {
  const { t } = useTranslation('sectors');
  const words = useWords();
  const events = useSectorEvents(true);
  const open =
    events.data
      ?.filter((event) => event.sector === sector && !isOver(event) && (area === null || event.areaCode === area))
      .map(itemOfEvent)
      .toSorted(byUrgency) ?? [];
  return (
    <Panel title={t('events.title', { count: open.length })} actions={<OpenEvent sector={sector} only />}>
      {events.data !== undefined && open.length === 0 && <p className={classes.dim}>{t('events.none')}</p>}
      <ul className={classes.list}>
        {open.slice(0, MOST_SHOWN).map(({ event }) => (
          <li key={event.id}>
            <Link className={classes.row} href={sectorEventLink(event.id)} data-event={event.id}>
              <SeverityMark severity={event.severity} />
              <span className={classes.rowTitle}>{words(event.title)}</span>
              <span className={classes.rowFoot}>
                <AgeText ms={event.openedMs} />
                {event.place !== null && event.place.name !== '' && <span>{event.place.name}</span>}
                {event.acknowledgedBy !== null && <span>{event.acknowledgedBy.name}</span>}
              </span>
            </Link>
          </li>
        ))}
      </ul>
      {open.length > MOST_SHOWN && <Link href={`/queue?sector=${encodeURIComponent(sector)}`}>{t('events.all')}</Link>}
    </Panel>
  );
}
