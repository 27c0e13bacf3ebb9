import { Button, Select } from '@mantine/core';
import { IconCamera, IconFileImport, IconFilterOff, IconPlus, IconRadar2 } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { CAMERA_CLASSES, type CameraView, STREAM_STATES } from '#contracts/camera';
import { conditionOf } from '../../api/camera-condition.ts';
import { PageError } from '../../api/page-error.tsx';
import { useCameras } from '../../api/queries.ts';
import { cameraLink } from '../../app/links.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Loading } from '../../ui/loading.tsx';
import { Page } from '../../ui/page.tsx';
import { SearchField } from '../../ui/search-field.tsx';
import { GroupSelect } from '../group-select.tsx';
import classes from '../toolbar.module.css';
import { useGroupTree } from '../use-group-tree.ts';
import { CameraActions } from './camera-actions.tsx';
import { ALL_CAMERAS, filterCameras, STATE_ORDER } from './camera-rows.ts';
import { CameraStateText } from './camera-state-text.tsx';
import { FirstCamera } from './first-camera.tsx';

export default function CamerasPage() {
  const { t } = useTranslation(['admin', 'app']);
  const cameras = useCameras();
  if (cameras.error !== null) return <PageError error={cameras.error} retry={() => void cameras.refetch()} />;
  if (cameras.data === undefined) return <Loading />;
  if (cameras.data.length === 0) return <FirstCamera />;
  return (
    <Page
      title={t('app:navigation.cameras')}
      hint={t('cameras.count', { count: cameras.data.length })}
      actions={
        <>
          <Button
            component={Link}
            href="/admin/cameras/import"
            variant="default"
            leftSection={<IconFileImport size={16} />}
          >
            {t('cameras.import')}
          </Button>
          <Button
            component={Link}
            href="/admin/cameras/discover"
            variant="default"
            leftSection={<IconRadar2 size={16} />}
          >
            {t('cameras.discover')}
          </Button>
          <Button component={Link} href="/admin/cameras/new" leftSection={<IconPlus size={16} />}>
            {t('cameras.add')}
          </Button>
        </>
      }
    >
      <CameraTable cameras={cameras.data} />
    </Page>
  );
}

function CameraTable({ cameras }: { cameras: readonly CameraView[] }) {
  const { t } = useTranslation(['admin', 'app']);
  const groups = useGroupTree();
  const [filter, setFilter] = useState(ALL_CAMERAS);
  const shown = useMemo(() => filterCameras(cameras, filter, groups), [cameras, filter, groups]);
  const paths = useMemo(() => new Map(groups.map(({ group, path }) => [group.id, path])), [groups]);
  const columns: readonly Column<CameraView>[] = [
    {
      key: 'number',
      header: t('cameras.number'),
      numeric: true,
      sortBy: ({ number }) => number,
      cell: ({ number }) => number,
    },
    {
      key: 'name',
      header: t('cameras.name'),
      role: 'title',
      sortBy: ({ name }) => name,
      cell: (camera) => (
        <Link href={cameraLink(camera.id)} className={classes.link}>
          {camera.name}
          {camera.demo && <span className={classes.tag}>{t('cameras.demo')}</span>}
        </Link>
      ),
    },
    {
      key: 'state',
      header: t('cameras.state'),
      sortBy: (camera) => STATE_ORDER[conditionOf(camera).state],
      cell: (camera) => <CameraStateText camera={camera} />,
    },
    {
      key: 'group',
      header: t('cameras.group'),
      sortBy: ({ groupId }) => paths.get(groupId ?? '') ?? '',
      cell: ({ groupId }) => paths.get(groupId ?? '') ?? '–',
    },
    {
      key: 'class',
      header: t('cameras.class'),
      sortBy: (camera) => CAMERA_CLASSES.indexOf(camera.class),
      cell: (camera) => t(`classes.${camera.class}`),
    },
    {
      key: 'kind',
      header: t('cameras.kind'),
      sortBy: ({ kind }) => kind,
      cell: ({ kind }) => t(`kinds.${kind}`),
    },
    {
      key: 'actions',
      header: t('app:common.actions'),
      role: 'actions',
      cell: (camera) => <CameraActions camera={camera} />,
    },
  ];
  return (
    <>
      <search className={classes.toolbar}>
        <div className={classes.search}>
          <SearchField
            label={t('cameras.search')}
            value={filter.search}
            onChange={(search) => setFilter({ ...filter, search })}
          />
        </div>
        <Select
          aria-label={t('cameras.state')}
          placeholder={t('cameras.anyState')}
          clearable
          data={STREAM_STATES.map((state) => ({ value: state, label: t(`app:states.${state}`) }))}
          value={filter.state}
          onChange={(state) => setFilter({ ...filter, state })}
        />
        <GroupSelect
          label={t('cameras.group')}
          hideLabel
          placeholder={t('cameras.anyGroup')}
          value={filter.groupId}
          onChange={(groupId) => setFilter({ ...filter, groupId })}
        />
        <Select
          aria-label={t('cameras.class')}
          placeholder={t('cameras.anyClass')}
          clearable
          data={CAMERA_CLASSES.map((value) => ({ value, label: t(`classes.${value}`) }))}
          value={filter.class}
          onChange={(value) => setFilter({ ...filter, class: value })}
        />
      </search>
      {shown.length === 0 ? (
        <EmptyState
          icon={filter === ALL_CAMERAS ? IconCamera : IconFilterOff}
          title={t('nothingFound')}
          actions={
            <Button variant="default" onClick={() => setFilter(ALL_CAMERAS)}>
              {t('clearFilter')}
            </Button>
          }
        />
      ) : (
        <DataTable
          label={t('app:navigation.cameras')}
          columns={columns}
          rows={shown}
          rowKey={({ id }) => id}
          initialSort="number"
        />
      )}
    </>
  );
}
