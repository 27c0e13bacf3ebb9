import { ActionIcon, Anchor, Button, Text, Tooltip } from '@mantine/core';
import { IconLink, IconMessageReport, IconUnlink } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { IncidentDetails } from '#contracts/alerts';
import type { IncidentLink } from '#contracts/incident-links';
import { useApi } from '../api/context.tsx';
import { ErrorNotice } from '../api/error-notice.tsx';
import { queryKeys } from '../api/query-keys.ts';
import { reportLink, sectorEventLink } from '../app/links.ts';
import { SyntheticMark } from '../sectors/figure-parts.tsx';
import { useSectorTexts, useWords } from '../sectors/texts.ts';
import { AgeText } from '../ui/age-text.tsx';
import { Panel } from '../ui/page.tsx';
import { SeverityMark } from '../ui/severity-mark.tsx';
import classes from './incidents.module.css';
import { useIncidentAction } from './use-incident.ts';

/** New mentions and reports come in while an incident is open. */
const LOOK_AGAIN_MS = 30_000;

/** Mentions, reports and events that belong to the incident, and those near it that may: one click takes one in. */
export function IncidentLinks({ incident }: { incident: IncidentDetails }) {
  useSectorTexts();
  const { t } = useTranslation('incidents');
  const api = useApi();
  const change = useIncidentAction();
  const open = incident.state === 'open';
  const links = useQuery({
    queryKey: queryKeys.incidentLinks(incident.id),
    queryFn: ({ signal }) => api.incidents.links(incident.id, signal),
    refetchInterval: open ? LOOK_AGAIN_MS : false,
  });
  const { linked = [], suggested = [] } = links.data ?? {};
  const linkedLabel = (link: IncidentLink, what: 'attach' | 'detach'): string =>
    t(`links.${what}`, { what: t(`links.kinds.${link.kind}`, { number: link.number }) });
  return (
    <Panel title={t('links.title')}>
      {links.isError && <ErrorNotice error={links.error} retry={() => void links.refetch()} />}
      {links.isSuccess && linked.length === 0 && <Text c="dimmed">{t('links.none')}</Text>}
      <ul className={classes.rows} data-linked={linked.length}>
        {linked.map((link) => (
          <LinkLine key={`${link.kind} ${link.id}`} link={link}>
            {open && (
              <Tooltip label={linkedLabel(link, 'detach')}>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  aria-label={linkedLabel(link, 'detach')}
                  onClick={() => change.mutate((incidents) => incidents.unlink(incident.id, link.kind, link.id))}
                >
                  <IconUnlink size={16} aria-hidden />
                </ActionIcon>
              </Tooltip>
            )}
          </LinkLine>
        ))}
      </ul>
      {open && links.data !== undefined && suggested.length > 0 && (
        <section aria-label={t('links.suggested', { count: suggested.length })}>
          <Text size="sm" mt="sm" c="dimmed" aria-live="polite">
            {t('links.suggested', { count: suggested.length })}
          </Text>
          <ul className={classes.rows} data-suggested={suggested.length}>
            {suggested.map((link) => (
              <LinkLine key={`${link.kind} ${link.id}`} link={link}>
                <Button
                  size="compact-sm"
                  variant="default"
                  aria-label={linkedLabel(link, 'attach')}
                  leftSection={<IconLink size={14} aria-hidden />}
                  disabled={change.isPending}
                  onClick={() => change.mutate((incidents) => incidents.link(incident.id, link.kind, link.id))}
                >
                  {t('links.attachShort')}
                </Button>
              </LinkLine>
            ))}
          </ul>
        </section>
      )}
    </Panel>
  );
}

function LinkLine({ link, children }: { link: IncidentLink; children: ReactNode }) {
  const { t } = useTranslation('incidents');
  const words = useWords();
  const { kind, id, number, metres, why, severity, synthetic } = link;
  const where = metres === null ? t(`links.why.${why}`) : t('links.metres', { metres });
  return (
    <li data-link={id}>
      {severity === null ? <IconMessageReport size={16} aria-hidden /> : <SeverityMark severity={severity} />}
      <span className={classes.grow}>
        <Anchor component={Link} href={kind === 'report' ? reportLink(id) : sectorEventLink(id)}>
          {`${t(`links.kinds.${kind}`, { number })} · ${words(link.title)}`}
        </Anchor>
        <span className={classes.time}>
          {where} · <AgeText ms={link.occurredMs} /> {synthetic && <SyntheticMark />}
        </span>
      </span>
      {children}
    </li>
  );
}
