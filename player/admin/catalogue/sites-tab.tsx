import { ActionIcon, Button, Fieldset, Group, Select, Stack, Text, TextInput, Tooltip } from '@mantine/core';
import { IconPlus, IconTrash, IconUsersGroup, IconX } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { VisitorSite, VisitorSites, VisitorSiteView } from '#contracts/visitor-sites';
import { useApi } from '../../api/context.tsx';
import { ErrorNotice } from '../../api/error-notice.tsx';
import { useCameras } from '../../api/queries.ts';
import { queryKeys } from '../../api/query-keys.ts';
import { useAreas } from '../../api/sector-queries.ts';
import { useAction } from '../../api/use-action.ts';
import { cameraLabel } from '../../ui/camera-label.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Loading } from '../../ui/loading.tsx';
import { NumberField } from '../../ui/number-field.tsx';
import { showUndo } from '../../ui/undo-notice.tsx';
import { EditDialog } from './edit-dialog.tsx';

/** Counts go on while somebody looks. */
const LOOK_AGAIN_MS = 10_000;
/** ms for which undoing is offered. */
const UNDO_MS = 12_000;
type Entrance = VisitorSite['entrances'][number];

/** Places that people come to: their entrances are lines of cameras, and who is inside is a figure of tourism. */
export function SitesTab() {
  const { t } = useTranslation(['admin', 'app']);
  const api = useApi();
  const queryClient = useQueryClient();
  const areas = useAreas();
  /** With all sites as they were when the form was opened: a change of somebody else in the meantime must be seen. */
  const [editing, setEditing] = useState<{ site: VisitorSite; of: VisitorSites } | null>(null);
  const set = useQuery({
    queryKey: queryKeys.visitorSites,
    queryFn: ({ signal }) => api.visitorSites.list(signal),
    refetchInterval: LOOK_AGAIN_MS,
  });
  const save = useAction({
    run: ({ site, of }: { site: VisitorSite; of: VisitorSites }) =>
      api.visitorSites.replace([...without(of, site), site], of.version),
    done: t('catalogue.sites.saved'),
    after(saved: VisitorSites) {
      queryClient.setQueryData(queryKeys.visitorSites, saved);
      setEditing(null);
    },
  });
  const remove = useAction({
    run: ({ site, of }: { site: VisitorSite; of: VisitorSites }) =>
      api.visitorSites.replace(without(of, site), of.version),
    after(left: VisitorSites, { site }) {
      queryClient.setQueryData(queryKeys.visitorSites, left);
      showUndo({
        ...{ message: t('catalogue.sites.removed', { name: site.name }), ms: UNDO_MS },
        ...{ action: t('catalogue.undo'), undo: () => save.mutate({ site, of: left }) },
      });
    },
  });
  if (set.isError) return <ErrorNotice error={set.error} retry={() => void set.refetch()} />;
  if (set.data === undefined) return <Loading />;
  const { sites } = set.data;
  const edit = (site: VisitorSite): void => setEditing({ site, of: set.data });
  const columns: readonly Column<VisitorSiteView>[] = [
    { key: 'name', header: t('catalogue.name'), role: 'title', sortBy: ({ name }) => name, cell: ({ name }) => name },
    {
      key: 'area',
      header: t('catalogue.area'),
      cell: ({ areaCode }) => areas.data?.find(({ code }) => code === areaCode)?.name ?? areaCode,
    },
    {
      key: 'capacity',
      header: t('catalogue.sites.capacity'),
      sortBy: ({ capacity }) => capacity,
      cell: (site) => site.capacity,
    },
    {
      key: 'inside',
      header: t('catalogue.sites.inside'),
      cell: ({ inside }) => (inside === null ? <Text c="dimmed">{t('catalogue.sites.unknown')}</Text> : inside),
    },
    {
      key: 'actions',
      header: t('app:common.actions'),
      role: 'actions',
      cell: (site) => (
        <Group gap="xs" wrap="nowrap">
          <Button size="compact-sm" variant="default" onClick={() => edit(site)}>
            {t('app:common.edit')}
          </Button>
          <Tooltip label={t('catalogue.sites.remove', { name: site.name })}>
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={t('catalogue.sites.remove', { name: site.name })}
              loading={remove.isPending && remove.variables.site.id === site.id}
              onClick={() => remove.mutate({ site, of: set.data })}
            >
              <IconTrash size={16} aria-hidden />
            </ActionIcon>
          </Tooltip>
        </Group>
      ),
    },
  ];
  const add = (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => edit(newSite())}>
      {t('catalogue.sites.add')}
    </Button>
  );
  return (
    <Stack gap="md">
      <Group justify="space-between">
        <Text c="dimmed" size="sm" maw="60rem">
          {t('catalogue.sites.hint')}
        </Text>
        {sites.length > 0 && add}
      </Group>
      {sites.length === 0 ? (
        <EmptyState icon={IconUsersGroup} title={t('catalogue.sites.empty')} actions={add}>
          {t('catalogue.sites.emptyHint')}
        </EmptyState>
      ) : (
        <DataTable
          label={t('catalogue.tabs.sites')}
          columns={columns}
          rows={sites}
          rowKey={({ id }) => id}
          initialSort="name"
        />
      )}
      {editing !== null && (
        <SiteDialog
          site={editing.site}
          error={save.error}
          busy={save.isPending}
          onSave={(site) => save.mutate({ site, of: editing.of })}
          onClose={() => setEditing(null)}
        />
      )}
    </Stack>
  );
}

