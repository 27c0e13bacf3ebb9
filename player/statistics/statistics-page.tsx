import { Button, Select, TextInput } from '@mantine/core';
import { IconChartBar } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation, useSearch } from 'wouter';
import { PageError } from '../api/page-error.tsx';
import { useCameras } from '../api/queries.ts';
import { STATISTICS_PATH, statisticsLink } from '../app/links.ts';
import { useSession } from '../app/session.tsx';
import { cameraLabel } from '../ui/camera-label.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { Loading } from '../ui/loading.tsx';
import { Notice } from '../ui/notice.tsx';
import { useFromNow } from '../ui/now.tsx';
import { optionsFilter } from '../ui/options-filter.ts';
import { Page } from '../ui/page.tsx';
import { CameraFigures } from './camera-figures.tsx';
import { ownSpan, RANGES, type Range, spanOf } from './figures.ts';
import classes from './statistics.module.css';

/** How many crossed which line of a camera, and where in its picture something moved. */
export default function StatisticsPage() {
  const { t } = useTranslation('statistics');
  const { can } = useSession();
  const cameras = useCameras();
  const [, navigate] = useLocation();
  const asked = new URLSearchParams(useSearch()).get('camera');
  const [range, setRange] = useState<Range>('today');
  const [own, setOwn] = useState({ from: '', to: '' });
  // Ranges are of whole days: nothing changes with each second.
  const now = useFromNow((ms) => new Date(ms).setHours(0, 0, 0, 0));
  if (cameras.error !== null && cameras.data === undefined) {
    return <PageError error={cameras.error} retry={() => void cameras.refetch()} />;
  }
  if (cameras.data === undefined) return <Loading />;
  const camera = cameras.data.find(({ id }) => id === asked) ?? cameras.data[0];
  if (camera === undefined) {
    return (
      <EmptyState
        icon={IconChartBar}
        title={t('noCameras')}
        actions={
          can('camera.configure') && (
            <Button component={Link} href="/admin/cameras">
              {t('camera')}
            </Button>
          )
        }
      >
        {t('noCamerasHint')}
      </EmptyState>
    );
  }
  const span = range === 'own' ? ownSpan(own.from, own.to) : spanOf(range, now);
  return (
    <Page title={t('title')} hint={t('hint')}>
      <search className={classes.toolbar}>
        <Select
          label={t('camera')}
          searchable
          allowDeselect={false}
          limit={100}
          data={cameras.data.map((one) => ({ value: one.id, label: cameraLabel(one) }))}
          filter={optionsFilter}
          value={camera.id}
          onChange={(id) => navigate(id === null ? STATISTICS_PATH : statisticsLink(id), { replace: true })}
        />
        <Select
          label={t('range')}
          allowDeselect={false}
          data={RANGES.map((value) => ({ value, label: t(`ranges.${value}`) }))}
          value={range}
          onChange={(value) => {
            const next = RANGES.find((one) => one === value) ?? range;
            setRange(next);
            if (next === 'own' && own.from === '') setOwn({ from: dayText(now, 1), to: dayText(now, 0) });
          }}
        />
        {range === 'own' && (
          <TextInput
            type="date"
            label={t('from')}
            value={own.from}
            onChange={({ currentTarget: { value } }) => setOwn((before) => ({ ...before, from: value }))}
          />
        )}
        {range === 'own' && (
          <TextInput
            type="date"
            label={t('to')}
            value={own.to}
            onChange={({ currentTarget: { value } }) => setOwn((before) => ({ ...before, to: value }))}
          />
        )}
      </search>
      {span === undefined ? (
        <Notice kind="warn" title={t('badRange')} />
      ) : (
        <CameraFigures key={camera.id} cameraId={camera.id} span={span} />
      )}
    </Page>
  );
}

/** For `<input type="date">`. */
function dayText(nowMs: number, daysBack: number): string {
  const now = new Date(nowMs);
  const day = new Date(now.getFullYear(), now.getMonth(), now.getDate() - daysBack);
  return [day.getFullYear(), day.getMonth() + 1, day.getDate()].map((part) => String(part).padStart(2, '0')).join('-');
}
