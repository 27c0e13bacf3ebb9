import { Button, Text } from '@mantine/core';
import { IconEye, IconLock } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ReportContact as Contact, ReportDetails } from '#contracts/reports';
import { useApi } from '../api/context.tsx';
import { useAction } from '../api/use-action.ts';
import { useSession } from '../app/session.tsx';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';
import { FactList } from '../ui/fact-list.tsx';
import { Panel } from '../ui/page.tsx';

/** Who sent it: only when asked for, after a warning that the look is recorded, and gone with the page. */
export function ReportContact({ report }: { report: ReportDetails }) {
  const { t } = useTranslation('reports');
  const api = useApi();
  const { can } = useSession();
  const [asking, setAsking] = useState(false);
  const [contact, setContact] = useState<Contact | null>(null);
  const look = useAction({
    run: () => api.reports.contact(report.id),
    after(found) {
      setContact(found);
      setAsking(false);
    },
  });
  return (
    <Panel title={t('contact.title')}>
      {contact !== null ? (
        <FactList
          facts={[
            [t('contact.name'), contact.name],
            [
              t('contact.phone'),
              contact.phone === '' ? (
                ''
              ) : (
                <a key="phone" href={`tel:${contact.phone}`}>
                  {contact.phone}
                </a>
              ),
            ],
            [t('contact.email'), contact.email],
          ]}
        />
      ) : !report.hasContact ? (
        <Text c="dimmed">{t('contact.none')}</Text>
      ) : (
        <>
          <Text c="dimmed" mb="xs">
            <IconLock size={14} aria-hidden style={{ verticalAlign: '-2px' }} /> {t('contact.hidden')}
          </Text>
          {can('report.contact') && (
            <Button
              size="xs"
              variant="default"
              leftSection={<IconEye size={14} aria-hidden />}
              onClick={() => setAsking(true)}
            >
              {t('contact.show')}
            </Button>
          )}
        </>
      )}
      <ConfirmDialog
        opened={asking}
        title={t('contact.show')}
        action={t('contact.confirm')}
        busy={look.isPending}
        onConfirm={() => look.mutate(undefined)}
        onClose={() => setAsking(false)}
      >
        {t('contact.warning')}
      </ConfirmDialog>
    </Panel>
  );
}
