import { Button, Checkbox, Group, PasswordInput, Progress, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { IconEye, IconPlayerStop, IconRadarOff } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { DiscoveryCandidate } from '#contracts/camera';
import type { DiscoveryProgress, RegistrationProgress } from '#contracts/http';
import { useApi } from '../../api/context.tsx';
import { queryKeys } from '../../api/query-keys.ts';
import { useAction } from '../../api/use-action.ts';
import { cameraLink, liveLink } from '../../app/links.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Panel } from '../../ui/page.tsx';
import { GroupSelect } from '../group-select.tsx';
import classes from '../toolbar.module.css';
import { LineReport } from './line-report.tsx';

/** What a search found: choose many, give them one login, register them, see what became of each. */
export function BulkRegister({ job }: { job: DiscoveryProgress }) {
  const { t } = useTranslation(['admin', 'app']);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const fresh = job.candidates.filter(({ registeredAs }) => registeredAs === null);
  const toggle = (id: string): void => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    setChosen(next);
  };
  if (job.candidates.length === 0)
    return job.state === 'running' ? null : (
      <EmptyState icon={IconRadarOff} title={t('discovery.nothing')}>
        {t('discovery.nothingHint')}
      </EmptyState>
    );
  const columns: readonly Column<DiscoveryCandidate>[] = [
    {
      key: 'choose',
      header: t('discovery.choose'),
      cell: (candidate) => (
        <Checkbox
          aria-label={t('discovery.chooseOne', { name: `${hostOf(candidate)} ${nameOf(candidate)}`.trim() })}
          checked={chosen.has(candidate.id)}
          disabled={candidate.registeredAs !== null}
          onChange={() => toggle(candidate.id)}
        />
      ),
    },
    {
      key: 'address',
      header: t('discovery.address'),
      role: 'title',
      sortBy: hostOf,
      cell: hostOf,
    },
    {
      key: 'name',
      header: t('discovery.device'),
      sortBy: nameOf,
      cell: (candidate) => nameOf(candidate) || <span className={classes.detail}>{t('discovery.untold')}</span>,
    },
    { key: 'location', header: t('discovery.location'), cell: ({ location }) => location },
    {
      key: 'registered',
      header: t('cameras.state'),
      cell: ({ registeredAs }) =>
        registeredAs === null ? (
          t('discovery.fresh')
        ) : (
          <Link href={cameraLink(registeredAs)} className={classes.link}>
            {t('discovery.registered')}
          </Link>
        ),
    },
  ];
  return (
    <Stack gap="md">
      <Group justify="space-between">
        <Checkbox
          label={t('discovery.chooseAll', { count: fresh.length })}
          disabled={fresh.length === 0}
          checked={fresh.length > 0 && chosen.size >= fresh.length}
          indeterminate={chosen.size > 0 && chosen.size < fresh.length}
          onChange={(event) => setChosen(new Set(event.currentTarget.checked ? fresh.map(({ id }) => id) : []))}
        />
      </Group>
      <DataTable
        label={t('discovery.results')}
        columns={columns}
        rows={job.candidates}
        rowKey={({ id }) => id}
        initialSort="address"
      />
      {job.registration !== null && <Registration jobId={job.id} registration={job.registration} />}
      <RegisterForm job={job} devices={fresh.filter(({ id }) => chosen.has(id))} done={() => setChosen(new Set())} />
    </Stack>
  );
}

function RegisterForm(props: { job: DiscoveryProgress; devices: readonly DiscoveryCandidate[]; done: () => void }) {
  const { t } = useTranslation(['admin', 'app']);
  const { job, devices, done } = props;
  const api = useApi();
  const queryClient = useQueryClient();
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const [groupId, setGroupId] = useState<string | null>(null);
  const register = useAction({
    run: () =>
      api.discoveries.register(job.id, {
        devices: devices.map((device) => ({ deviceUrl: device.deviceUrl, name: nameOf(device) })),
        username,
        password,
        groupId,
      }),
    after(progress) {
      queryClient.setQueryData(['discovery', job.id], progress);
      void queryClient.invalidateQueries({ queryKey: queryKeys.cameras });
      done();
    },
  });
  function submit(event: FormEvent): void {
    event.preventDefault();
    register.mutate(undefined);
  }
  return (
    <Panel title={t('discovery.login')}>
      <form onSubmit={submit}>
        <Stack gap="md">
          <Text c="dimmed">{t('discovery.loginHint')}</Text>
          <SimpleGrid cols={{ base: 1, sm: 3 }}>
            <TextInput
              label={t('source.username')}
              autoComplete="off"
              spellCheck={false}
              value={username}
              onChange={(event) => setUsername(event.currentTarget.value)}
            />
            <PasswordInput
              label={t('source.password')}
              autoComplete="new-password"
              visibilityToggleButtonProps={{ 'aria-label': t('app:signIn.showPassword') }}
              value={password}
              onChange={(event) => setPassword(event.currentTarget.value)}
            />
            <GroupSelect label={t('cameras.group')} value={groupId} onChange={setGroupId} />
          </SimpleGrid>
          <Group>
            <Button
              type="submit"
              loading={register.isPending}
              disabled={devices.length === 0 || job.registration?.state === 'running'}
            >
              {t('discovery.register', { count: devices.length })}
            </Button>
          </Group>
        </Stack>
      </form>
    </Panel>
  );
}

function Registration({ jobId, registration }: { jobId: string; registration: RegistrationProgress }) {
  const { t } = useTranslation('admin');
  const api = useApi();
  const stop = useAction({ run: () => api.discoveries.stop(jobId) });
  const { report, total } = registration;
  const running = registration.state === 'running';
  const added = report.lines.flatMap(({ cameraId }) => cameraId ?? []);
  return (
    <Panel title={t('discovery.report')}>
      <Stack gap="sm">
        <Group justify="space-between">
          <Text role="status">
            {t('report.summary', { good: report.good, bad: report.bad })} · {report.lines.length} / {total}
          </Text>
          {running && (
            <Button
              size="compact-sm"
              variant="default"
              leftSection={<IconPlayerStop size={14} />}
              loading={stop.isPending}
              onClick={() => stop.mutate(undefined)}
            >
              {t('stop')}
            </Button>
          )}
        </Group>
        <Progress
          value={total === 0 ? 100 : (100 * report.lines.length) / total}
          animated={running}
          aria-label={t('discovery.report')}
        />
        <LineReport lines={report.lines} />
        {!running && added.length > 0 && (
          <Group>
            <Button component={Link} href={liveLink(...added)} leftSection={<IconEye size={16} />}>
              {t('discovery.showOnWall', { count: added.length })}
            </Button>
          </Group>
        )}
      </Stack>
    </Panel>
  );
}

/** With the port where it is not the usual one: behind a forwarding router it alone tells devices apart. */
function hostOf({ deviceUrl }: DiscoveryCandidate): string {
  return new URL(deviceUrl).host;
}

/** Empty for the many devices that say nothing of themselves before the login. */
function nameOf({ name, hardware }: DiscoveryCandidate): string {
  return [name, hardware].filter((part) => part !== '').join(' ');
}
