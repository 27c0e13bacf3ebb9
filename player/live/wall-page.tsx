import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { worstByCamera } from '../alerts/alert-order.ts';
import { useAlerts, useCameras, useLayouts } from '../api/queries.ts';
import { useSession } from '../app/session.tsx';
import { Loading } from '../ui/loading.tsx';
import classes from './live.module.css';
import { useWallClient } from './use-wall-client.ts';
import { WallGrid } from './wall-grid.tsx';

/** A screen without controls: shows one layout, and follows when it is changed at a console. */
export default function WallPage({ layoutId }: { layoutId: string }) {
  const { t } = useTranslation('live');
  const cameras = useCameras();
  const layouts = useLayouts();
  const wall = useWallClient();
  const open = useAlerts(useSession().can('alert.claim'));
  const alerts = useMemo(() => worstByCamera(open.data ?? []), [open.data]);
  const layout = layouts.data?.find((one) => one.id === layoutId);
  if (cameras.data === undefined || layouts.data === undefined) return <Loading />;
  if (layout === undefined) return <p className={classes.hint}>{t('noSuchLayout')}</p>;
  return (
    <div className={classes.screen}>
      <WallGrid grid={layout} cameras={cameras.data} wall={wall} selected={-1} enlarged={null} alerts={alerts} />
    </div>
  );
}
