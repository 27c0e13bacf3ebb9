import { Button, Group, Modal, Stack, Textarea } from '@mantine/core';
import { IconCheck, IconFolder, IconPencil, IconRefresh, IconSpeakerphone } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'wouter';
import type { IncidentDetails } from '#contracts/alerts';
import { ErrorNotice } from '../api/error-notice.tsx';
import { canEverywhere } from '../app/can-everywhere.ts';
import { NOTICES_PATH } from '../app/links.ts';
import { useSession } from '../app/session.tsx';
import { AgeText } from '../ui/age-text.tsx';
import { useDates } from '../ui/dates.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { FactList } from '../ui/fact-list.tsx';
import { Loading } from '../ui/loading.tsx';
import { Page, Panel } from '../ui/page.tsx';
import { SeverityMark } from '../ui/severity-mark.tsx';
import { showUndo } from '../ui/undo-notice.tsx';
import { Exhibits } from './exhibits.tsx';
import { IncidentAlerts } from './incident-alerts.tsx';
import { IncidentCameras } from './incident-cameras.tsx';
import { IncidentForm } from './incident-form.tsx';
import { IncidentLinks } from './incident-links.tsx';
import { IncidentPeople } from './incident-people.tsx';
import { IncidentTimeline } from './incident-timeline.tsx';
import classes from './incidents.module.css';
import { NoticeForm } from './notice-form.tsx';
import { useIncident, useIncidentAction } from './use-incident.ts';

/** One incident: what is known at the left, its one timeline at the right. */
export default function IncidentPage({ incidentId }: { incidentId: string }) {
  const { t } = useTranslation('incidents');
  const incident = useIncident(incidentId);
  if (incident.isPending) return <Loading />;
  if (incident.isError)
    return incident.error.name === 'ApiError' ? (
      <Page title={t('title')}>
        <ErrorNotice error={incident.error} retry={() => void incident.refetch()} />
      </Page>
    ) : (
      <EmptyState icon={IconFolder} title={t('gone')} />
    );
  return <Incident incident={incident.data} />;
}

const UNDO_MS = 12_000;

function Incident({ incident }: { incident: IncidentDetails }) {
  const { t } = useTranslation(['incidents', 'app', 'alerts']);
  const [dialog, setDialog] = useState<'edit' | 'close' | 'notice' | null>(null);
  const { user } = useSession();
  const [, navigate] = useLocation();
  const change = useIncidentAction();
  const reopen = (): void => change.mutate((incidents) => incidents.reopen(incident.id));
  const open = incident.state === 'open';
  function close(note: string): void {
    change.mutate((incidents) => incidents.close(incident.id, note), {
      onSuccess() {
        setDialog(null);
        showUndo({
          message: t('closing.done', { number: incident.number }),
          action: t('alerts:done.undo'),
          ms: UNDO_MS,
          undo: reopen,
        });
      },
    });
  }
  return (
    <Page
      title={t('heading', { number: incident.number, title: incident.title })}
      actions={
        open ? (
          <>
            {canEverywhere(user, 'notice.publish') && (
              <Button
                variant="default"
                leftSection={<IconSpeakerphone size={16} aria-hidden />}
                onClick={() => setDialog('notice')}
              >
                {t('notices.ofIncident')}
              </Button>
            )}
            <Button
              variant="default"
              leftSection={<IconPencil size={16} aria-hidden />}
              onClick={() => setDialog('edit')}
            >
              {t('edit')}
            </Button>
            <Button leftSection={<IconCheck size={16} aria-hidden />} onClick={() => setDialog('close')}>
              {t('close')}
            </Button>
          </>
        ) : (
          <Button
            variant="default"
            leftSection={<IconRefresh size={16} aria-hidden />}
            loading={change.isPending}
            onClick={reopen}
          >
            {t('reopen')}
          </Button>
        )
      }
    >
      <div className={classes.columns}>
        <Stack gap="md">
          <Panel>
            <Facts incident={incident} />
          </Panel>
          <IncidentCameras incident={incident} />
          <IncidentAlerts incident={incident} />
          <IncidentLinks incident={incident} />
          <Exhibits incident={incident} />
          <IncidentPeople incident={incident} />
        </Stack>
        <IncidentTimeline incident={incident} />
      </div>
      {dialog === 'edit' && <IncidentForm incident={incident} onSaved={() => {}} onClose={() => setDialog(null)} />}
      {dialog === 'notice' && (
        <NoticeForm
          notice={null}
          incident={incident}
          onSaved={() => navigate(NOTICES_PATH)}
          onClose={() => setDialog(null)}
        />
      )}
      {dialog === 'close' && (
        <ClosingDialog incident={incident} busy={change.isPending} onSubmit={close} onClose={() => setDialog(null)} />
      )}
    </Page>
  );
}

function Facts({ incident }: { incident: IncidentDetails }) {
  const { t } = useTranslation(['incidents', 'app']);
  const dates = useDates();
  const { place } = incident;
  return (
    <FactList
      facts={[
        [t('state'), t(`states.${incident.state}`)],
        [
          t('severity'),
          <Group key="severity" gap={6}>
            <SeverityMark severity={incident.severity} />
            {t(`app:severities.${incident.severity}`)}
          </Group>,
        ],
        [t('lead'), incident.lead?.name ?? t('noLead')],
        [
          t('opened'),
          <span key="opened">
            {dates.full(incident.openedMs)} (<AgeText ms={incident.openedMs} />)
          </span>,
        ],
        [t('openedBy'), incident.openedBy.name],
        [t('closedAt'), incident.closedMs === null ? '' : dates.full(incident.closedMs)],
        [t('place'), place?.name ?? ''],
        [
          t('position'),
          place?.latitude == null || place.longitude === null ? (
            ''
          ) : (
            <a key="position" href={`geo:${place.latitude},${place.longitude}`}>
              {`${place.latitude}, ${place.longitude}`}
            </a>
          ),
        ],
        [
          t('description'),
          incident.description === '' ? (
            ''
          ) : (
            <span key="description" className={classes.words}>
              {incident.description}
            </span>
          ),
        ],
      ]}
    />
  );
}

function ClosingDialog(props: {
  incident: IncidentDetails;
  busy: boolean;
  onSubmit: (note: string) => void;
  onClose: () => void;
}) {
  const { t } = useTranslation(['incidents', 'app']);
  const [note, setNote] = useState('');
  function submit(event: FormEvent): void {
    event.preventDefault();
    if (note.trim() !== '') props.onSubmit(note.trim());
  }
  return (
    <Modal
      opened
      onClose={props.onClose}
      title={t('closing.title', { number: props.incident.number })}
      closeButtonProps={{ 'aria-label': t('app:common.close') }}
    >
      <form onSubmit={submit}>
        <Stack gap="md">
          <Textarea
            data-autofocus
            required
            label={t('closing.note')}
            autosize
            minRows={3}
            maxLength={4000}
            value={note}
            onChange={(event) => setNote(event.currentTarget.value)}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={props.onClose}>
              {t('app:common.cancel')}
            </Button>
            <Button type="submit" disabled={note.trim() === ''} loading={props.busy}>
              {t('closing.submit')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
