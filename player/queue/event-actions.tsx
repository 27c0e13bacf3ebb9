import { Button, Group, Modal, Stack, Textarea } from '@mantine/core';
import { IconCheck, IconFolderPlus, IconNote, IconRotate, IconX } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'wouter';
import type { SectorEventDetails, SectorEventView } from '#contracts/sector-events';
import { refreshIncidents } from '../api/alert-cache.ts';
import { useApi } from '../api/context.tsx';
import { queryKeys } from '../api/query-keys.ts';
import { isOver, putSectorEvent } from '../api/sector-cache.ts';
import { useAction } from '../api/use-action.ts';
import { alertLink, incidentLink } from '../app/links.ts';
import { useSession } from '../app/session.tsx';
import classes from './queue.module.css';

type Asking = 'acknowledge' | 'note' | 'close';

/** What somebody may do with an event of a sector. */
export function EventActions({ event }: { event: SectorEventView }) {
  const { t } = useTranslation('sectors');
  const { can } = useSession();
  const api = useApi();
  const queryClient = useQueryClient();
  const [, navigate] = useLocation();
  const [asking, setAsking] = useState<Asking | null>(null);
  const put = (view: SectorEventView | SectorEventDetails): void => {
    if ('steps' in view) queryClient.setQueryData(queryKeys.sectorEvent(view.id), view);
    putSectorEvent(queryClient, view);
    void queryClient.invalidateQueries({ queryKey: queryKeys.sectorEvent(view.id) });
    setAsking(null);
  };
  const act = useAction<{ what: Asking | 'reopen'; text: string }, SectorEventView | SectorEventDetails>({
    run: ({ what, text }) => {
      const { sectorEvents } = api;
      if (what === 'acknowledge') return sectorEvents.acknowledge(event.id, text);
      if (what === 'note') return sectorEvents.note(event.id, text);
      return what === 'close' ? sectorEvents.close(event.id, text) : sectorEvents.reopen(event.id);
    },
    after: put,
  });
  const openIncident = useAction({
    run: () => api.sectorEvents.openIncident(event.id),
    after(incident) {
      queryClient.setQueryData(queryKeys.incident(incident.id), incident);
      refreshIncidents(queryClient);
      navigate(incidentLink(incident.id));
    },
  });
  const over = isOver(event);
  const mayAct = can('sector.act');
  if (event.source.kind === 'alert') {
    if (over || !can('alert.claim')) return null;
    return (
      <div className={classes.buttons}>
        <Button size="xs" component={Link} href={alertLink(event.source.id)}>
          {t('event.toAlert')}
        </Button>
      </div>
    );
  }
  if (!mayAct && event.incidentId === null) return null;
  return (
    <div className={classes.buttons}>
      {mayAct && event.state === 'open' && (
        <Button
          size="xs"
          leftSection={<IconCheck size={16} aria-hidden />}
          loading={act.isPending && asking === null}
          onClick={() => act.mutate({ what: 'acknowledge', text: '' })}
        >
          {t('event.acknowledge')}
        </Button>
      )}
      {mayAct && (
        <Button
          size="xs"
          variant="default"
          leftSection={<IconNote size={16} aria-hidden />}
          onClick={() => setAsking('note')}
        >
          {t('event.note')}
        </Button>
      )}
      {mayAct && !over && (
        <Button
          size="xs"
          variant="default"
          leftSection={<IconX size={16} aria-hidden />}
          onClick={() => setAsking('close')}
        >
          {t('event.close')}
        </Button>
      )}
      {mayAct && event.state === 'closed' && (
        <Button
          size="xs"
          variant="default"
          leftSection={<IconRotate size={16} aria-hidden />}
          onClick={() => act.mutate({ what: 'reopen', text: '' })}
        >
          {t('event.reopen')}
        </Button>
      )}
      {event.incidentId !== null && can('incident.manage') ? (
        <Button size="xs" variant="default" component={Link} href={incidentLink(event.incidentId)}>
          {t('event.toIncident')}
        </Button>
      ) : (
        mayAct &&
        can('incident.manage') &&
        !over && (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconFolderPlus size={16} aria-hidden />}
            loading={openIncident.isPending}
            onClick={() => openIncident.mutate(undefined)}
          >
            {t('event.openIncident')}
          </Button>
        )
      )}
      {asking !== null && (
        <TextDialog
          title={t(`event.${asking}`)}
          label={t(asking === 'close' ? 'event.howEnded' : 'event.text')}
          action={t(`event.${asking}`)}
          busy={act.isPending}
          onSubmit={(text) => act.mutate({ what: asking, text })}
          onClose={() => setAsking(null)}
        />
      )}
    </div>
  );
}

/** Asks for a text that must not be empty. */
export function TextDialog(props: {
  title: string;
  label: string;
  action: string;
  busy: boolean;
  onSubmit: (text: string) => void;
  onClose: () => void;
}) {
  const { t } = useTranslation('app');
  const [text, setText] = useState('');
  function submit(event: FormEvent): void {
    event.preventDefault();
    event.stopPropagation();
    if (text.trim() !== '') props.onSubmit(text.trim());
  }
  return (
    <Modal opened onClose={props.onClose} title={props.title} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <form onSubmit={submit}>
        <Stack gap="md">
          <Textarea
            data-autofocus
            label={props.label}
            required
            autosize
            minRows={3}
            maxLength={2000}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={props.onClose}>
              {t('common.cancel')}
            </Button>
            <Button type="submit" loading={props.busy} disabled={text.trim() === ''}>
              {props.action}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
