import { ActionIcon, Anchor, Select, Text, Tooltip } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { AlertView, IncidentDetails } from '#contracts/alerts';
import { isOpen } from '../alerts/alert-order.ts';
import { useAlertWords } from '../alerts/use-alert-words.ts';
import { useApi } from '../api/context.tsx';
import { useAlerts } from '../api/queries.ts';
import { queryKeys } from '../api/query-keys.ts';
import { alertLink } from '../app/links.ts';
import { AgeText } from '../ui/age-text.tsx';
import { Panel } from '../ui/page.tsx';
import { SeverityMark } from '../ui/severity-mark.tsx';
import classes from './incidents.module.css';
import { useIncidentAction } from './use-incident.ts';

/** Alerts of the incident: each leads to its card, and may leave again. */
export function IncidentAlerts({ incident }: { incident: IncidentDetails }) {
  const { t } = useTranslation('incidents');
  const alerts = useAlerts(true);
  const { sentence } = useAlertWords();
  const change = useIncidentAction();
  const open = incident.state === 'open';
  const free = alerts.data?.filter((alert) => isOpen(alert) && !incident.alertIds.includes(alert.id)) ?? [];
  return (
    <Panel title={t('alerts')}>
      {incident.alertIds.length === 0 && <Text c="dimmed">{t('noAlerts')}</Text>}
      <ul className={classes.rows}>
        {incident.alertIds.map((id) => (
          <AlertLine
            key={id}
            alertId={id}
            known={alerts.data?.find((alert) => alert.id === id)}
            leave={open ? () => change.mutate((incidents) => incidents.leave(incident.id, id)) : null}
          />
        ))}
      </ul>
      {open && free.length > 0 && (
        <Select
          mt="sm"
          size="xs"
          aria-label={t('addAlert')}
          placeholder={t('addAlert')}
          searchable
          value={null}
          data={free.map((alert) => ({ value: alert.id, label: `#${alert.number} · ${sentence(alert)}` }))}
          onChange={(id) => id !== null && change.mutate((incidents) => incidents.join(incident.id, [id]))}
        />
      )}
    </Panel>
  );
}

function AlertLine(props: { alertId: string; known: AlertView | undefined; leave: (() => void) | null }) {
  const { alertId, known, leave } = props;
  const { t } = useTranslation(['incidents', 'alerts']);
  const api = useApi();
  const { sentence } = useAlertWords();
  const fetched = useQuery({
    queryKey: queryKeys.alert(alertId),
    queryFn: ({ signal }) => api.alerts.get(alertId, signal),
    enabled: known === undefined,
    retry: false,
  });
  const alert = known ?? fetched.data;
  if (alert === undefined) return fetched.isError ? <li>{t('alertUnseen')}</li> : <li aria-busy />;
  const label = t('leave', { number: alert.number });
  return (
    <li data-alert={alert.id}>
      <SeverityMark severity={alert.severity} />
      <span className={classes.grow}>
        <Anchor component={Link} href={alertLink(alert.id)}>
          {`#${alert.number} · ${sentence(alert)}`}
        </Anchor>
        <span className={classes.time}>
          {t(`alerts:states.${alert.state}`)} · <AgeText ms={alert.openedMs} />
        </span>
      </span>
      {leave !== null && (
        <Tooltip label={label}>
          <ActionIcon variant="subtle" color="gray" aria-label={label} onClick={leave}>
            <IconX size={16} aria-hidden />
          </ActionIcon>
        </Tooltip>
      )}
    </li>
  );
}
