import { Button, Group, Modal, Stack } from '@mantine/core';
import { IconKey, IconPlus } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { TokenCreated, TokenView } from '#contracts/http';
import { useApi } from '../../api/context.tsx';
import { PageError } from '../../api/page-error.tsx';
import { queryKeys } from '../../api/query-keys.ts';
import { useAction } from '../../api/use-action.ts';
import { AgeText } from '../../ui/age-text.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { CopyField } from '../../ui/copy-field.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { useDates } from '../../ui/dates.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Loading } from '../../ui/loading.tsx';
import { Notice } from '../../ui/notice.tsx';
import { useNow } from '../../ui/now.tsx';
import { Page } from '../../ui/page.tsx';
import { useScopeWords } from '../people/scope-words.ts';
import { TokenForm } from './token-form.tsx';

/** Keys for other programs: shown once, scoped, with an end. */
export default function TokensPage() {
  const { t } = useTranslation(['admin', 'app']);
  const api = useApi();
  const queryClient = useQueryClient();
  const tokens = useQuery({ queryKey: queryKeys.tokens, queryFn: ({ signal }) => api.tokens.list(signal) });
  const [making, setMaking] = useState(false);
  const [created, setCreated] = useState<TokenCreated | null>(null);
  const [asking, setAsking] = useState<{ token: TokenView; what: 'rotate' | 'remove' } | null>(null);

  function show(next: TokenCreated): void {
    setMaking(false);
    setAsking(null);
    setCreated(next);
    void queryClient.invalidateQueries({ queryKey: queryKeys.tokens });
  }
  const rotate = useAction({ run: (id: string) => api.tokens.rotate(id), after: show });
  const remove = useAction({
    run: (id: string) => api.tokens.remove(id),
    done: t('tokens.removed'),
    async after() {
      setAsking(null);
      await queryClient.invalidateQueries({ queryKey: queryKeys.tokens });
    },
  });
  const add = (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setMaking(true)}>
      {t('tokens.add')}
    </Button>
  );
  if (tokens.error !== null) return <PageError error={tokens.error} retry={() => void tokens.refetch()} />;
  if (tokens.data === undefined) return <Loading />;
  return (
    <Page title={t('app:navigation.tokens')} hint={t('tokens.hint')} actions={tokens.data.length > 0 ? add : undefined}>
      {tokens.data.length === 0 ? (
        <EmptyState icon={IconKey} title={t('tokens.empty')} actions={add}>
          {t('tokens.emptyHint')}
        </EmptyState>
      ) : (
        <TokenTable tokens={tokens.data} ask={setAsking} />
      )}
      <Modal
        opened={making}
        onClose={() => setMaking(false)}
        size="lg"
        closeOnClickOutside={false}
        title={t('tokens.add')}
        closeButtonProps={{ 'aria-label': t('app:common.close') }}
      >
        {making && <TokenForm created={show} cancel={() => setMaking(false)} />}
      </Modal>
      <Modal
        opened={created !== null}
        onClose={() => setCreated(null)}
        size="lg"
        closeOnClickOutside={false}
        title={created?.token.name ?? ''}
        closeButtonProps={{ 'aria-label': t('app:common.close') }}
      >
        {created !== null && (
          <Stack gap="md">
            <Notice kind="warn" title={t('tokens.once')}>
              {t('tokens.onceHint')}
            </Notice>
            <CopyField label={t('tokens.secret')} value={created.secret} description="Authorization: Bearer …" />
            {created.streamPassword !== null && (
              <CopyField
                label={t('tokens.streamPassword')}
                value={created.streamPassword}
                description={t('tokens.streamPasswordHint', { user: created.token.id })}
              />
            )}
            <Group justify="flex-end">
              <Button onClick={() => setCreated(null)}>{t('tokens.kept')}</Button>
            </Group>
          </Stack>
        )}
      </Modal>
      <ConfirmDialog
        opened={asking !== null}
        title={asking === null ? '' : t(`tokens.${asking.what}Title`, { name: asking.token.name })}
        action={asking?.what === 'rotate' ? t('tokens.rotate') : t('app:common.remove')}
        danger
        busy={rotate.isPending || remove.isPending}
        onConfirm={() => asking !== null && (asking.what === 'rotate' ? rotate : remove).mutate(asking.token.id)}
        onClose={() => setAsking(null)}
      >
        {asking === null ? '' : t(`tokens.${asking.what}Text`)}
      </ConfirmDialog>
    </Page>
  );
}

function TokenTable(props: {
  tokens: readonly TokenView[];
  ask: (asking: { token: TokenView; what: 'rotate' | 'remove' }) => void;
}) {
  const { t } = useTranslation(['admin', 'app']);
  const now = useNow();
  const dates = useDates();
  const scopeWords = useScopeWords();
  const columns: readonly Column<TokenView>[] = [
    { key: 'name', header: t('tokens.name'), role: 'title', sortBy: ({ name }) => name, cell: ({ name }) => name },
    { key: 'hint', header: t('tokens.begins'), cell: ({ hint }) => <code>{hint}…</code> },
    {
      key: 'permissions',
      header: t('tokens.permissions'),
      cell: ({ permissions }) => permissions.map((permission) => t(`permissions.${permission}`)).join(', '),
    },
    { key: 'scopes', header: t('people.scope'), cell: ({ scopes }) => scopes.map(scopeWords).join(', ') },
    {
      key: 'addresses',
      header: t('tokens.addresses'),
      cell: ({ addresses }) => addresses.join(', ') || t('tokens.anyAddress'),
    },
    {
      key: 'expires',
      header: t('tokens.ends'),
      sortBy: ({ expiresMs }) => expiresMs,
      cell: ({ expiresMs }) => (expiresMs <= now ? t('tokens.ended') : dates.full(expiresMs)),
    },
    {
      key: 'used',
      header: t('tokens.lastUsed'),
      sortBy: ({ lastUsedMs }) => -(lastUsedMs ?? 0),
      cell: ({ lastUsedMs }) => (lastUsedMs === null ? t('app:common.never') : <AgeText ms={lastUsedMs} />),
    },
    {
      key: 'actions',
      header: t('app:common.actions'),
      role: 'actions',
      cell: (token) => (
        <Group gap="xs" wrap="nowrap" justify="flex-end">
          <Button size="compact-sm" variant="default" onClick={() => props.ask({ token, what: 'rotate' })}>
            {t('tokens.rotate')}
          </Button>
          <Button size="compact-sm" variant="default" onClick={() => props.ask({ token, what: 'remove' })}>
            {t('app:common.remove')}
          </Button>
        </Group>
      ),
    },
  ];
  return (
    <DataTable
      label={t('app:navigation.tokens')}
      columns={columns}
      rows={props.tokens}
      rowKey={({ id }) => id}
      initialSort="name"
    />
  );
}
