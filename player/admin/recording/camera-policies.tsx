import { Button, Select, Stack, Text } from '@mantine/core';
import { IconFilterOff } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { CameraView } from '#contracts/camera';
import type { PolicyList, PolicyTarget, RecordingPolicy } from '#contracts/recordings';
import { useCameras } from '../../api/queries.ts';
import { cameraLink } from '../../app/links.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { matches } from '../../ui/fold.ts';
import { SearchField } from '../../ui/search-field.tsx';
import classes from '../toolbar.module.css';
import { keyOfTarget, usePolicyWords, useTargetWords } from './policy-words.ts';

interface Row {
  readonly camera: CameraView;
  readonly from: PolicyTarget | null;
  readonly policy: RecordingPolicy;
}

const PAGE = 50;

/** What counts for each camera, and because of which policy. `rule`: only those under this one. */
export function CameraPolicies(props: {
  list: PolicyList;
  rule: string | null;
  setRule: (rule: string | null) => void;
  edit: (target: PolicyTarget, from: RecordingPolicy) => void;
}) {
  const { t } = useTranslation(['admin', 'app']);
  const { list, rule, setRule } = props;
  const cameras = useCameras();
  const policyWords = usePolicyWords();
  const targetWords = useTargetWords();
  const [search, setSearch] = useState('');
  const rows = useMemo(() => rowsOf(list, cameras.data ?? []), [list, cameras.data]);
  const shown = useMemo(
    () =>
      rows.filter(
        ({ camera, from }) =>
          (rule === null || keyOfTarget(from) === rule) && matches(`${camera.number} ${camera.name}`, search),
      ),
    [rows, rule, search],
  );
  const rules = useMemo(() => new Map(rows.map(({ from }) => [keyOfTarget(from), from])), [rows]);
  if (rows.length === 0) {
    return (
      <Stack gap={4}>
        <Text>{t('recording.noCameras')}</Text>
        <Text c="dimmed">{t('recording.noCamerasHint')}</Text>
      </Stack>
    );
  }
  const columns: readonly Column<Row>[] = [
    {
      key: 'number',
      header: t('cameras.number'),
      numeric: true,
      sortBy: ({ camera }) => camera.number,
      cell: ({ camera }) => camera.number,
    },
    {
      key: 'name',
      header: t('cameras.name'),
      role: 'title',
      sortBy: ({ camera }) => camera.name,
      cell: ({ camera }) => (
        <Link href={cameraLink(camera.id)} className={classes.link}>
          {camera.name}
        </Link>
      ),
    },
    { key: 'what', header: t('recording.what'), cell: ({ policy }) => policyWords(policy) },
    {
      key: 'from',
      header: t('recording.inForce'),
      sortBy: ({ from }) => targetWords(from),
      cell: ({ from }) => (from?.kind === 'camera' ? t('recording.targets.own') : targetWords(from)),
    },
    {
      key: 'actions',
      header: t('app:common.actions'),
      role: 'actions',
      cell: ({ camera, from, policy }) => (
        <Button
          size="compact-sm"
          variant="default"
          aria-label={
            from?.kind === 'camera'
              ? `${t('app:common.edit')}: ${camera.name}`
              : t('recording.ownFor', { name: camera.name })
          }
          onClick={() => props.edit({ kind: 'camera', cameraId: camera.id }, policy)}
        >
          {from?.kind === 'camera' ? t('app:common.edit') : t('recording.setOwn')}
        </Button>
      ),
    },
  ];
  return (
    <Stack gap="sm">
      <search className={classes.toolbar}>
        <div className={classes.search}>
          <SearchField label={t('recording.search')} value={search} onChange={setSearch} />
        </div>
        <Select
          className={classes.wide ?? ''}
          aria-label={t('recording.rule')}
          placeholder={t('recording.anyRule')}
          clearable
          data={[...rules].map(([value, from]) => ({ value, label: targetWords(from) }))}
          value={rule}
          onChange={setRule}
        />
      </search>
      {shown.length === 0 ? (
        <EmptyState
          icon={IconFilterOff}
          title={t('nothingFound')}
          actions={
            <Button
              variant="default"
              onClick={() => {
                setSearch('');
                setRule(null);
              }}
            >
              {t('clearFilter')}
            </Button>
          }
        />
      ) : (
        <DataTable
          label={t('recording.byCamera')}
          columns={columns}
          rows={shown}
          rowKey={({ camera }) => camera.id}
          initialSort="number"
          pageSize={PAGE}
        />
      )}
    </Stack>
  );
}

function rowsOf({ policies, configured, inForce }: PolicyList, cameras: readonly CameraView[]): readonly Row[] {
  const byKey = new Map(policies.map(({ target, policy }) => [keyOfTarget(target), policy]));
  const byId = new Map(cameras.map((camera) => [camera.id, camera]));
  return inForce.flatMap(({ cameraId, from }) => {
    const camera = byId.get(cameraId);
    return camera === undefined ? [] : [{ camera, from, policy: byKey.get(keyOfTarget(from)) ?? configured }];
  });
}
