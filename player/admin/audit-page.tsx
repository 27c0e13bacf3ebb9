import { Button, Select, TextInput } from '@mantine/core';
import { IconHistory, IconShieldCheck } from '@tabler/icons-react';
import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AuditEntry } from '#contracts/http';
import { useApi } from '../api/context.tsx';
import { ErrorNotice } from '../api/error-notice.tsx';
import { useCameras } from '../api/queries.ts';
import { queryKeys } from '../api/query-keys.ts';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { useDates } from '../ui/dates.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { Loading } from '../ui/loading.tsx';
import { Notice } from '../ui/notice.tsx';
import { optionsFilter } from '../ui/options-filter.ts';
import { Page } from '../ui/page.tsx';
import { useSettled } from '../ui/use-settled.ts';
import { AUDIT_ACTIONS, isAuditAction } from './audit-actions.ts';
import classes from './toolbar.module.css';

const PAGE = 100;

/** Who did what, and who watched which camera from when to when; and the proof that nothing was altered. */
export default function AuditPage() {
  const { t, i18n } = useTranslation(['admin', 'app']);
  const api = useApi();
  const cameras = useCameras();
  const [typed, setTyped] = useState({ actor: '', from: '', to: '' });
  const [action, setAction] = useState<string | null>(null);
  const [cameraId, setCameraId] = useState<string | null>(null);
  const settled = useSettled(typed, 400);
  const filter = {
    actor: settled.actor.trim() || undefined,
    action: action ?? undefined,
    cameraId: cameraId ?? undefined,
    fromMs: msOf(settled.from),
    toMs: msOf(settled.to),
  };
  const entries = useInfiniteQuery({
    queryKey: [...queryKeys.audit, filter],
    queryFn: ({ pageParam, signal }) => api.audit.list({ ...filter, before: pageParam, limit: PAGE }, signal),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: (page) => (page.length < PAGE ? undefined : page.at(-1)?.sequence),
    gcTime: 0,
  });
  const verify = useMutation({ mutationFn: () => api.audit.verify() });
  const rows = entries.data?.pages.flat() ?? [];
  const change = (part: Partial<typeof typed>): void => setTyped((now) => ({ ...now, ...part }));
  return (
    <Page
      title={t('app:navigation.audit')}
      hint={t('audit.hint')}
      actions={
        <Button
          variant="default"
          leftSection={<IconShieldCheck size={16} />}
          loading={verify.isPending}
          onClick={() => verify.mutate()}
        >
          {t('audit.verify')}
        </Button>
      }
    >
      {verify.error !== null && <ErrorNotice error={verify.error} />}
      {verify.data !== undefined &&
        (verify.data.ok ? (
          <Notice kind="good" title={t('audit.intact', { count: verify.data.entries })}>
            {t('audit.intactHint')}
          </Notice>
        ) : (
          <Notice kind="bad" title={t('audit.broken', { sequence: verify.data.brokenAt })}>
            {t('audit.brokenHint')}
          </Notice>
        ))}
      <search className={classes.toolbar}>
        <TextInput
          label={t('audit.actor')}
          placeholder={t('people.username')}
          spellCheck={false}
          value={typed.actor}
          onChange={(event) => change({ actor: event.currentTarget.value })}
        />
        <Select
          label={t('audit.action')}
          placeholder={t('audit.anyAction')}
          searchable
          clearable
          data={AUDIT_ACTIONS.map((known) => ({ value: known, label: t(`audit.actions.${known}`) }))}
          filter={optionsFilter}
          value={action}
          onChange={setAction}
        />
        <Select
          label={t('audit.camera')}
          placeholder={t('app:common.all')}
          searchable
          clearable
          limit={100}
          data={cameras.data?.map(({ id, name }) => ({ value: id, label: name })) ?? []}
          filter={optionsFilter}
          value={cameraId}
          onChange={setCameraId}
        />
        <TextInput
          type="datetime-local"
          className={classes.wide}
          label={t('audit.from')}
          lang={i18n.language}
          value={typed.from}
          onChange={(event) => change({ from: event.currentTarget.value })}
        />
        <TextInput
          type="datetime-local"
          className={classes.wide}
          label={t('audit.to')}
          lang={i18n.language}
          value={typed.to}
          onChange={(event) => change({ to: event.currentTarget.value })}
        />
      </search>
      {entries.error !== null && <ErrorNotice error={entries.error} retry={() => void entries.refetch()} />}
      {entries.isPending && <Loading />}
      {entries.isSuccess && rows.length === 0 && <EmptyState icon={IconHistory} title={t('nothingFound')} />}
      {rows.length > 0 && <AuditTable entries={rows} />}
      {entries.hasNextPage && (
        <Button variant="default" loading={entries.isFetchingNextPage} onClick={() => void entries.fetchNextPage()}>
          {t('app:common.more')}
        </Button>
      )}
    </Page>
  );
}

function AuditTable({ entries }: { entries: readonly AuditEntry[] }) {
  const { t } = useTranslation(['admin', 'app']);
  const dates = useDates();
  const cameras = useCameras();
  const names = new Map(cameras.data?.map(({ id, name }) => [id, name]));
  const columns: readonly Column<AuditEntry>[] = [
    { key: 'sequence', header: t('audit.sequence'), numeric: true, cell: ({ sequence }) => sequence },
    {
      key: 'time',
      header: t('audit.time'),
      cell: ({ timeMs }) => <span className={classes.nowrap}>{dates.full(timeMs)}</span>,
    },
    { key: 'actor', header: t('audit.actor'), cell: ({ actor }) => actor },
    {
      key: 'action',
      header: t('audit.action'),
      role: 'title',
      cell: ({ action }) =>
        isAuditAction(action) ? <span title={action}>{t(`audit.actions.${action}`)}</span> : <code>{action}</code>,
    },
    {
      key: 'camera',
      header: t('audit.camera'),
      cell: ({ cameraId }) => (cameraId === null ? '' : (names.get(cameraId) ?? cameraId)),
    },
    { key: 'address', header: t('audit.address'), cell: ({ address }) => address },
    {
      key: 'detail',
      header: t('audit.detail'),
      cell: ({ detail }) => {
        const text = detailText(detail, dates.full);
        return text === '' ? null : <span className={classes.detail}>{text}</span>;
      },
    },
  ];
  return (
    <DataTable
      label={t('app:navigation.audit')}
      columns={columns}
      rows={entries}
      rowKey={({ sequence }) => sequence}
      pageSize={Infinity}
    />
  );
}

function detailText(detail: AuditEntry['detail'], full: (ms: number) => string): string {
  return Object.entries(detail)
    .map(([name, value]) => {
      if (typeof value === 'number' && /^(?:from|to|expires)Ms$/.test(name))
        return `${name.slice(0, -2)}: ${full(value)}`;
      return `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`;
    })
    .join(' · ');
}

function msOf(local: string): number | undefined {
  const ms = Date.parse(local);
  return Number.isNaN(ms) ? undefined : ms;
}
