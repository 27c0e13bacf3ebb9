import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { IconPlus, IconSend } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { OutputTest, OutputView, PushState } from '#contracts/outputs';
import { useApi } from '../../api/context.tsx';
import { PageError } from '../../api/page-error.tsx';
import { queryKeys } from '../../api/query-keys.ts';
import { useAction } from '../../api/use-action.ts';
import { AgeText } from '../../ui/age-text.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { useDates } from '../../ui/dates.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Loading } from '../../ui/loading.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page, Panel } from '../../ui/page.tsx';
import { FailuresDrawer } from './failures-drawer.tsx';
import { type EditedOutput, OutputDrawer } from './output-drawer.tsx';
import { OutputStateText } from './output-state-text.tsx';
import { TestResult } from './test-result.tsx';

/** Where events, alerts and incidents go outside, and whether they get there. */
export default function OutputsPage() {
  const { t } = useTranslation(['admin', 'app']);
  const api = useApi();
  const queryClient = useQueryClient();
  const list = useQuery({ queryKey: queryKeys.outputs, queryFn: ({ signal }) => api.outputs.list(signal) });
  const [editing, setEditing] = useState<EditedOutput>(null);
  const [removing, setRemoving] = useState<OutputView | null>(null);
  const [failuresOf, setFailuresOf] = useState<OutputView | null>(null);
  const [tested, setTested] = useState<{ output: OutputView; told: OutputTest } | null>(null);
  const refresh = () => queryClient.invalidateQueries({ queryKey: queryKeys.outputs });
  const test = useAction({
    run: (output: OutputView) => api.outputs.test(output.id),
    after: (told, output) => setTested({ output, told }),
  });
  const remove = useAction({
    run: ({ id }: OutputView) => api.outputs.remove(id),
    done: t('outputs.removed', { name: removing?.name ?? '' }),
    async after() {
      setRemoving(null);
      await refresh();
    },
  });
  const add = (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setEditing('new')}>
      {t('outputs.add')}
    </Button>
  );
  if (list.error !== null) return <PageError error={list.error} retry={() => void list.refetch()} />;
  if (list.data === undefined) return <Loading />;
  const { outputs, push } = list.data;
  return (
    <Page title={t('app:navigation.outputs')} hint={t('outputs.hint')} actions={outputs.length > 0 ? add : undefined}>
      <Stack gap="lg">
        {outputs.length === 0 ? (
          <EmptyState icon={IconSend} title={t('outputs.empty')} actions={add}>
            {t('outputs.emptyHint')}
          </EmptyState>
        ) : (
          <OutputTable
            outputs={outputs}
            testing={test.isPending ? test.variables.id : null}
            test={(output) => test.mutate(output)}
            edit={setEditing}
            remove={setRemoving}
            failures={setFailuresOf}
          />
        )}
        <PushPanel push={push} />
      </Stack>
      <OutputDrawer editing={editing} done={() => setEditing(null)} />
      <FailuresDrawer output={failuresOf} done={() => setFailuresOf(null)} />
      <Modal
        opened={tested !== null}
        onClose={() => setTested(null)}
        title={tested === null ? '' : t('outputs.testOf', { name: tested.output.name })}
        closeButtonProps={{ 'aria-label': t('app:common.close') }}
      >
        {tested !== null && <TestResult told={tested.told} />}
      </Modal>
      <ConfirmDialog
        opened={removing !== null}
        title={t('outputs.removeTitle', { name: removing?.name ?? '' })}
        action={t('app:common.remove')}
        danger
        busy={remove.isPending}
        onConfirm={() => removing !== null && remove.mutate(removing)}
        onClose={() => setRemoving(null)}
      >
        {t('outputs.removeText')}
      </ConfirmDialog>
    </Page>
  );
}

function OutputTable(props: {
  outputs: readonly OutputView[];
  testing: string | null;
  test: (output: OutputView) => void;
  edit: (output: OutputView) => void;
  remove: (output: OutputView) => void;
  failures: (output: OutputView) => void;
}) {
  const { t, i18n } = useTranslation(['admin', 'app']);
  const count = new Intl.NumberFormat(i18n.language);
  const columns: readonly Column<OutputView>[] = [
    { key: 'name', header: t('outputs.name'), role: 'title', sortBy: ({ name }) => name, cell: ({ name }) => name },
    {
      key: 'kind',
      header: t('outputs.kind'),
      sortBy: ({ kind }) => kind,
      cell: ({ kind }) => t(`outputs.kinds.${kind}`),
    },
    {
      key: 'to',
      header: t('outputs.to'),
      cell: (output) => <span style={{ overflowWrap: 'anywhere' }}>{placeOf(output)}</span>,
    },
    { key: 'what', header: t('outputs.what'), cell: (output) => <WhatText output={output} /> },
    {
      key: 'state',
      header: t('outputs.state'),
      cell: (output) => <OutputStateText output={output} failures={() => props.failures(output)} />,
    },
    {
      key: 'sent',
      header: t('outputs.sent'),
      numeric: true,
      sortBy: ({ state }) => state.sent,
      cell: ({ state }) => count.format(state.sent),
    },
    {
      key: 'waiting',
      header: t('outputs.waiting'),
      numeric: true,
      sortBy: ({ state }) => state.waiting,
      cell: ({ state }) => count.format(state.waiting),
    },
    {
      key: 'actions',
      header: t('app:common.actions'),
      role: 'actions',
      cell: (output) => (
        <Group gap="xs" wrap="nowrap" justify="flex-end">
          <Button
            size="compact-sm"
            variant="default"
            loading={props.testing === output.id}
            onClick={() => props.test(output)}
          >
            {t('outputs.test')}
          </Button>
          <Button size="compact-sm" variant="default" onClick={() => props.edit(output)}>
            {t('app:common.edit')}
          </Button>
          <Button size="compact-sm" variant="default" onClick={() => props.remove(output)}>
            {t('app:common.remove')}
          </Button>
        </Group>
      ),
    },
  ];
  return (
    <DataTable
      label={t('app:navigation.outputs')}
      columns={columns}
      rows={props.outputs}
      rowKey={({ id }) => id}
      initialSort="name"
    />
  );
}

function placeOf(output: OutputView): string {
  switch (output.kind) {
    case 'webhook':
      return output.settings.url;
    case 'mail':
      return output.settings.to.join(', ');
    case 'mqtt':
      return `${output.settings.host}:${output.settings.port}`;
  }
}

function WhatText({ output: { filter } }: { output: OutputView }) {
  const { t } = useTranslation(['admin', 'app']);
  const parts = [
    ...(filter.alerts.length > 0 ? [t('outputs.alerts')] : []),
    ...(filter.incidents ? [t('outputs.incidentsShort')] : []),
    ...(filter.events ? [t('outputs.events')] : []),
  ];
  return parts.join(', ');
}

function PushPanel({ push }: { push: PushState }) {
  const { t } = useTranslation('admin');
  const dates = useDates();
  return (
    <Panel title={t('outputs.push')}>
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          {t('outputs.pushHint')}
        </Text>
        <Text size="sm">
          {t('outputs.pushDevices', { count: push.subscriptions })} · {t('outputs.pushSent', { count: push.sent })}
        </Text>
        {push.lastError !== null && push.lastErrorMs !== null && (
          <Notice kind="warn" title={t('outputs.pushTrouble')}>
            {t('outputs.pushTroubleHint', { reason: push.lastError })} (
            <time title={dates.full(push.lastErrorMs)}>
              <AgeText ms={push.lastErrorMs} />
            </time>
            )
          </Notice>
        )}
      </Stack>
    </Panel>
  );
}
