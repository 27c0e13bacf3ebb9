import { Button, Checkbox, Group, Progress, Stack, Text, Textarea } from '@mantine/core';
import { IconPlayerStop, IconRadar2 } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'wouter';
import type { DiscoveryProgress } from '#contracts/http';
import { useApi } from '../../api/context.tsx';
import { ApiError } from '../../api/error.ts';
import { ErrorNotice } from '../../api/error-notice.tsx';
import { useAction } from '../../api/use-action.ts';
import { useFieldWords } from '../../api/use-field-error.ts';
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
  // Around the hyphen there may be spaces, as people write it.
  const list = ranges
    .split(/[\n,;]+/)
    .map((range) => range.trim())
    .filter((range) => range !== '');
  const fieldWords = useFieldWords();
  const start = useAction({
    run: () => api.discoveries.start({ multicast, ranges: list }),
    after: (job) => started(job.id),
  });
  const fault =
    start.error instanceof ApiError ? start.error.fields.find(({ path }) => path.startsWith('ranges')) : undefined;
  const bad = list[Number(fault?.path.split('.')[1])];

  return (
    <Panel>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          start.mutate(undefined);
        }}
      >
        <Stack gap="md">
          <Checkbox
            label={t('discovery.multicast')}
            description={t('discovery.multicastHint')}
            checked={multicast}
            onChange={(event) => setMulticast(event.currentTarget.checked)}
          />
          <Textarea
            label={t('discovery.ranges')}
            description={t('discovery.rangesHint')}
            placeholder={'10.0.0.0/24\n192.168.1.20-192.168.1.60'}
            minRows={2}
            autosize
            spellCheck={false}
            error={
              fault === undefined
                ? undefined
                : fault.code === 'tooManyAddresses' || bad === undefined
                  ? fieldWords(fault)
                  : t('discovery.badRange', { range: bad })
            }
            value={ranges}
            onChange={(event) => {
              start.reset();
              setRanges(event.currentTarget.value);
            }}
          />
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
