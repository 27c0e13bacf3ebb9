import { Button, Stack, Text, UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { playbackLink } from '../../../app/links.ts';
import { thumbnailUrl } from '../../../media/recording-source.ts';
import { useDates } from '../../../ui/dates.ts';
import { Notice } from '../../../ui/notice.tsx';
import { objectName } from '../../../ui/object-name.ts';
import { useNumbers } from '../../../ui/use-numbers.ts';
import classes from '../rules.module.css';
import { changesOf, compareHits, sameTime, type TrialRun } from './compare-runs.ts';
import { goesOn } from './use-trials.ts';

/** Moments shown at first, and with each press on "more": each picture costs a look at the disk. */
const PAGE = 12;
/** ms before the moment at which looking back begins. */
const BEFORE_MS = 3000;
/** Video that is missing from a trial and worth a word, ms. */
const MISSING_MS = 60_000;

export function TrialResults({ runs, cameraId }: { runs: readonly TrialRun[]; cameraId: string }) {
  const [shownId, setShownId] = useState<string | null>(null);
  const ended = runs.filter(({ trial }) => !goesOn(trial));
  const run = ended.find(({ trial }) => trial.id === shownId) ?? ended.at(-1);
  if (run === undefined) return null;
  const before = ended[ended.indexOf(run) - 1];
  return (
    <Stack gap="sm">
      <OneResult key={run.trial.id} run={run} before={before} cameraId={cameraId} />
      {ended.length > 1 && <Runs runs={ended} shown={run} show={setShownId} />}
    </Stack>
  );
}

function OneResult({ run, before, cameraId }: { run: TrialRun; before: TrialRun | undefined; cameraId: string }) {
  const { t } = useTranslation(['admin', 'app']);
  const dates = useDates();
  const numbers = useNumbers();
  const [limit, setLimit] = useState(PAGE);
  const { trial } = run;
  const { hits, hitCount, lookedMs, fromMs, toMs, state } = trial;
  if (state === 'failed') {
    return (
      <Notice kind="bad" title={t('rules.trial.failed')}>
        {t('rules.trial.failedHint')} {trial.detail}
      </Notice>
    );
  }
  if (lookedMs === 0 && state === 'done') {
    return (
      <Notice kind="warn" title={t('rules.trial.nothing')}>
        {t('rules.trial.nothingHint')}
      </Notice>
    );
  }
  const compared =
    before !== undefined && sameTime(before.trial, trial) && before.trial.state === 'done' && state === 'done'
      ? compareHits(before.trial.hits, hits)
      : undefined;
  const hours = (ms: number): string => numbers(ms / 3_600_000);
  return (
    <Stack gap="xs">
      <p className={classes.count} role="status" data-trial-count={hitCount}>
        {hitCount === 0 ? t('rules.trial.resultNone') : t('rules.trial.result', { count: hitCount })}
      </p>
      {compared !== undefined && (compared.gone.length > 0 || compared.added.length > 0) && (
        <Text size="sm">
          {[
            compared.gone.length > 0 ? t('rules.trial.gone', { count: compared.gone.length }) : '',
            compared.added.length > 0 ? t('rules.trial.added', { count: compared.added.length }) : '',
          ]
            .filter((part) => part !== '')
            .join(' · ')}
        </Text>
      )}
      {state === 'stopped' && <Text size="sm">{t('rules.trial.stopped', { time: dates.full(trial.atMs) })}</Text>}
      {state === 'done' && toMs - fromMs - lookedMs > MISSING_MS && (
        <Text size="sm" c="dimmed">
          {t('rules.trial.looked', { looked: hours(lookedMs), whole: hours(toMs - fromMs) })}
        </Text>
      )}
      {hits.length > 0 && (
        <ul className={classes.moments} aria-label={t('rules.trial.moments')}>
          {hits.slice(0, limit).map((hit) => {
            const time = dates.full(hit.timeMs);
            const isNew = compared?.added.includes(hit) ?? false;
            return (
              <li key={`${hit.timeMs} ${hit.label}`}>
                <Link
                  className={classes.moment}
                  data-new={isNew}
                  href={playbackLink([cameraId], hit.timeMs - BEFORE_MS)}
                  aria-label={t('rules.trial.moment', { time })}
                >
                  <img src={thumbnailUrl(cameraId, hit.timeMs, 240)} alt="" loading="lazy" />
                  {time}
                  <br />
                  {objectName(t, hit.label)}
                  {hit.score !== null && ` ${numbers(Math.round(hit.score * 100))} %`}
                  {isNew && ` · ${t('rules.trial.new')}`}
                </Link>
              </li>
            );
          })}
        </ul>
      )}
      {hits.length > limit && (
        <Button size="compact-sm" variant="default" onClick={() => setLimit(limit + PAGE)}>
          {t('rules.trial.more')}
        </Button>
      )}
      {hitCount > hits.length && limit >= hits.length && (
        <Text size="sm">{t('rules.trial.first', { shown: hits.length })}</Text>
      )}
    </Stack>
  );
}

/** The trials of a rule, one below the other: what was changed, and what it did to the number. */
function Runs(props: { runs: readonly TrialRun[]; shown: TrialRun; show: (id: string) => void }) {
  const { t } = useTranslation('admin');
  const numbers = useNumbers();
  const words = useChangeWords();
  return (
    <table className={classes.runs} aria-label={t('rules.trial.runs')}>
      <thead>
        <tr>
          <th scope="col">{t('rules.trial.runs')}</th>
          <th scope="col">{t('rules.trial.changed')}</th>
          <th scope="col" data-number>
            {t('rules.trial.count')}
          </th>
          <th scope="col" data-number>
            {t('rules.trial.difference')}
          </th>
        </tr>
      </thead>
      <tbody>
        {props.runs.map((run, at) => {
          const before = props.runs[at - 1];
          const difference =
            before === undefined || !sameTime(before.trial, run.trial)
              ? null
              : run.trial.hitCount - before.trial.hitCount;
          return (
            <tr key={run.trial.id} data-shown={run === props.shown}>
              <td>
                <UnstyledButton
                  fz="inherit"
                  c="var(--tn-accent)"
                  aria-label={t('rules.trial.show', { number: at + 1 })}
                  onClick={() => props.show(run.trial.id)}
                >
                  {t('rules.trial.run', { number: at + 1 })}
                </UnstyledButton>
              </td>
              <td>{words(before, run)}</td>
              <td data-number>{numbers(run.trial.hitCount)}</td>
              <td data-number>{difference === null ? '' : `${difference > 0 ? '+' : ''}${numbers(difference)}`}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function useChangeWords(): (before: TrialRun | undefined, run: TrialRun) => string {
  const { t } = useTranslation('admin');
  return (before, run) => {
    if (before === undefined) return t('rules.trial.firstRun');
    const { numbers, other } = changesOf(before.form, run.form);
    const names = {
      leastScore: t('rules.leastScore'),
      leastHeight: t('rules.leastHeight'),
      forSeconds: t('rules.seconds'),
      atLeast: t('rules.atLeast'),
      share: t('rules.share'),
      cooldownSeconds: t('rules.cooldown'),
    };
    const words = [
      ...numbers.map(({ field, ...value }) => `${names[field]}: ${value.before} → ${value.now}`),
      ...(other ? [t('rules.trial.otherWise')] : []),
      ...(sameTime(before.trial, run.trial) ? [] : [t('rules.trial.otherRange')]),
    ];
    return words.length === 0 ? t('rules.trial.sameRule') : words.join(', ');
  };
}
