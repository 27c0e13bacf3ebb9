import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { IconVideo } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { IncidentDetails } from '#contracts/alerts';
import { useApi } from '../api/context.tsx';
import { useAction } from '../api/use-action.ts';
import { phoneLink } from '../app/links.ts';
import { useSession } from '../app/session.tsx';
import { CopyField } from '../ui/copy-field.tsx';
import { QrCode } from '../ui/qr-code.tsx';
import { useKeepIncident } from './use-incident.ts';

/** Makes a phone a camera of the incident: this one, or one that reads the link from the screen. */
export function PhoneDialog({ incident, onClose }: { incident: IncidentDetails; onClose: () => void }) {
  const { t } = useTranslation(['incidents', 'app']);
  const api = useApi();
  const { user } = useSession();
  const [name, setName] = useState(() => t('phone.defaultName', { name: user.displayName }));
  const keep = useKeepIncident();
  const share = useAction({
    run: () => api.incidents.sharePhone(incident.id, name.trim()),
    after: ({ incident: changed }) => keep(changed),
  });
  function submit(event: FormEvent): void {
    event.preventDefault();
    if (name.trim() !== '') share.mutate(undefined);
  }
  return (
    <Modal opened onClose={onClose} title={t('phone.title')} closeButtonProps={{ 'aria-label': t('app:common.close') }}>
      {share.data === undefined ? (
        <form onSubmit={submit}>
          <Stack gap="md">
            <Text size="sm">{t('phone.hint')}</Text>
            <TextInput
              data-autofocus
              label={t('phone.name')}
              maxLength={120}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <Group justify="flex-end">
              <Button type="submit" loading={share.isPending} disabled={name.trim() === ''}>
                {t('phone.make')}
              </Button>
            </Group>
          </Stack>
        </form>
      ) : (
        <Link link={phoneLink(share.data.streamKey)} />
      )}
    </Modal>
  );
}

function Link({ link }: { link: string }) {
  const { t } = useTranslation('incidents');
  return (
    <Stack gap="md">
      <Text size="sm">{t('phone.once')}</Text>
      <Button
        component="a"
        href={link}
        target="_blank"
        rel="noreferrer"
        leftSection={<IconVideo size={18} aria-hidden />}
      >
        {t('phone.here')}
      </Button>
      <Stack gap="xs" align="center" visibleFrom="sm">
        <QrCode text={link} label={t('phone.qr')} />
      </Stack>
      <CopyField label={t('phone.link')} value={link} />
    </Stack>
  );
}
