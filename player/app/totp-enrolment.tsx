import { Button, Code, Group, List, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import QRCode from 'qrcode';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useApi } from '../api/context.tsx';
import { ErrorNotice } from '../api/error-notice.tsx';
import { queryKeys } from '../api/query-keys.ts';
import { CopyField } from '../ui/copy-field.tsx';
import { Loading } from '../ui/loading.tsx';

/** Second factor: scan, type one code to prove it, keep the recovery codes. */
export default function TotpEnrolment() {
  const api = useApi();
  const start = useQuery({
    queryKey: ['totp-enrolment'],
    async queryFn() {
      const enrolment = await api.session.enrolTotp();
      return { ...enrolment, picture: await QRCode.toDataURL(enrolment.uri, { width: 192, margin: 2 }) };
    },
    // Each call makes a new secret: never by itself again.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
  });
  if (start.error !== null) return <ErrorNotice error={start.error} retry={() => void start.refetch()} />;
  if (start.data === undefined) return <Loading />;
  return <Confirm {...start.data} />;
}

function Confirm({ secret, picture }: { secret: string; picture: string }) {
  const { t } = useTranslation('app');
  const api = useApi();
  const [code, setCode] = useState('');
  const confirm = useMutation({ mutationFn: () => api.session.confirmTotp(code), onError: () => setCode('') });

  function submit(event: FormEvent): void {
    event.preventDefault();
    confirm.mutate();
  }

  if (confirm.data !== undefined) return <RecoveryCodes codes={confirm.data.recoveryCodes} />;
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <Text>{t('totp.scan')}</Text>
        <Group align="flex-start" wrap="wrap">
          <img src={picture} width={192} height={192} alt={t('totp.picture')} />
          <Stack gap="md" flex={1} miw="12rem">
            <CopyField label={t('totp.secret')} value={secret} description={t('totp.secretHint')} />
            <TextInput
              label={t('totp.code')}
              inputMode="numeric"
              autoComplete="one-time-code"
              maxLength={8}
              value={code}
              onChange={(event) => setCode(event.currentTarget.value.trim())}
            />
            {confirm.error !== null && <ErrorNotice error={confirm.error} />}
            <Button type="submit" disabled={code.length < 6} loading={confirm.isPending}>
              {t('totp.confirm')}
            </Button>
          </Stack>
        </Group>
      </Stack>
    </form>
  );
}

function RecoveryCodes({ codes }: { codes: readonly string[] }) {
  const { t } = useTranslation('app');
  const queryClient = useQueryClient();
  return (
    <Stack gap="md">
      <Text fw={600}>{t('totp.enabled')}</Text>
      <Text>{t('totp.recovery')}</Text>
      <List listStyleType="none" spacing={4} style={{ columns: 2 }}>
        {codes.map((code) => (
          <List.Item key={code}>
            <Code fz="sm">{code}</Code>
          </List.Item>
        ))}
      </List>
      <CopyField label={t('totp.allCodes')} value={codes.join(' ')} />
      <Button onClick={() => void queryClient.invalidateQueries({ queryKey: queryKeys.session })}>
        {t('totp.kept')}
      </Button>
    </Stack>
  );
}
