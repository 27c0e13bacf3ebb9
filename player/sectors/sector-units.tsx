import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { useApi } from '../api/context.tsx';
import { queryKeys } from '../api/query-keys.ts';
import { SECTORS_PATH } from '../app/links.ts';
import { Panel } from '../ui/page.tsx';
import { QualityBars } from './quality-bars.tsx';
import classes from './sectors.module.css';

const MOST_SHOWN = 6;

/** Who delivers to the sector, the worst first. */
export function SectorUnits({ sector }: { sector: string }) {
  const { t } = useTranslation('sectors');
  const api = useApi();
  const league = useQuery({
    queryKey: [...queryKeys.figuresOf(sector), 'league', 'week'],
    queryFn: ({ signal }) => api.quality.league({ window: 'week', sector }, signal),
  });
  if (league.data === undefined || league.data.length === 0) return null;
  return (
    <Panel title={t('league.ofSector')}>
      <ul className={classes.list}>
        {league.data.slice(0, MOST_SHOWN).map((row) => (
          <li key={row.unitId} className={classes.row} style={{ gridTemplateColumns: 'minmax(0, 1fr)' }}>
            <span className={classes.rowTitle}>{row.unitName}</span>
            <QualityBars scores={row.scores} />
          </li>
        ))}
      </ul>
      <Link href={`${SECTORS_PATH}/league?sector=${encodeURIComponent(sector)}`}>
        {t('league.all', { count: league.data.length })}
      </Link>
    </Panel>
  );
}
