import { Button, Group, Textarea } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { IncidentDetails, IncidentEntry } from '#contracts/alerts';
import { useAlertWords } from '../alerts/use-alert-words.ts';
import { AgeText, TimeText } from '../ui/age-text.tsx';
import { Panel } from '../ui/page.tsx';
import classes from './incidents.module.css';
import { useIncidentAction } from './use-incident.ts';

/** Everything that was done, newest first; what is written is only ever added to. */
export function IncidentTimeline({ incident }: { incident: IncidentDetails }) {
  const { t } = useTranslation('incidents');
  const [text, setText] = useState('');
  const add = useIncidentAction();
  function submit(event: FormEvent): void {
    event.preventDefault();
    const words = text.trim();
    if (words === '') return;
    add.mutate((incidents) => incidents.note(incident.id, words), { onSuccess: () => setText('') });
  }
  return (
    <Panel title={t('timeline')}>
      <form onSubmit={submit} className={classes.noteForm}>
        <Textarea
          aria-label={t('noteLabel')}
          placeholder={t('noteLabel')}
          autosize
          minRows={2}
          maxLength={2000}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Group justify="flex-end">
          <Button type="submit" size="compact-sm" disabled={text.trim() === ''} loading={add.isPending}>
            {t('noteAdd')}
          </Button>
        </Group>
      </form>
      <ol className={classes.timeline} reversed>
        {[...incident.entries].reverse().map((entry) => (
          <li key={entry.sequence} data-entry={entry.entry.kind}>
            <span className={classes.time}>
              <TimeText ms={entry.timeMs} /> · <AgeText ms={entry.timeMs} />
            </span>
            <span>
              <strong>{entry.by?.name ?? t('system')}</strong>
              {': '}
              <EntryWords entry={entry.entry} />
            </span>
          </li>
        ))}
      </ol>
    </Panel>
  );
}

function EntryWords({ entry }: { entry: IncidentEntry['entry'] }) {
  const { t } = useTranslation('incidents');
  const { cameraName } = useAlertWords();
  switch (entry.kind) {
    case 'note':
      return <span className={classes.words}>{entry.text}</span>;
    case 'changed':
      return t('entry.changed', { what: entry.what.map((what) => t(`entry.what.${what}`)).join(', ') });
    case 'alertJoined':
    case 'alertLeft':
      return t(`entry.${entry.kind}`, { number: entry.alertNumber });
    case 'eventJoined':
    case 'eventLeft':
      return t(`entry.${entry.kind}`, { number: entry.eventNumber });
    case 'reportJoined':
    case 'reportLeft':
      return t(`entry.${entry.kind}`, { number: entry.reportNumber });
    case 'cameraAdded':
    case 'cameraRemoved':
      return t(`entry.${entry.kind}`, { camera: cameraName(entry.cameraId) });
    case 'personAdded':
    case 'personRemoved':
      return t(`entry.${entry.kind}`, { name: entry.person.name });
    case 'exhibitAdded':
      return t('entry.exhibitAdded', { name: entry.exhibit.name });
    case 'closed':
      return (
        <>
          {t('entry.closed')}
          {entry.note !== '' && <span className={classes.words}>{`: ${entry.note}`}</span>}
        </>
      );
    default:
      return t(`entry.${entry.kind}`);
  }
}
