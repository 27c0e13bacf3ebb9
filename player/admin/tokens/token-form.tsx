import { Button, Group, MultiSelect, NumberInput, Stack, TagsInput, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { PERMISSIONS, type Permission, type Scope } from '#contracts/access';
import type { TokenCreated } from '#contracts/http';
import { useApi } from '../../api/context.tsx';
import { ErrorNotice } from '../../api/error-notice.tsx';
import { useFieldError } from '../../api/use-field-error.ts';
import { useUnsaved } from '../../app/leave-guard-provider.tsx';
import { ScopeSelect } from '../people/scope-select.tsx';

const DEFAULT_DAYS = 90;

export function TokenForm({ created, cancel }: { created: (token: TokenCreated) => void; cancel: () => void }) {
  const { t } = useTranslation(['admin', 'app']);
  const api = useApi();
  const [name, setName] = useState('');
  const [permissions, setPermissions] = useState<Permission[]>(['camera.view']);
  const [scope, setScope] = useState<Scope>({ kind: 'all' });
  const [days, setDays] = useState<number | string>(DEFAULT_DAYS);
  const [addresses, setAddresses] = useState<string[]>([]);
  const make = useMutation({
    mutationFn: () => api.tokens.create({ name, permissions, scopes: [scope], days: Number(days), addresses }),
    onSuccess: created,
  });
  useUnsaved(name !== '' && !make.isSuccess);
  const fieldError = useFieldError(make.error);
  function submit(event: FormEvent): void {
    event.preventDefault();
    make.mutate();
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        {make.error !== null && <ErrorNotice error={make.error} />}
        <TextInput
          data-autofocus
          label={t('tokens.name')}
          description={t('tokens.nameHint')}
          required
          maxLength={120}
          error={fieldError('name')}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <MultiSelect
          label={t('tokens.permissions')}
          data={PERMISSIONS.map((permission) => ({ value: permission, label: t(`permissions.${permission}`) }))}
          value={permissions}
          error={fieldError('permissions')}
          searchable
          onChange={setPermissions}
        />
        <ScopeSelect label={t('people.scope')} value={scope} onChange={setScope} />
        <NumberInput
          label={t('tokens.days')}
          min={1}
          max={730}
          allowDecimal={false}
          error={fieldError('days')}
          value={days}
          onChange={setDays}
        />
        <TagsInput
          label={t('tokens.addresses')}
          description={t('tokens.addressesHint')}
          placeholder="10.0.0.0/8"
          error={fieldError('addresses')}
          value={addresses}
          onChange={setAddresses}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={cancel}>
            {t('app:common.cancel')}
          </Button>
          <Button type="submit" loading={make.isPending} disabled={name.trim() === '' || permissions.length === 0}>
            {t('tokens.make')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
