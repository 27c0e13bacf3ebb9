import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { DirectiveView } from '#contracts/directives';
import { useApi } from '../api/context.tsx';
import { queryKeys } from '../api/query-keys.ts';
import { useAreas, useIndicators } from '../api/sector-queries.ts';
import { useAction } from '../api/use-action.ts';
import { sectorLink } from '../app/links.ts';
import { useSession } from '../app/session.tsx';
import { TextDialog } from '../queue/event-actions.tsx';
import { FigureAge, FigureValue } from '../sectors/figure-parts.tsx';
import { QualityBars } from '../sectors/quality-bars.tsx';
import { useWords } from '../sectors/texts.ts';
import { useDates } from '../ui/dates.ts';
import { FactList } from '../ui/fact-list.tsx';
import { Panel } from '../ui/page.tsx';
import { type Act, actsFor, type WITH_TEXT } from './directive-acts.ts';
import classes from './directives.module.css';
import { DueDialog } from './due-dialog.tsx';
import { readDueStep } from './due-step.ts';

export function DirectiveDetail({ directive }: { directive: DirectiveView }) {
  const { t } = useTranslation(['sectors', 'app']);
  const words = useWords();
  const dates = useDates();
  const api = useApi();
  const queryClient = useQueryClient();
  const { can } = useSession();
  const indicators = useIndicators();
  const areas = useAreas();
  const [asking, setAsking] = useState<(typeof WITH_TEXT)[number] | null>(null);
  const [moving, setMoving] = useState(false);
  const act = useAction({
    run: ({ what, text }: { what: Act; text: string }) =>
      what === 'accept' ? api.directives.accept(directive.id) : api.directives[what](directive.id, text),
    after(view) {
      queryClient.setQueryData(queryKeys.directive(view.id), view);
      setAsking(null);
      void queryClient.invalidateQueries({ queryKey: queryKeys.directives });
    },
  });
  const pinned = directive.pinned;
  const indicator = indicators.data?.find(({ code }) => code === pinned?.figure.indicator);
  const acts = actsFor(directive.state, { give: can('directive.give'), answer: can('directive.answer') });
  return (
    <article className={classes.detail} data-directive-detail={directive.id}>
      <h2>
        #{directive.number} · {directive.title}
      </h2>
      <p className={classes.text}>{directive.text}</p>
      <div className={classes.buttons}>
        {acts.map((what, at) => (
          <Button
            key={what}
            size="xs"
            variant={at === 0 && what !== 'withdraw' ? 'filled' : 'default'}
            loading={act.isPending && act.variables.what === what}
            onClick={() => (what === 'accept' ? act.mutate({ what, text: '' }) : setAsking(what))}
          >
            {t(`directives.acts.${what}`)}
          </Button>
        ))}
        {can('directive.give') && (directive.state === 'given' || directive.state === 'accepted') && (
          <Button size="xs" variant="default" onClick={() => setMoving(true)}>
            {t('directives.moveDue')}
          </Button>
        )}
      </div>
      <FactList
        facts={[
          [t('directives.unit'), directive.unitName],
          [t('directives.by'), directive.by.name],
          [t('directives.given'), dates.full(directive.givenMs)],
          [
            t('directives.due'),
            `${dates.full(directive.dueMs)}${directive.overdue ? ` · ${t('directives.overdue')}` : ''}`,
          ],
          [t('event.state'), t(`directives.states.${directive.state}`)],
        ]}
      />
      {pinned !== null && indicator !== undefined && (
        <Panel title={t('directives.pinned')}>
          <div className={classes.pinned}>
            <Link href={sectorLink(indicator.sector, { figure: indicator.code, area: pinned.figure.areaCode })}>
              {words(indicator.name)}
            </Link>
            <span>{areas.data?.find(({ code }) => code === pinned.figure.areaCode)?.name}</span>
            <span className={classes.value}>
              <FigureValue figure={pinned.figure} indicator={indicator} />
            </span>
            <FigureAge figure={pinned.figure} />
            <QualityBars scores={pinned.scores} />
          </div>
        </Panel>
      )}
      <Panel title={t('directives.course')}>
        <ol className={classes.steps}>
          {directive.steps.map((step) => (
            <li key={`${step.timeMs} ${step.kind}`}>
              <time dateTime={new Date(step.timeMs).toISOString()}>{dates.full(step.timeMs)}</time>{' '}
              {t(`directives.steps.${step.kind}`)} · {step.by.name}
              <StepText step={step} />
            </li>
          ))}
        </ol>
      </Panel>
      {moving && <DueDialog directive={directive} onClose={() => setMoving(false)} />}
      {asking !== null && (
        <TextDialog
          title={t(`directives.acts.${asking}`)}
          label={t(`directives.asks.${asking}`)}
          action={t(`directives.acts.${asking}`)}
          busy={act.isPending}
          onSubmit={(text) => act.mutate({ what: asking, text })}
          onClose={() => setAsking(null)}
        />
      )}
    </article>
  );
}

function StepText({ step }: { step: DirectiveView['steps'][number] }) {
  const { t } = useTranslation('sectors');
  const dates = useDates();
  const due = step.kind === 'dueChanged' ? readDueStep(step.text) : null;
  if (due === null) return step.text === '' ? null : <p className={classes.text}>{step.text}</p>;
  return (
    <p className={classes.text}>
      {t('directives.movedFrom', { from: dates.full(due.fromMs), to: dates.full(due.toMs) })}
      {'\n'}
      {due.reason}
    </p>
  );
}
