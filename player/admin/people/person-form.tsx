import { ActionIcon, Button, Checkbox, Group, PasswordInput, Select, Stack, Text, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Grant, ROLES } from '#contracts/access';
import type { UserView } from '#contracts/http';
import { useApi } from '../../api/context.tsx';
import { ErrorNotice } from '../../api/error-notice.tsx';
import { queryKeys } from '../../api/query-keys.ts';
import { useFieldError } from '../../api/use-field-error.ts';
import { useUnsaved } from '../../app/leave-guard-provider.tsx';
import { MIN_PASSWORD } from '../../app/password-fields.tsx';
import { Panel } from '../../ui/page.tsx';
import { PersonActions } from './person-actions.tsx';
import { ScopeSelect } from './scope-select.tsx';

/** A person: name, whether they may enter, and what they may do where. */
export function PersonForm({ user, done }: { user: UserView | null; done: () => void }) {
  const { t } = useTranslation(['admin', 'app']);
  const api = useApi();
  const queryClient = useQueryClient();
  const [username, setUsername] = useState(user?.username ?? '');
  const [displayName, setDisplayName] = useState(user?.displayName ?? '');
  const [enabled, setEnabled] = useState(user?.enabled ?? true);
  const [grants, setGrants] = useState<readonly GrantRow[]>(
    (user?.grants ?? [FIRST_GRANT]).map((grant, key) => ({ key, grant })),
  );
  const [password, setPassword] = useState('');
  const [touched, setTouched] = useState(false);
  const save = useMutation({
    mutationFn() {
      const body = {
        username,
        displayName,
        enabled,
        grants: grants.map(({ grant }) => grant),
        ...(password === '' ? {} : { password }),
      };
      return user === null ? api.users.create(body) : api.users.update(user.id, body);
    },
    async onSuccess() {
      setTouched(false);
      await queryClient.invalidateQueries({ queryKey: queryKeys.users });
      done();
    },
  });
  useUnsaved(touched);
  const fieldError = useFieldError(save.error);
  function submit(event: FormEvent): void {
    event.preventDefault();
    save.mutate();
  }
  const complete =
    username !== '' &&
    displayName.trim() !== '' &&
    (password.length >= MIN_PASSWORD || (user !== null && password === ''));
  return (
    <form onSubmit={submit} onChange={() => setTouched(true)}>
      <Stack gap="md">
        {save.error !== null && <ErrorNotice error={save.error} />}
        <TextInput
          data-autofocus
          label={t('people.name')}
          required
          error={fieldError('displayName')}
          value={displayName}
          onChange={(event) => setDisplayName(event.currentTarget.value)}
        />
        <TextInput
          label={t('people.username')}
          description={t('app:setup.usernameRule')}
          required
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          error={fieldError('username')}
          value={username}
          onChange={(event) => setUsername(event.currentTarget.value)}
        />
        <PasswordInput
          label={user === null ? t('people.firstPassword') : t('people.newPassword')}
          description={t('people.passwordHint', { count: MIN_PASSWORD })}
          required={user === null}
          autoComplete="new-password"
          visibilityToggleButtonProps={{ 'aria-label': t('app:signIn.showPassword') }}
          error={fieldError('password')}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <Checkbox
          label={t('people.mayEnter')}
          description={t('people.mayEnterHint')}
          checked={enabled}
          onChange={(event) => setEnabled(event.currentTarget.checked)}
        />
        <Grants
          grants={grants}
          change={(next) => {
            setTouched(true);
            setGrants(next);
          }}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={done}>
            {t('app:common.cancel')}
          </Button>
          <Button type="submit" loading={save.isPending} disabled={!complete}>
            {t('app:common.save')}
          </Button>
        </Group>
        {user !== null && <PersonActions user={user} done={done} />}
      </Stack>
    </form>
  );
}

const FIRST_GRANT: Grant = { role: 'operator', scope: { kind: 'all' } };

/** A grant has no identity of its own; the key is only for this form. */
interface GrantRow {
  readonly key: number;
  readonly grant: Grant;
}

function Grants({ grants, change }: { grants: readonly GrantRow[]; change: (grants: readonly GrantRow[]) => void }) {
  const { t } = useTranslation(['admin', 'app']);
  const replace = (key: number, grant: Grant): void =>
    change(grants.map((row) => (row.key === key ? { key, grant } : row)));
  const nextKey = Math.max(-1, ...grants.map(({ key }) => key)) + 1;
  return (
    <Panel title={t('people.grants')}>
      <Stack gap="sm">
        {grants.length === 0 && <Text c="dimmed">{t('people.noGrantsHint')}</Text>}
        {grants.map(({ key, grant }) => (
          <Group key={key} align="flex-end" gap="xs" wrap="nowrap">
            <Select
              flex={1}
              label={t('people.role')}
              allowDeselect={false}
              data={ROLES.map((role) => ({ value: role, label: t(`roles.${role}`) }))}
              value={grant.role}
              onChange={(role) => role !== null && replace(key, { ...grant, role })}
            />
            <div style={{ flex: 1 }}>
              <ScopeSelect
                label={t('people.scope')}
                value={grant.scope}
                onChange={(scope) => replace(key, { ...grant, scope })}
              />
            </div>
            <ActionIcon
              size="lg"
              variant="subtle"
              color="gray"
              aria-label={t('people.removeGrant')}
              onClick={() => change(grants.filter((row) => row.key !== key))}
            >
              <IconTrash size={16} />
            </ActionIcon>
          </Group>
        ))}
        <Group>
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconPlus size={14} />}
            onClick={() => change([...grants, { key: nextKey, grant: FIRST_GRANT }])}
          >
            {t('people.addGrant')}
          </Button>
        </Group>
      </Stack>
    </Panel>
  );
}
