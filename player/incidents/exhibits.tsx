import { ActionIcon, Anchor, Button, Group, Select, Text, Tooltip } from '@mantine/core';
import { IconCopy, IconFile, IconPhoto, IconVideo } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Exhibit, IncidentDetails } from '#contracts/alerts';
import { useAlertWords } from '../alerts/use-alert-words.ts';
import { useSession } from '../app/session.tsx';
import { useAnnounce } from '../ui/announcer.tsx';
import { copyText } from '../ui/copy-text.ts';
import { useDates } from '../ui/dates.ts';
import { Panel } from '../ui/page.tsx';
import { useBytes } from '../ui/use-bytes.ts';
import { ClipDialog } from './clip-dialog.tsx';
import classes from './incidents.module.css';
import { useIncidentAction, useIncidentAlerts } from './use-incident.ts';

const ICONS = { snapshot: IconPhoto, clip: IconVideo, file: IconFile };

/** What is kept with the incident, each known by its fingerprint. */
export function Exhibits({ incident }: { incident: IncidentDetails }) {
  const { t } = useTranslation('incidents');
  const { can } = useSession();
  const alerts = useIncidentAlerts(incident);
  const { sentence } = useAlertWords();
  const [clip, setClip] = useState(false);
  const take = useIncidentAction(t('snapshotTaken'));
  const pictured = alerts.filter(({ detection }) => detection.pictures !== null);
  const open = incident.state === 'open';
  return (
    <Panel title={t('exhibits')}>
      {incident.exhibits.length === 0 && <Text c="dimmed">{t('noExhibits')}</Text>}
      <ul className={classes.rows}>
        {incident.exhibits.map((exhibit) => (
          <ExhibitLine key={exhibit.id} incidentId={incident.id} exhibit={exhibit} />
        ))}
      </ul>
      {open && (
        <Group mt="sm">
          {pictured.length > 0 && can('camera.playback') && (
            <Select
              size="xs"
              flex={1}
              aria-label={t('addSnapshot')}
              placeholder={t('addSnapshot')}
              value={null}
              data={pictured.map((alert) => ({ value: alert.id, label: `#${alert.number} · ${sentence(alert)}` }))}
              onChange={(alertId) =>
                alertId !== null &&
                take.mutate((incidents) => incidents.addExhibit(incident.id, { kind: 'snapshot', alertId }))
              }
            />
          )}
          {can('camera.export') && incident.cameraIds.length > 0 && (
            <Button
              size="xs"
              variant="default"
              leftSection={<IconVideo size={14} aria-hidden />}
              onClick={() => setClip(true)}
            >
              {t('addClip')}
            </Button>
          )}
        </Group>
      )}
      {clip && <ClipDialog incident={incident} alerts={alerts} onClose={() => setClip(false)} />}
    </Panel>
  );
}

/** Characters of a fingerprint that people compare by eye. */
const SHORT = 12;

function ExhibitLine({ incidentId, exhibit }: { incidentId: string; exhibit: Exhibit }) {
  const { t } = useTranslation('incidents');
  const { cameraName } = useAlertWords();
  const dates = useDates();
  const bytes = useBytes();
  const announce = useAnnounce();
  const Icon = ICONS[exhibit.kind];
  const { sha256 } = exhibit;
  const facts = [
    t(`kinds.${exhibit.kind}`),
    exhibit.cameraId === null ? '' : cameraName(exhibit.cameraId),
    exhibit.fromMs === null ? '' : dates.full(exhibit.fromMs),
    exhibit.bytes === null ? '' : bytes(exhibit.bytes),
  ].filter((fact) => fact !== '');
  return (
    <li data-exhibit={exhibit.kind}>
      <Icon size={16} aria-hidden />
      <span className={classes.grow}>
        {sha256 === null ? (
          exhibit.name
        ) : (
          <Anchor
            href={`/api/incidents/${encodeURIComponent(incidentId)}/exhibits/${encodeURIComponent(exhibit.id)}`}
            target="_blank"
            rel="noopener"
          >
            {exhibit.name}
          </Anchor>
        )}
        <span className={classes.time}>{facts.join(' · ')}</span>
        {sha256 === null ? (
          <span className={classes.time}>{t(exhibit.error === null ? 'making' : 'notMade')}</span>
        ) : (
          <code className={classes.hash} title={`${t('fingerprint')}: ${sha256}`}>
            {`${sha256.slice(0, SHORT)}…`}
          </code>
        )}
      </span>
      {sha256 !== null && (
        <Tooltip label={t('fingerprint')}>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={`${t('fingerprint')}: ${exhibit.name}`}
            onClick={() => void copyText(sha256, null).then((copied) => copied && announce(t('copied')))}
          >
            <IconCopy size={16} aria-hidden />
          </ActionIcon>
        </Tooltip>
      )}
    </li>
  );
}
