import { ActionIcon, Button, Group, Select, Text, Tooltip } from '@mantine/core';
import { IconUser, IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { IncidentDetails } from '#contracts/alerts';
import { useApi } from '../api/context.tsx';
import { queryKeys } from '../api/query-keys.ts';
import { useSession } from '../app/session.tsx';
import { Panel } from '../ui/page.tsx';
import classes from './incidents.module.css';
import { useIncidentAction } from './use-incident.ts';

/** Who takes part. Whoever may see the list of people adds any of them; others add and remove themselves. */
export function IncidentPeople({ incident }: { incident: IncidentDetails }) {
  const { t } = useTranslation('incidents');
  const api = useApi();
  const { user, can } = useSession();
  const change = useIncidentAction();
  const mayList = can('user.manage');
  const users = useQuery({
    queryKey: queryKeys.users,
    queryFn: ({ signal }) => api.users.list(signal),
    enabled: mayList,
  });
  const open = incident.state === 'open';
  const present = new Set(incident.people.map(({ id }) => id));
  const others = users.data?.filter(({ id, enabled }) => enabled && !present.has(id)) ?? [];
  return (
    <Panel title={t('people')}>
      {incident.people.length === 0 && <Text c="dimmed">{t('noPeople')}</Text>}
      <ul className={classes.rows}>
        {incident.people.map((person) => {
          const label = person.id === user.id ? t('leaveMe') : t('removePerson', { name: person.name });
          return (
            <li key={person.id}>
              <IconUser size={16} aria-hidden />
              <span className={classes.grow}>{person.name}</span>
              {open && (
                <Tooltip label={label}>
                  <ActionIcon
                    variant="subtle"
                    color="gray"
                    aria-label={label}
                    onClick={() => change.mutate((incidents) => incidents.removePerson(incident.id, person.id))}
                  >
                    <IconX size={16} aria-hidden />
                  </ActionIcon>
                </Tooltip>
              )}
            </li>
          );
        })}
      </ul>
      {open && (
        <Group mt="sm">
          {!present.has(user.id) && (
            <Button
              size="xs"
              variant="default"
              onClick={() => change.mutate((incidents) => incidents.addPerson(incident.id, user.id))}
            >
              {t('joinMe')}
            </Button>
          )}
          {mayList && others.length > 0 && (
            <Select
              size="xs"
              flex={1}
              aria-label={t('addPerson')}
              placeholder={t('addPerson')}
              searchable
              value={null}
              data={others.map(({ id, displayName }) => ({ value: id, label: displayName }))}
              onChange={(id) => id !== null && change.mutate((incidents) => incidents.addPerson(incident.id, id))}
            />
          )}
        </Group>
      )}
    </Panel>
  );
}
