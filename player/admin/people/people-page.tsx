import { Button, Drawer } from '@mantine/core';
import { IconPlus, IconShieldCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { UserView } from '#contracts/http';
import { useApi } from '../../api/context.tsx';
import { PageError } from '../../api/page-error.tsx';
import { queryKeys } from '../../api/query-keys.ts';
import { AgeText } from '../../ui/age-text.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { matches } from '../../ui/fold.ts';
import { Loading } from '../../ui/loading.tsx';
import { Page } from '../../ui/page.tsx';
import { SearchField } from '../../ui/search-field.tsx';
import classes from '../toolbar.module.css';
import { PersonForm } from './person-form.tsx';
import { useScopeWords } from './scope-words.ts';

export default function PeoplePage() {
  const { t } = useTranslation(['admin', 'app']);
  const api = useApi();
  const users = useQuery({ queryKey: queryKeys.users, queryFn: ({ signal }) => api.users.list(signal) });
  const [search, setSearch] = useState('');
  const [editing, setEditing] = useState<UserView | 'new' | null>(null);
  const shown = useMemo(
    () => users.data?.filter((user) => matches(`${user.displayName} ${user.username}`, search)) ?? [],
    [users.data, search],
  );
  const scopeWords = useScopeWords();
  const columns: readonly Column<UserView>[] = [
    {
      key: 'name',
      header: t('people.name'),
      role: 'title',
      sortBy: ({ displayName }) => displayName,
      cell: (user) => (
        <button type="button" className={classes.textButton} onClick={() => setEditing(user)}>
          {user.displayName}
        </button>
      ),
    },
    {
      key: 'username',
      header: t('people.username'),
      sortBy: ({ username }) => username,
      cell: ({ username }) => username,
    },
    {
      key: 'grants',
      header: t('people.grants'),
      cell: ({ grants }) =>
        grants.length === 0
          ? t('people.noGrants')
          : grants.map((grant) => `${t(`roles.${grant.role}`)} (${scopeWords(grant.scope)})`).join(', '),
    },
    {
      key: 'totp',
      header: t('people.totp'),
      sortBy: ({ hasTotp }) => (hasTotp ? 0 : 1),
      cell: ({ hasTotp }) =>
        hasTotp ? (
          <IconShieldCheck size={18} color="var(--tn-live)" role="img" aria-label={t('app:common.yes')} />
        ) : (
          '–'
        ),
    },
    {
      key: 'enabled',
      header: t('people.access'),
      sortBy: ({ enabled }) => (enabled ? 0 : 1),
      cell: ({ enabled }) => (enabled ? t('people.enabled') : t('people.disabled')),
    },
    {
      key: 'last',
      header: t('people.lastSignIn'),
      sortBy: ({ lastSignInMs }) => -(lastSignInMs ?? 0),
      cell: ({ lastSignInMs }) => (lastSignInMs === null ? t('app:common.never') : <AgeText ms={lastSignInMs} />),
    },
  ];
  if (users.error !== null) return <PageError error={users.error} retry={() => void users.refetch()} />;
  if (users.data === undefined) return <Loading />;
  return (
    <Page
      title={t('app:navigation.people')}
      hint={t('people.hint')}
      actions={
        <Button leftSection={<IconPlus size={16} />} onClick={() => setEditing('new')}>
          {t('people.add')}
        </Button>
      }
    >
      <search className={classes.toolbar}>
        <div className={classes.search}>
          <SearchField label={t('people.search')} value={search} onChange={setSearch} />
        </div>
      </search>
      <DataTable
        label={t('app:navigation.people')}
        columns={columns}
        rows={shown}
        rowKey={({ id }) => id}
        initialSort="name"
      />
      <Drawer
        opened={editing !== null}
        onClose={() => setEditing(null)}
        position="right"
        size="lg"
        closeOnClickOutside={false}
        title={editing === 'new' ? t('people.add') : (editing?.displayName ?? '')}
        closeButtonProps={{ 'aria-label': t('app:common.close') }}
      >
        {editing !== null && <PersonForm user={editing === 'new' ? null : editing} done={() => setEditing(null)} />}
      </Drawer>
    </Page>
  );
}
