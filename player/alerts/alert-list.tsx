import { Button, SegmentedControl } from '@mantine/core';
import { IconFilterOff, IconShieldCheck } from '@tabler/icons-react';
import type { RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import type { AlertView } from '#contracts/alerts';
import { useSession } from '../app/session.tsx';
import { SeverityAndCamera } from '../events/severity-and-camera.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { WaitingAbove } from '../ui/waiting-above.tsx';
import { type AlertFilter, OPEN_ALERTS } from './alert-order.ts';
import { AlertRow } from './alert-row.tsx';
import classes from './alerts.module.css';

const WHICH = ['open', 'new', 'mine', 'closed'] as const;

/** Which alerts are listed. */
export function AlertFilters(props: {
  filter: AlertFilter;
  counts: Readonly<Record<'open' | 'new' | 'mine', number>>;
  /** Who only looks on has none. */
  mine: boolean;
  onChange: (filter: AlertFilter) => void;
}) {
  const { filter, counts, onChange } = props;
  const { t } = useTranslation('alerts');
  return (
    <div className={classes.filters}>
      <SegmentedControl
        fullWidth
        size="xs"
        aria-label={t('whichLabel')}
        data={WHICH.filter((which) => which !== 'mine' || props.mine).map((which) => ({
          value: which,
          label: which === 'closed' ? t(`which.${which}`) : `${t(`which.${which}`)} ${counts[which]}`,
        }))}
        value={filter.which}
        onChange={(value) => {
          const which = WHICH.find((known) => known === value);
          if (which !== undefined) onChange({ ...filter, which });
        }}
      />
      <div className={classes.filterRow}>
        <SeverityAndCamera filter={filter} onChange={(change) => onChange({ ...filter, ...change })} />
      </div>
    </div>
  );
}

/** The rows, and what waits above them. The page around it gives the order. */
export function AlertRows(props: {
  alerts: readonly AlertView[];
  waiting: number;
  catchUp: () => void;
  sentence: (alert: AlertView) => string;
  selectedId: string | null;
  onSelect: (alertId: string) => void;
  filter: AlertFilter;
  onClearFilter: () => void;
  more: { readonly load: () => void; readonly loading: boolean } | null;
  scroller: RefObject<HTMLDivElement | null>;
  children?: React.ReactNode;
}) {
  const { t } = useTranslation('alerts');
  const { user } = useSession();
  return (
    <div className={classes.queue} ref={props.scroller}>
      {props.waiting > 0 && <WaitingAbove catchUp={props.catchUp}>{t('fresh', { count: props.waiting })}</WaitingAbove>}
      {props.children ?? (props.alerts.length === 0 && <Nothing filter={props.filter} clear={props.onClearFilter} />)}
      <ul className={classes.list} aria-label={t('title')}>
        {props.alerts.map((alert) => (
          <AlertRow
            key={alert.id}
            alert={alert}
            sentence={props.sentence(alert)}
            mine={alert.owner?.id === user.id}
            selected={alert.id === props.selectedId}
            onSelect={props.onSelect}
          />
        ))}
      </ul>
      {props.more !== null && (
        <Button fullWidth size="xs" variant="subtle" loading={props.more.loading} onClick={props.more.load}>
          {t('older')}
        </Button>
      )}
    </div>
  );
}

function Nothing({ filter, clear }: { filter: AlertFilter; clear: () => void }) {
  const { t } = useTranslation('alerts');
  const narrowed = filter.atLeast !== OPEN_ALERTS.atLeast || filter.cameraId !== null;
  if (!narrowed && filter.which === 'open')
    return (
      <EmptyState icon={IconShieldCheck} title={t('empty')}>
        {t('emptyHint')}
      </EmptyState>
    );
  return (
    <EmptyState
      icon={IconFilterOff}
      title={t(!narrowed && filter.which === 'closed' ? 'emptyClosed' : 'emptyFiltered')}
      actions={
        <Button size="xs" variant="default" onClick={clear}>
          {t('clearFilter')}
        </Button>
      }
    />
  );
}
