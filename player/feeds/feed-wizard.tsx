import {
  Button,
  Group,
  Radio,
  SegmentedControl,
  Select,
  Stack,
  Stepper,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearch } from 'wouter';
import type { FeedView } from '#contracts/feeds';
import { useApi } from '../api/context.tsx';
import { ErrorNotice } from '../api/error-notice.tsx';
import { queryKeys } from '../api/query-keys.ts';
import { useAreas, useIndicators, useSectors, useUnits } from '../api/sector-queries.ts';
import { useFieldError } from '../api/use-field-error.ts';
import { useUnsaved } from '../app/leave-guard-provider.tsx';
import { feedLink } from '../app/links.ts';
import { useSession } from '../app/session.tsx';
import { QualityBars } from '../sectors/quality-bars.tsx';
import { useWords } from '../sectors/texts.ts';
import { Notice } from '../ui/notice.tsx';
import { optionsFilter } from '../ui/options-filter.ts';
import { Page, Panel } from '../ui/page.tsx';
import { CountsText } from './counts-text.tsx';
import { MappingFields } from './mapping-fields.tsx';
import { ObligedFields } from './obliged-fields.tsx';
import { RowTable } from './row-table.tsx';
import { SecretNote } from './secret-note.tsx';
import {
  draftFrom,
  emptyDraft,
  feedOf,
  formatsFor,
  mapsItself,
  saysAreas,
  type WizardDraft,
  waysFor,
} from './wizard-draft.ts';

const MOST_SAMPLE = 1_000_000;

