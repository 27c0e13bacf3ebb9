import { Button, Divider, Group, Modal, Stack, Text, TextInput, UnstyledButton } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'wouter';
import type { AlertView, IncidentDetails } from '#contracts/alerts';
import { refreshIncidents } from '../api/alert-cache.ts';
import { useApi } from '../api/context.tsx';
import { ErrorNotice } from '../api/error-notice.tsx';
import { queryKeys } from '../api/query-keys.ts';
import { useAction } from '../api/use-action.ts';
import { incidentLink } from '../app/links.ts';
import { AgeText } from '../ui/age-text.tsx';
import { Loading } from '../ui/loading.tsx';
import { SeverityMark } from '../ui/severity-mark.tsx';
import classes from './alerts.module.css';

/** Joins an alert to an incident that is open, or begins one with it. */
export function IncidentDialog({
  alert,
  sentence,
  onClose,
}: {
  alert: AlertView;
  sentence: string;
  onClose: () => void;
}) {
  const { t } = useTranslation(['alerts', 'app']);
  const api = useApi();
  const queryClient = useQueryClient();
  const [, navigate] = useLocation();
  const [title, setTitle] = useState(sentence);
  const open = useQuery({
    queryKey: [...queryKeys.incidents, 'open'],
    queryFn: ({ signal }) => api.incidents.list({ state: 'open', limit: 50 }, signal),
  });
  const after = (incident: IncidentDetails): void => {
    queryClient.setQueryData(queryKeys.incident(incident.id), incident);
    refreshIncidents(queryClient);
    void queryClient.invalidateQueries({ queryKey: queryKeys.alert(alert.id) });
    onClose();
  };
  const join = useAction({
    run: (incident: string) => api.incidents.join(incident, [alert.id]),
    done: t('done.joined'),
    after,
  });
  const create = useAction({
    run: () =>
      api.incidents.create({
        title: title.trim(),
        severity: alert.severity,
        alertIds: [alert.id],
        cameraIds: [alert.cameraId],
      }),
    after(incident) {
      after(incident);
      navigate(incidentLink(incident.id));
    },
  });
  function submit(event: FormEvent): void {
    event.preventDefault();
    if (title.trim() !== '') create.mutate(undefined);
  }
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('incidentDialog.title')}
      closeButtonProps={{ 'aria-label': t('app:common.close') }}
    >
      <Stack gap="md">
        <Text size="sm" fw={500}>
          {t('incidentDialog.existing')}
        </Text>
        {open.isPending && <Loading />}
        {open.isError && <ErrorNotice error={open.error} retry={() => void open.refetch()} />}
        {open.data?.length === 0 && <Text c="dimmed">{t('incidentDialog.none')}</Text>}
        <div className={classes.incidents}>
          {open.data?.map((incident) => (
            <UnstyledButton
              key={incident.id}
              className={classes.incident}
              disabled={join.isPending || incident.alertIds.includes(alert.id)}
              onClick={() => join.mutate(incident.id)}
            >
              <SeverityMark severity={incident.severity} />
              <span className={classes.sentence}>{`#${incident.number} · ${incident.title}`}</span>
              <AgeText ms={incident.openedMs} />
            </UnstyledButton>
          ))}
        </div>
        <Divider label={t('incidentDialog.orNew')} />
        <form onSubmit={submit}>
          <Stack gap="sm">
            <TextInput
              label={t('incidentDialog.name')}
              required
              maxLength={200}
              value={title}
              onChange={(event) => setTitle(event.currentTarget.value)}
            />
            <Group justify="flex-end">
              <Button variant="default" onClick={onClose}>
                {t('app:common.cancel')}
              </Button>
              <Button type="submit" loading={create.isPending} disabled={title.trim() === ''}>
                {t('incidentDialog.create')}
              </Button>
            </Group>
          </Stack>
        </form>
      </Stack>
    </Modal>
  );
}