function without({ sites }: VisitorSites, { id }: VisitorSite): readonly VisitorSite[] {
  return sites.filter((site) => site.id !== id);
}

function newSite(): VisitorSite {
  return { id: crypto.randomUUID(), name: '', areaCode: '', capacity: 500, entrances: [], emptyAtMinute: 240 };
}

function SiteDialog(props: {
  site: VisitorSite;
  error: unknown;
  busy: boolean;
  onSave: (site: VisitorSite) => void;
  onClose: () => void;
}) {
  const { t } = useTranslation('admin');
  const areas = useAreas();
  const [site, setSite] = useState(props.site);
  const [adding, setAdding] = useState<Entrance>({ cameraId: '', ruleId: '', inward: 'forward' });
  const isTwice = site.entrances.some((one) => one.cameraId === adding.cameraId && one.ruleId === adding.ruleId);
  const whole = adding.cameraId !== '' && adding.ruleId !== '' && !isTwice;
  /** A camera without its line is not forgotten in silence. */
  const half = adding.cameraId !== '' && !whole;
  const entrances = whole ? [...site.entrances, adding] : site.entrances;
  return (
    <EditDialog
      title={site.name || t('catalogue.sites.add')}
      error={props.error}
      busy={props.busy}
      ready={site.name.trim() !== '' && site.areaCode !== '' && entrances.length > 0 && !half}
      onSubmit={() => props.onSave({ ...site, name: site.name.trim(), entrances })}
      onClose={props.onClose}
    >
      <TextInput
        data-autofocus
        required
        label={t('catalogue.name')}
        maxLength={120}
        value={site.name}
        onChange={(event) => setSite({ ...site, name: event.currentTarget.value })}
      />
      <Group grow>
        <Select
          label={t('catalogue.area')}
          searchable
          allowDeselect={false}
          data={(areas.data ?? [])
            .filter(({ level, validToMs }) => level === 'commune' && validToMs === null)
            .map(({ code, name }) => ({ value: code, label: name }))}
          value={site.areaCode || null}
          onChange={(areaCode) => areaCode !== null && setSite({ ...site, areaCode })}
        />
        <NumberField
          label={t('catalogue.sites.capacity')}
          allowDecimal={false}
          min={1}
          max={1_000_000}
          value={site.capacity}
          onChange={(capacity) => capacity !== null && setSite({ ...site, capacity })}
        />
      </Group>
      <Fieldset legend={t('catalogue.sites.entrances')}>
        <Stack gap="xs">
          {site.entrances.map((entrance, at) => (
            <EntranceLine
              number={at + 1}
              key={`${entrance.cameraId} ${entrance.ruleId}`}
              entrance={entrance}
              onChange={(changed) =>
                setSite({ ...site, entrances: site.entrances.map((one) => (one === entrance ? changed : one)) })
              }
              onRemove={() => setSite({ ...site, entrances: site.entrances.filter((one) => one !== entrance) })}
            />
          ))}
          <EntranceLine
            number={site.entrances.length + 1}
            entrance={adding}
            error={isTwice ? t('catalogue.sites.twice') : half ? t('catalogue.sites.half') : undefined}
            onChange={setAdding}
            onRemove={null}
          />
          <Group>
            <Button
              size="xs"
              variant="default"
              disabled={!whole}
              onClick={() => {
                setSite({ ...site, entrances: [...site.entrances, adding] });
                setAdding({ cameraId: '', ruleId: '', inward: 'forward' });
              }}
            >
              {t('catalogue.sites.addEntrance')}
            </Button>
          </Group>
        </Stack>
      </Fieldset>
    </EditDialog>
  );
}

