import { IconMap } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { ErrorNotice } from '../api/error-notice.tsx';
import { useAreas, useMap } from '../api/sector-queries.ts';
import { useSession } from '../app/session.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Loading } from '../ui/loading.tsx';
import { ProvinceMap, type ProvinceMapProps } from './province-map.tsx';

/** The map, or how to get one. */
export function MapPanel(props: Omit<ProvinceMapProps, 'map' | 'areas'>) {
  const map = useMap();
  const areas = useAreas();
  if (map.isPending) return <Loading />;
  if (map.isError && map.error.kind !== 'notFound')
    return <ErrorNotice error={map.error} retry={() => void map.refetch()} />;
  if (map.data === undefined || map.data.areas.length === 0) return <NoMap />;
  return <ProvinceMap {...props} map={map.data} areas={areas.data ?? []} />;
}

function NoMap() {
  const { t } = useTranslation('sectors');
  const { can } = useSession();
  return (
    <EmptyState icon={IconMap} title={t('map.none')}>
      {can('sector.manage') || can('system.manage') ? (
        <>
          <p>{t('map.noneAdmin')}</p>
          <code>npm run map -- &lt;file.geojson&gt;</code>
        </>
      ) : (
        t('map.noneOther')
      )}
    </EmptyState>
  );
}
