import { Button, Group } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SectorView } from '#contracts/sectors';
import { useApi } from '../../api/context.tsx';
import { queryKeys } from '../../api/query-keys.ts';
import { useIndicators, useSectors, useUnits } from '../../api/sector-queries.ts';
import { useAction } from '../../api/use-action.ts';
import { canEverywhere } from '../../app/can-everywhere.ts';
import { useSession } from '../../app/session.tsx';
import { useWords } from '../../sectors/texts.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Loading } from '../../ui/loading.tsx';
import { EventTypesDialog } from './event-types-dialog.tsx';
import { SectorDialog } from './sector-dialog.tsx';

export function SectorsTab() {
  const { t } = useTranslation(['admin', 'app']);
  const words = useWords();
  const sectors = useSectors();
  const units = useUnits();
  const indicators = useIndicators();
  const api = useApi();
  const queryClient = useQueryClient();
  const { user } = useSession();
  const [editing, setEditing] = useState<SectorView | 'new' | null>(null);
  const [typing, setTyping] = useState<SectorView | null>(null);
  const [removing, setRemoving] = useState<SectorView | null>(null);
  // Which sectors there are is for those who manage all of them.
  const managesAll = canEverywhere(user, 'sector.manage');
  const remove = useAction({
    run: (key: string) => api.sectors.remove(key),
    done: t('catalogue.sectorRemoved'),
    async after() {
      setRemoving(null);
      await queryClient.invalidateQueries({ queryKey: queryKeys.sectors });
    },
  });
  if (sectors.data === undefined) return <Loading />;
  const columns: readonly Column<SectorView>[] = [
    {
      key: 'position',
      header: t('catalogue.position'),
      numeric: true,
      sortBy: ({ position }) => position,
      cell: ({ position }) => position,
    },
    {
      key: 'name',
      header: t('catalogue.name'),
      role: 'title',
      sortBy: ({ name }) => words(name),
      cell: ({ name }) => words(name),
    },
    {
      key: 'owner',
      header: t('catalogue.owner'),
      cell: ({ owningUnitId }) => units.data?.find(({ id }) => id === owningUnitId)?.name ?? '–',
    },
    {
      key: 'headline',
      header: t('catalogue.headline'),
      cell: ({ headline }) => {
        const indicator = indicators.data?.find(({ code }) => code === headline);
        return indicator === undefined ? '–' : words(indicator.name);
      },
    },
    {
      key: 'enabled',
      header: t('catalogue.enabled'),
      cell: ({ enabled }) => t(enabled ? 'app:common.yes' : 'app:common.no'),
    },
    {
      key: 'actions',
      header: t('app:common.actions'),
      role: 'actions',
      cell: (sector) => (
        <Group gap="xs" wrap="nowrap" justify="flex-end">
          <Button size="compact-sm" variant="default" onClick={() => setTyping(sector)}>
            {t('catalogue.eventTypes')}
          </Button>
          <Button size="compact-sm" variant="default" onClick={() => setEditing(sector)}>
            {t('app:common.edit')}
          </Button>
          {managesAll && (
            <Button size="compact-sm" variant="default" onClick={() => setRemoving(sector)}>
              {t('app:common.remove')}
            </Button>
          )}
        </Group>
      ),
    },
  ];
  return (
    <>
      {managesAll && (
        <Group mb="sm" justify="flex-end">
          <Button leftSection={<IconPlus size={16} />} onClick={() => setEditing('new')}>
            {t('catalogue.addSector')}
          </Button>
        </Group>
      )}
      <DataTable
        label={t('catalogue.tabs.sectors')}
        columns={columns}
        rows={sectors.data}
        rowKey={({ key }) => key}
        initialSort="position"
      />
      {editing !== null && (
        <SectorDialog
          sector={editing === 'new' ? null : editing}
          last={Math.max(0, ...sectors.data.map(({ position }) => position))}
          onClose={() => setEditing(null)}
        />
      )}
      {typing !== null && <EventTypesDialog sector={typing} onClose={() => setTyping(null)} />}
      <ConfirmDialog
        opened={removing !== null}
        title={t('catalogue.removeSector', { name: removing === null ? '' : words(removing.name) })}
        action={t('app:common.remove')}
        danger
        busy={remove.isPending}
        onConfirm={() => removing !== null && remove.mutate(removing.key)}
        onClose={() => setRemoving(null)}
      >
        {t('catalogue.removeSectorText')}
      </ConfirmDialog>
    </>
  );
}
