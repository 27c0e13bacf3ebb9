import { ActionIcon, Button, Select, Switch, Tooltip } from '@mantine/core';
import { IconClock, IconDeviceTv, IconShieldCheck, IconUser } from '@tabler/icons-react';
import { memo, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { AlertClock } from '../alerts/alert-clock.tsx';
import { clockText } from '../alerts/alert-order.ts';
import { useAlertWords } from '../alerts/use-alert-words.ts';
import { useHeldOrder } from '../alerts/use-held-order.ts';
import { ErrorNotice } from '../api/error-notice.tsx';
import { useMoreSectorEvents, useSectors } from '../api/sector-queries.ts';
import { useSession } from '../app/session.tsx';
import { SectorIcon } from '../sectors/sector-icon.tsx';
import { useWords } from '../sectors/texts.ts';
import { AgeText } from '../ui/age-text.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Loading } from '../ui/loading.tsx';
import { useFromNow } from '../ui/now.tsx';
import { SeverityMark } from '../ui/severity-mark.tsx';
import { WaitingAbove } from '../ui/waiting-above.tsx';
import { OpenEvent } from './open-event.tsx';
import classes from './queue.module.css';
import { CAMERA_SECTOR, type QueueFilter, type QueueItem, WHOLE_QUEUE } from './queue-order.ts';
import { useQueue } from './use-queue.ts';

/** The list keeps its rows in place while somebody is busy in it; what is new waits above and is counted. */
export function QueueList(props: {
  filter: QueueFilter;
  onFilter: (filter: QueueFilter) => void;
  selectedId: string | null;
  onSelect: (item: QueueItem) => void;
  /** Calls the camera of an alert onto the wall beside. */
  onShow?: (cameraId: string) => void;
}) {
  const { filter, onFilter, selectedId, onSelect, onShow } = props;
  const { t } = useTranslation('sectors');
  const words = useWords();
  const scroller = useRef<HTMLDivElement>(null);
  const { passing, all, error, pending, retry } = useQueue(filter);
  const { shown, waiting, catchUp } = useHeldOrder(passing, all, scroller, JSON.stringify(filter));
  const mayEvents = useSession().can('sector.read');
  const rest = useMoreSectorEvents();
  const sectors = useSectors();
  const alertWords = useAlertWords();
  const names = useMemo(() => new Map(sectors.data?.map(({ key, name }) => [key, words(name)])), [sectors.data, words]);
  const choices = useMemo(() => {
    const known = [...names].map(([value, label]) => ({ value, label }));
    return names.has(CAMERA_SECTOR) ? known : [{ value: CAMERA_SECTOR, label: t('queue.cameras') }, ...known];
  }, [names, t]);
  const titleOf = (item: QueueItem): string =>
    item.kind === 'alert' ? alertWords.sentence(item.alert) : words(item.event.title);
  return (
    <section className={classes.panel} aria-label={t('queue.title')}>
      <header className={classes.header}>
        <h2>{t('queue.title')}</h2>
        <span className={classes.count} data-queue-count>
          {passing.length}
          {mayEvents && rest.more && '+'}
        </span>
        {mayEvents && <OpenEvent sector={filter.sector} />}
        <Select
          size="xs"
          className={classes.sector}
          aria-label={t('queue.sector')}
          placeholder={t('queue.allSectors')}
          clearable
          data={choices}
          value={filter.sector}
          onChange={(sector) => onFilter({ ...filter, sector })}
        />
        <Switch
          size="xs"
          label={t('queue.untaken')}
          checked={filter.which === 'untaken'}
          onChange={(event) => onFilter({ ...filter, which: event.currentTarget.checked ? 'untaken' : 'all' })}
        />
      </header>
      <div className={classes.scroller} ref={scroller}>
        {waiting > 0 && <WaitingAbove catchUp={catchUp}>{t('queue.fresh', { count: waiting })}</WaitingAbove>}
        {error !== null && <ErrorNotice error={error} retry={retry} />}
        {pending && <Loading />}
        {!pending && error === null && shown.length === 0 && (
          <EmptyState
            icon={IconShieldCheck}
            title={t('queue.empty')}
            actions={
              (filter.sector !== null || filter.which !== 'all') && (
                <Button size="xs" variant="default" onClick={() => onFilter(WHOLE_QUEUE)}>
                  {t('queue.clearFilter')}
                </Button>
              )
            }
          >
            {t('queue.emptyHint')}
          </EmptyState>
        )}
        <ul className={classes.list}>
          {shown.map((item) => (
            <QueueRow
              key={item.id}
              item={item}
              title={titleOf(item)}
              sectorName={names.get(item.sector) ?? (item.sector === CAMERA_SECTOR ? t('queue.cameras') : item.sector)}
              selected={item.id === selectedId}
              onSelect={onSelect}
              show={
                item.kind === 'alert' && onShow !== undefined
                  ? { label: t('queue.show', { camera: alertWords.cameraName(item.alert.cameraId) }), run: onShow }
                  : null
              }
            />
          ))}
        </ul>
        {rest.error !== null && <ErrorNotice error={rest.error} retry={rest.load} />}
        {mayEvents && rest.more && (
          <div className={classes.rest} data-queue-more>
            <span className={classes.dim}>{t('queue.more')}</span>
            <Button size="xs" variant="default" loading={rest.loading} onClick={rest.load}>
              {t('queue.loadMore')}
            </Button>
          </div>
        )}
      </div>
    </section>
  );
}

const QueueRow = memo(function QueueRow(props: {
  item: QueueItem;
  title: string;
  sectorName: string;
  selected: boolean;
  onSelect: (item: QueueItem) => void;
  show: { label: string; run: (cameraId: string) => void } | null;
}) {
  const { item, title, sectorName, selected, onSelect, show } = props;
  const { t } = useTranslation('sectors');
  const owner = item.kind === 'alert' ? item.alert.owner : item.event.acknowledgedBy;
  const place = item.kind === 'event' ? (item.event.place?.name ?? '') : '';
  const count = item.kind === 'alert' ? item.alert.count : item.event.count;
  return (
    <li
      data-state={item.over ? 'over' : item.taken ? 'taken' : 'new'}
      data-alert={item.kind === 'alert' ? item.id : undefined}
    >
      <button
        type="button"
        className={classes.row}
        data-item={item.id}
        data-kind={item.kind}
        data-severity={item.severity}
        aria-current={selected}
        onClick={() => onSelect(item)}
      >
        <SeverityMark severity={item.severity} />
        <span className={classes.sentence}>{title}</span>
        <span className={classes.foot}>
          <span className={classes.sectorName}>
            <SectorIcon sector={item.sector} size={13} />
            {sectorName}
          </span>
          {place !== '' && <span className={classes.place}>{place}</span>}
          {count > 1 && <span>×{count}</span>}
          <AgeText ms={item.openedMs} />
          {item.kind === 'alert' ? <AlertClock alert={item.alert} short /> : <DueClock dueMs={item.dueMs} />}
          {owner !== null && (
            <span className={classes.owner}>
              <IconUser size={13} aria-hidden />
              {owner.name}
            </span>
          )}
          {item.over && <span>{t('queue.over')}</span>}
          {item.kind === 'event' && item.event.synthetic && <span>{t('synthetic')}</span>}
        </span>
      </button>
      {show !== null && item.kind === 'alert' && (
        <Tooltip label={show.label}>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={show.label}
            onClick={() => show.run(item.alert.cameraId)}
          >
            <IconDeviceTv size={18} aria-hidden />
          </ActionIcon>
        </Tooltip>
      )}
    </li>
  );
});

const SOON_MS = 5 * 60_000;

/** Counts down to when somebody must have acted. */
export function DueClock({ dueMs }: { dueMs: number | null }) {
  const { t } = useTranslation('sectors');
  const left = useFromNow((now) => (dueMs === null ? Number.NaN : Math.ceil((dueMs - now) / 1000)));
  if (Number.isNaN(left)) return null;
  const words = left <= 0 ? t('queue.overdue') : t('queue.dueIn', { time: clockText(left * 1000) });
  return (
    <span className={classes.clock} data-soon={left * 1000 <= SOON_MS} title={words}>
      <IconClock size={13} aria-hidden />
      {left <= 0 ? t('queue.overdueShort') : clockText(left * 1000)}
    </span>
  );
}
