import { Button, Group, Stack, Text } from '@mantine/core';
import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleX,
  IconClockExclamation,
  IconPlugConnectedX,
  type TablerIcon,
} from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DiskState, DiskView } from '#contracts/recordings';
import { useDates } from '../../ui/dates.ts';
import { FactList } from '../../ui/fact-list.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Panel } from '../../ui/page.tsx';
import { useBytes } from '../../ui/use-bytes.ts';
import { DiskMeter } from './disk-meter.tsx';
import { useForecastWords } from './forecast-words.ts';
import { StoredStreams } from './stored-streams.tsx';

// Each state has a shape of its own, so that it is told apart without colour.
const MARKS: Readonly<Record<DiskState, { icon: TablerIcon; color: string; notice: 'info' | 'warn' | 'bad' | null }>> =
  {
    ready: { icon: IconCircleCheck, color: 'var(--tn-live)', notice: null },
    full: { icon: IconAlertTriangle, color: 'var(--tn-warn)', notice: 'info' },
    slow: { icon: IconClockExclamation, color: 'var(--tn-warn)', notice: 'warn' },
    failed: { icon: IconCircleX, color: 'var(--tn-down)', notice: 'bad' },
    missing: { icon: IconPlugConnectedX, color: 'var(--tn-down)', notice: 'bad' },
  };

/** One disk: how it is and what to do about it, how full, and for how long there is room. */
export function DiskPanel({ disk }: { disk: DiskView }) {
  const { t } = useTranslation(['admin', 'app']);
  const dates = useDates();
  const bytes = useBytes();
  const forecast = useForecastWords();
  const [opened, setOpened] = useState(false);
  const { icon: Icon, color, notice } = MARKS[disk.state];
  const state = t(`storage.states.${disk.state}.name`);
  const todo = disk.state === 'ready' ? '' : t(`storage.states.${disk.state}.todo`);
  const usable = disk.state !== 'missing' && disk.totalBytes > 0;
  const other = Math.max(0, disk.totalBytes - disk.freeBytes - disk.recordedBytes);
  return (
    <Panel title={disk.path}>
      <Stack gap="sm" data-disk={disk.path} data-state={disk.state}>
        {notice === null ? (
          <Group gap={6}>
            <Icon size={18} color={color} aria-hidden />
            <strong>{state}</strong>
            <Text c="dimmed">{t(`storage.states.${disk.state}.means`)}</Text>
          </Group>
        ) : (
          <Notice kind={notice} title={state}>
            {t(`storage.states.${disk.state}.means`)} {todo}
          </Notice>
        )}
        {usable && <DiskMeter disk={disk} />}
        <FactList
          facts={[
            [t('storage.forecast'), <strong key="forecast">{forecast(disk)}</strong>],
            [t('storage.total'), usable ? bytes(disk.totalBytes) : ''],
            [
              t('storage.recorded'),
              disk.oldestMs === null
                ? bytes(disk.recordedBytes)
                : t('storage.recordedSince', {
                    bytes: bytes(disk.recordedBytes),
                    time: dates.full(disk.oldestMs),
                  }),
            ],
            [t('storage.other'), usable ? bytes(other) : ''],
            [t('storage.free'), usable ? bytes(disk.freeBytes) : ''],
            [t('storage.floor'), usable ? bytes(disk.floorBytes) : ''],
            [
              t('storage.rate'),
              disk.bytesPerDay > 0 ? t('storage.ratePerDay', { bytes: bytes(disk.bytesPerDay) }) : '',
            ],
            [t('storage.detail'), disk.detail === '' ? '' : <code key="detail">{disk.detail}</code>],
          ]}
        />
        {disk.id !== '' && (
          <Group>
            <Button size="compact-sm" variant="default" aria-expanded={opened} onClick={() => setOpened(!opened)}>
              {t(opened ? 'storage.hideByCamera' : 'storage.byCamera')}
            </Button>
          </Group>
        )}
        {opened && <StoredStreams disk={disk} />}
      </Stack>
    </Panel>
  );
}