/** From "a department has figures" to "its program sends them": five steps, each with what the server made of it. */
export default function FeedWizard() {
  const { t } = useTranslation(['feeds', 'sectors', 'app']);
  const words = useWords();
  const api = useApi();
  const { user } = useSession();
  const queryClient = useQueryClient();
  const asked = new URLSearchParams(useSearch());
  const sectors = useSectors();
  const units = useUnits();
  const areas = useAreas();
  const indicators = useIndicators();
  const from = asked.get('from');
  const copied = useQuery({
    queryKey: queryKeys.feed(from ?? ''),
    queryFn: ({ signal }) => api.feeds.get(from ?? '', signal),
    enabled: from !== null,
  });
  const [step, setStep] = useState(0);
  const [draft, setDraft] = useState<WizardDraft>(() => emptyDraft(asked.get('sector')));
  const [created, setCreated] = useState<{ feed: FeedView; secret: string | null } | null>(null);
  useEffect(() => {
    if (copied.data !== undefined && areas.data !== undefined) setDraft(draftFrom(copied.data, areas.data));
  }, [copied.data, areas.data]);
  const change = (part: Partial<WizardDraft>): void => setDraft((now) => ({ ...now, ...part }));
  const feed = useMemo(
    () => feedOf(draft, indicators.data ?? [], areas.data ?? [], units.data ?? []),
    [draft, indicators.data, areas.data, units.data],
  );
  const ofSector = useMemo(
    () => indicators.data?.filter(({ sector }) => sector === draft.sector) ?? [],
    [indicators.data, draft.sector],
  );
  const read = useMutation({
    mutationFn: () => api.feeds.readSample(draft.sample),
    onSuccess: (reading) =>
      change({
        mapping: reading.mapping,
        format: draft.way === 'push' || draft.way === 'upload' ? reading.format : draft.format,
      }),
  });
  const attempt = useMutation({ mutationFn: () => api.feeds.try(feed, draft.sample) });
  const create = useMutation({
    async mutationFn() {
      const made = await api.feeds.create(feed);
      const secret = made.way === 'push' ? (await api.feeds.newToken(made.id)).secret : null;
      return { feed: made, secret };
    },
    onSuccess(made) {
      setCreated(made);
      setStep(4);
      void queryClient.invalidateQueries({ queryKey: queryKeys.feeds });
    },
  });
  const fieldError = useFieldError(create.error);
  useUnsaved(created === null && (draft.name !== '' || draft.sample !== ''));

  const ways = waysFor(user.grants, draft.sector, draft.carries);
  const wayIsOpen = ways.includes(draft.way);
  const needsAddress = wayIsOpen && (draft.way === 'pull' || draft.way === 'mqtt');
  const ready = [
    draft.sector !== null && draft.ownerUnitId !== null && draft.name.trim() !== '',
    wayIsOpen && (!needsAddress || draft.url.trim().length >= 8),
    mapsItself(draft) || read.data !== undefined || from !== null,
    // No area at all would be sent as the whole province.
    draft.carries === 'events' || saysAreas(draft),
  ];
  const next = (
    <Group justify="space-between" mt="md">
      <Button variant="default" disabled={step === 0} onClick={() => setStep(step - 1)}>
        {t('app:common.back')}
      </Button>
      {step < 3 ? (
        <Button disabled={ready[step] !== true} onClick={() => setStep(step + 1)}>
          {t('wizard.next')}
        </Button>
      ) : (
        <Button loading={create.isPending} disabled={ready[3] !== true} onClick={() => create.mutate()}>
          {t('wizard.create')}
        </Button>
      )}
    </Group>
  );
  return (
    <Page title={t('wizard.title')} hint={t('wizard.hint')}>
      <Stepper
        active={step}
        size="sm"
        onStepClick={(to) => created === null && to < step && setStep(to)}
        allowNextStepsSelect={false}
      >
        <Stepper.Step label={t('wizard.steps.who')}>
          <Panel>
            <Stack gap="md">
              <Select
                label={t('sectors:queue.sector')}
                required
                data={sectors.data?.map(({ key, name }) => ({ value: key, label: words(name) })) ?? []}
                value={draft.sector}
                onChange={(sector) => {
                  const owner = sectors.data?.find(({ key }) => key === sector)?.owningUnitId ?? null;
                  change({ sector, indicators: [], ownerUnitId: draft.ownerUnitId ?? owner });
                }}
              />
              <Select
                label={t('owner')}
                description={t('wizard.ownerHint')}
                required
                searchable
                limit={100}
                filter={optionsFilter}
                data={units.data?.map(({ id, name }) => ({ value: id, label: name })) ?? []}
                value={draft.ownerUnitId}
                onChange={(ownerUnitId) => change({ ownerUnitId, reach: null, areaCodes: [] })}
              />
              <TextInput
                label={t('name')}
                description={t('wizard.nameHint')}
                required
                maxLength={120}
                value={draft.name}
                error={fieldError('name')}
                onChange={(event) => change({ name: event.currentTarget.value })}
              />
              <SegmentedControl
                aria-label={t('wizard.carries')}
                data={[
                  { value: 'observations', label: t('wizard.observations') },
                  { value: 'events', label: t('wizard.events') },
                ]}
                value={draft.carries}
                onChange={(value) => change({ carries: value === 'events' ? 'events' : 'observations' })}
              />
            </Stack>
          </Panel>
        </Stepper.Step>
        <Stepper.Step label={t('wizard.steps.way')}>
          <Panel>
            <Stack gap="md">
              <Radio.Group
                label={t('wizard.howSent')}
                value={wayIsOpen ? draft.way : null}
                onChange={(value) => {
                  const way = ways.find((known) => known === value) ?? 'push';
                  change({ way, format: formatsFor(way)[0] ?? 'json' });
                }}
              >
                <Stack gap="xs" mt="xs">
                  {ways.map((way) => (
                    <Radio key={way} value={way} label={t(`ways.${way}`)} description={t(`wayHints.${way}`)} />
                  ))}
                  {!ways.includes('pull') && (
                    <Text c="dimmed" size="sm">
                      {t('wizard.noAddress')}
                    </Text>
                  )}
                </Stack>
              </Radio.Group>
              {wayIsOpen && formatsFor(draft.way).length > 1 && (
                <Select
                  label={t('format')}
                  data={formatsFor(draft.way).map((format) => ({ value: format, label: t(`formats.${format}`) }))}
                  value={draft.format}
                  allowDeselect={false}
                  onChange={(value) =>
                    change({ format: formatsFor(draft.way).find((known) => known === value) ?? 'json' })
                  }
                />
              )}
              {needsAddress && (
                <TextInput
                  label={t('address')}
                  required
                  placeholder={draft.way === 'mqtt' ? 'mqtts://broker.angiang.gov.vn:8883' : 'https://…'}
                  value={draft.url}
                  error={fieldError(draft.way === 'mqtt' ? 'mqtt.url' : 'pull.url')}
                  onChange={(event) => change({ url: event.currentTarget.value })}
                />
              )}
              {draft.way === 'pull' && (
                <TextInput
                  label={t('schedule')}
                  description={t('scheduleHint')}
                  value={draft.schedule}
                  error={fieldError('pull.schedule')}
                  onChange={(event) => change({ schedule: event.currentTarget.value })}
                />
              )}
              {draft.way === 'mqtt' && (
                <>
                  <TextInput
                    label={t('prefix')}
                    required
                    value={draft.prefix}
                    onChange={(event) => change({ prefix: event.currentTarget.value })}
                  />
                  <TextInput
                    label={t('username')}
                    value={draft.username}
                    onChange={(event) => change({ username: event.currentTarget.value })}
                  />
                </>
              )}
              {needsAddress && (
                <TextInput
                  type="password"
                  autoComplete="new-password"
                  label={t(draft.way === 'mqtt' ? 'password' : 'secretTheirs')}
                  value={draft.secret}
                  onChange={(event) => change({ secret: event.currentTarget.value })}
                />
              )}
            </Stack>
          </Panel>
        </Stepper.Step>
        <Stepper.Step label={t('wizard.steps.sample')}>
          <Panel>
            {mapsItself(draft) ? (
              <Notice kind="info" title={t('wizard.noSample')} />
            ) : (
              <Stack gap="md">
                <Textarea
                  label={t('wizard.sample')}
                  description={t('wizard.sampleHint')}
                  autosize
                  minRows={5}
                  maxRows={14}
                  maxLength={MOST_SAMPLE}
                  styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
                  placeholder={SAMPLES[draft.format === 'csv' ? 'csv' : 'json']}
                  value={draft.sample}
                  onChange={(event) => change({ sample: event.currentTarget.value })}
                />
                <Group>
                  <Button
                    variant="default"
                    disabled={draft.sample.trim() === ''}
                    loading={read.isPending}
                    onClick={() => read.mutate()}
                  >
                    {t('wizard.read')}
                  </Button>
                </Group>
                {read.isError && <ErrorNotice error={read.error} />}
                {read.data !== undefined && (
                  <MappingFields
                    reading={read.data}
                    mapping={draft.mapping}
                    onChange={(mapping) => change({ mapping })}
                    carries={draft.carries}
                    indicators={ofSector}
                  />
                )}
              </Stack>
            )}
          </Panel>
        </Stepper.Step>
        <Stepper.Step label={t('wizard.steps.check')}>
          <Panel>
            <Stack gap="md">
              {draft.carries === 'observations' && <ObligedFields draft={draft} onChange={change} />}
              {draft.sample.trim() !== '' && (
                <>
                  <Group>
                    <Button variant="default" loading={attempt.isPending} onClick={() => attempt.mutate()}>
                      {t('wizard.try')}
                    </Button>
                    <Text c="dimmed" size="sm">
                      {t('wizard.tryHint')}
                    </Text>
                  </Group>
                  {attempt.isError && <ErrorNotice error={attempt.error} />}
                  {attempt.data !== undefined && (
                    <Stack gap="sm" data-dry-run>
                      <CountsText counts={attempt.data.batch.counts} />
                      <QualityBars scores={attempt.data.scores} large />
                      {attempt.data.batch.refused !== null && (
                        <Notice kind="bad" title={t('batch.refused')}>
                          {attempt.data.batch.refused.message}
                        </Notice>
                      )}
                      {attempt.data.rows.length > 0 && <RowTable rows={attempt.data.rows} />}
                    </Stack>
                  )}
                </>
              )}
              {create.isError && <ErrorNotice error={create.error} />}
            </Stack>
          </Panel>
        </Stepper.Step>
        <Stepper.Step label={t('wizard.steps.done')}>
          {created !== null && (
            <Panel title={created.feed.name}>
              <Stack gap="md">
                <Notice kind="good" title={t('wizard.created')}>
                  {t(`wizard.nextFor.${created.feed.way}`)}
                </Notice>
                {created.secret !== null && <SecretNote feedId={created.feed.id} secret={created.secret} />}
                <Group justify="flex-end">
                  <Button component={Link} href={feedLink(created.feed.id)}>
                    {t('wizard.open')}
                  </Button>
                </Group>
              </Stack>
            </Panel>
          )}
        </Stepper.Step>
      </Stepper>
      {created === null && next}
    </Page>
  );
}

const SAMPLES = {
  csv: 'xa;ngay;luot_khach\nPhường Long Xuyên;2026-11-25;1234',
  json: '[{"indicator": "du_lich.luot_khach", "area": "30307", "period": "2026-11-25", "value": 1234}]',
};