function EntranceLine(props: {
  /** From 1. */
  number: number;
  entrance: Entrance;
  error?: string | undefined;
  onChange: (entrance: Entrance) => void;
  onRemove: (() => void) | null;
}) {
  const { number, entrance, onChange, onRemove } = props;
  const { t } = useTranslation('admin');
  const api = useApi();
  const cameras = useCameras();
  const rules = useQuery({
    queryKey: queryKeys.rules(entrance.cameraId),
    queryFn: ({ signal }) => api.rules.of(entrance.cameraId, signal),
    enabled: entrance.cameraId !== '',
  });
  const lines = rules.data?.rules.filter(({ kind }) => kind === 'line') ?? [];
  return (
    <Group role="group" aria-label={t('catalogue.sites.entrance', { number })} align="flex-end" wrap="wrap" gap="xs">
      <Select
        style={{ flex: '2 1 12rem' }}
        label={t('catalogue.sites.camera')}
        searchable
        data={(cameras.data ?? []).map((camera) => ({ value: camera.id, label: cameraLabel(camera) }))}
        value={entrance.cameraId || null}
        onChange={(cameraId) => onChange({ ...entrance, cameraId: cameraId ?? '', ruleId: '' })}
      />
      <Select
        style={{ flex: '2 1 10rem' }}
        label={t('catalogue.sites.line')}
        disabled={entrance.cameraId === ''}
        error={props.error}
        placeholder={rules.isSuccess && lines.length === 0 ? t('catalogue.sites.noLines') : ''}
        data={lines.map(({ id, name }) => ({ value: id, label: name }))}
        value={entrance.ruleId || null}
        onChange={(ruleId) => onChange({ ...entrance, ruleId: ruleId ?? '' })}
      />
      <Select
        style={{ flex: '1 1 8rem' }}
        label={t('catalogue.sites.inward')}
        allowDeselect={false}
        data={(['forward', 'backward'] as const).map((value) => ({
          value,
          label: t(`catalogue.sites.directions.${value}`),
        }))}
        value={entrance.inward}
        onChange={(value) => onChange({ ...entrance, inward: value === 'backward' ? 'backward' : 'forward' })}
      />
      {onRemove !== null && (
        <ActionIcon
          variant="subtle"
          color="gray"
          size="lg"
          aria-label={t('catalogue.sites.removeEntrance', { number })}
          onClick={onRemove}
        >
          <IconX size={16} aria-hidden />
        </ActionIcon>
      )}
    </Group>
  );
}
