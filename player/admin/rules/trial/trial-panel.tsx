import { Button, Group, Progress, Select, Stack, Text } from '@mantine/core';
import { IconPlayerPlay, IconPlayerStop } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RuleTrial } from '#contracts/rules';
import { ErrorNotice } from '../../../api/error-notice.tsx';
import { useDates } from '../../../ui/dates.ts';
import { fromLocalInput, toLocalInput } from '../../../ui/local-input.ts';
import { RangeFields } from '../../../ui/range-fields.tsx';
import { faultsOf, type RuleForm } from '../rule-form.ts';
import classes from '../rules.module.css';
import { isSpan, type Span, spanOf, TRIAL_RANGES, type TrialRange } from './trial-range.ts';
import { TrialResults } from './trial-results.tsx';
import { goesOn, type Trials } from './use-trials.ts';

const HOUR_MS = 3_600_000;

/** What the rule, as it stands in the form, would have told of what was recorded. */
export function TrialPanel({ form, trials, cameraId }: { form: RuleForm; trials: Trials; cameraId: string }) {
  const { t } = useTranslation('admin');
  const [range, setRange] = useState<TrialRange>('hour');
  const [own, setOwn] = useState(() => ({
    from: toLocalInput(Date.now() - HOUR_MS),
    to: toLocalInput(Date.now()),
  }));
  const { running, start, stop } = trials;
  const ownSpan: Span = { fromMs: fromLocalInput(own.from) ?? 0, toMs: fromLocalInput(own.to) ?? 0 };
  const faulty = Object.entries(faultsOf(form)).some(([field]) => field !== 'name' && field !== 'receivers');
  const ready = !faulty && (range !== 'own' || isSpan(ownSpan));
  const runs = trials.runsOf(form.id);
  const here = runs.find(({ trial }) => goesOn(trial));
  if (form.kind === 'cameraSignal') {
    return (
      <Text size="sm" c="dimmed">
        {t('rules.trial.noSignals')}
      </Text>
    );
  }
  return (
    <div className={classes.more} role="group" aria-label={t('rules.trial.title')}>
      <Stack gap="sm">
        <Text fw={600}>{t('rules.trial.title')}</Text>
        <Text size="sm" c="dimmed">
          {t('rules.trial.hint')}
        </Text>
        <Group align="flex-end" gap="xs">
          <Select
            flex="1 1 12rem"
            label={t('rules.trial.range')}
            allowDeselect={false}
            data={TRIAL_RANGES.map((value) => ({ value, label: t(`rules.trial.ranges.${value}`) }))}
            value={range}
            onChange={(value) => setRange(TRIAL_RANGES.find((one) => one === value) ?? range)}
          />
          {here === undefined ? (
            <Button
              variant="default"
              leftSection={<IconPlayerPlay size={16} aria-hidden />}
              disabled={!ready || running !== null}
              loading={start.isPending}
              onClick={() =>
                start.mutate({
                  form: form.name.trim() === '' ? { ...form, name: '?' } : form,
                  span: range === 'own' ? ownSpan : sameMinute(spanOf(range, Date.now())),
                })
              }
            >
              {t('rules.trial.start')}
            </Button>
          ) : (
            <Button
              variant="default"
              leftSection={<IconPlayerStop size={16} aria-hidden />}
              loading={stop.isPending}
              onClick={() => stop.mutate(here.trial)}
            >
              {t('rules.trial.stop')}
            </Button>
          )}
        </Group>
        {range === 'own' && (
          <RangeFields
            from={{
              label: t('rules.trial.from'),
              value: own.from,
              change: (from) => setOwn((now) => ({ ...now, from })),
            }}
            to={{ label: t('rules.trial.to'), value: own.to, change: (to) => setOwn((now) => ({ ...now, to })) }}
            error={isSpan(ownSpan) ? undefined : t('rules.trial.badRange')}
          />
        )}
        {faulty && <Text size="sm">{t('rules.trial.fixFirst')}</Text>}
        {start.error !== null && <ErrorNotice error={start.error} />}
        {trials.lost !== null && here !== undefined && <ErrorNotice error={trials.lost} />}
        {here !== undefined && <TrialProgress trial={here.trial} />}
        <TrialResults runs={runs} cameraId={cameraId} />
      </Stack>
    </div>
  );
}

/** Two trials of "the last hour" within the same minutes compare: they look at the same video. */
function sameMinute({ fromMs, toMs }: Span): Span {
  const step = 5 * 60_000;
  return { fromMs: Math.floor(fromMs / step) * step, toMs: Math.floor(toMs / step) * step };
}

function TrialProgress({ trial }: { trial: RuleTrial }) {
  const { t } = useTranslation('admin');
  const dates = useDates();
  const { fromMs, toMs, atMs, state, hitCount } = trial;
  const share = Math.min(100, Math.max(0, (100 * (atMs - fromMs)) / Math.max(1, toMs - fromMs)));
  return (
    <Stack gap={4}>
      <Progress value={share} aria-label={t('rules.trial.progress')} animated />
      <Text size="sm" aria-live="polite">
        {state === 'waiting' ? t('rules.trial.waiting') : t('rules.trial.running', { time: dates.full(atMs) })}
        {hitCount > 0 && ` · ${t('rules.trial.soFar', { count: hitCount })}`}
      </Text>
    </Stack>
  );
}
