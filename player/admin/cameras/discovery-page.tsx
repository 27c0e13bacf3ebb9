import { Button, Checkbox, Group, Progress, SimpleGrid, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { IconPlayerStop, IconRadar2 } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'wouter';
import { type DiscoveryProgress, ONVIF_PORTS } from '#contracts/http';
import { useApi } from '../../api/context.tsx';
import { ErrorNotice } from '../../api/error-notice.tsx';
import { useAction } from '../../api/use-action.ts';
import { useFieldError } from '../../api/use-field-error.ts';
import { Notice } from '../../ui/notice.tsx';
import { Page, Panel } from '../../ui/page.tsx';
import { BulkRegister } from './bulk-register.tsx';
import { useDiscovery } from './use-discovery.ts';

/** Finds cameras on the network and registers many at once. The search goes on when this page is left. */
export default function DiscoveryPage() {
  const { t } = useTranslation('admin');
  const [parameters, setParameters] = useSearchParams();
  const jobId = parameters.get('search');
  const { job, error } = useDiscovery(jobId);
  return (
    <Page title={t('ways.discover')} hint={t('discovery.hint')}>
      <Stack gap="md" maw="72rem">
        <SearchForm running={job?.state === 'running'} started={(id) => setParameters({ search: id })} />
        {error !== null && <ErrorNotice error={error} />}
        {job !== null && <SearchProgress job={job} />}
        {job !== null && <BulkRegister job={job} key={job.id} />}
      </Stack>
    </Page>
  );
}

function SearchForm({ running, started }: { running: boolean; started: (jobId: string) => void }) {
  const { t } = useTranslation('admin');
  const api = useApi();
  const [multicast, setMulticast] = useState(true);
  const [ranges, setRanges] = useState('');
  const [ports, setPorts] = useState(ONVIF_PORTS.join(', '));
  const list = wordsIn(ranges);
  const start = useMutation({
    mutationFn: () => api.discoveries.start({ multicast, ranges: list, ports: wordsIn(ports).map(Number) }),
    onSuccess: (job) => started(job.id),
  });
  const fieldError = useFieldError(start.error);
  const errorIn = (field: string, count: number): string | undefined =>
    fieldError(field) ?? Array.from({ length: count }, (_, at) => fieldError(`${field}.${at}`)).find(Boolean);
  const rangesError = errorIn('ranges', list.length);
  const portsError = errorIn('ports', wordsIn(ports).length);
  return (
    <Panel>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          start.mutate();
        }}
      >
        <Stack gap="md">
          <Checkbox
            label={t('discovery.multicast')}
            description={t('discovery.multicastHint')}
            checked={multicast}
            onChange={(event) => setMulticast(event.currentTarget.checked)}
          />
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <Textarea
              label={t('discovery.ranges')}
              description={t('discovery.rangesHint')}
              placeholder={'10.0.0.0/24\n192.168.1.20-192.168.1.60'}
              minRows={2}
              autosize
              spellCheck={false}
              error={rangesError}
              value={ranges}
              onChange={(event) => setRanges(event.currentTarget.value)}
            />
            <TextInput
              label={t('discovery.ports')}
              description={t('discovery.portsHint')}
              inputMode="numeric"
              spellCheck={false}
              disabled={list.length === 0}
              error={portsError}
              value={ports}
              onChange={(event) => setPorts(event.currentTarget.value)}
            />
          </SimpleGrid>
          {start.error !== null && rangesError === undefined && portsError === undefined && (
            <ErrorNotice error={start.error} />
          )}
          <Group>
            <Button
              type="submit"
              leftSection={<IconRadar2 size={16} />}
              loading={start.isPending}
              disabled={running || (!multicast && list.length === 0)}
            >
              {t('discovery.start')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Panel>
  );
}

function wordsIn(text: string): string[] {
  // Around the hyphen of a range there may be spaces, as people write it.
  return text
    .replace(/\s*-\s*/g, '-')
    .split(/[\s,;]+/)
    .filter((word) => word !== '');
}

function SearchProgress({ job }: { job: DiscoveryProgress }) {
  const { t } = useTranslation('admin');
  const api = useApi();
  const stop = useAction({ run: () => api.discoveries.stop(job.id) });
  const percent = job.total === 0 ? 100 : Math.round((100 * job.asked) / job.total);
  if (job.state === 'failed')
    return (
      <Notice kind="bad" title={t('discovery.failed')}>
        {job.error}
      </Notice>
    );
  return (
    <Panel>
      <Group justify="space-between" mb="xs">
        <Text role="status">
          {t(`discovery.${job.state}`)} · {t('discovery.found', { count: job.candidates.length })}
          {job.total > 0 && ` · ${t('discovery.asked', { asked: job.asked, total: job.total })}`}
        </Text>
        {job.state === 'running' && (
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
        value={job.state === 'running' ? percent : 100}
        animated={job.state === 'running'}
        aria-label={t('discovery.running')}
      />
    </Panel>
  );
}
