import { Button, Group, Stack, Text } from '@mantine/core';
import { IconMessageReport } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { ReportAct, ReportDetails, ReportState } from '#contracts/reports';
import { ErrorNotice } from '../api/error-notice.tsx';
import { reportPhotoUrl } from '../api/reports-api.ts';
import { useAreas } from '../api/sector-queries.ts';
import { reportLink, sectorEventLink } from '../app/links.ts';
import { useWords } from '../sectors/texts.ts';
import { AgeText } from '../ui/age-text.tsx';
import { useDates } from '../ui/dates.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { FactList } from '../ui/fact-list.tsx';
import { Loading } from '../ui/loading.tsx';
import { Page, Panel } from '../ui/page.tsx';
import { ActDialog, type AskedAct } from './act-dialog.tsx';
import { DueText } from './due-text.tsx';
import { ReportContact } from './report-contact.tsx';
import { ReportPlace } from './report-place.tsx';
import classes from './reports.module.css';
import { useReport, useReportAction, useReportServices } from './use-reports.ts';

/** One report: what was said and shown at the left, where it is and what was done at the right. */
export default function ReportPage({ reportId }: { reportId: string }) {
  const { t } = useTranslation('reports');
  const report = useReport(reportId);
  if (report.isPending) return <Loading />;
  if (report.data === undefined) {
    return report.error?.name === 'ApiError' && 'kind' in report.error && report.error.kind === 'notFound' ? (
      <EmptyState icon={IconMessageReport} title={t('gone')} />
    ) : (
      <Page title={t('title')}>
        <ErrorNotice error={report.error} retry={() => void report.refetch()} />
      </Page>
    );
  }
  return <Report report={report.data} />;
}

type Asked = AskedAct | 'start';
/** What can be done in which state, the most likely first. */
const ACTS: Readonly<Record<ReportState, readonly Asked[]>> = {
  received: ['verify', 'reject', 'changeService', 'note'],
  verified: ['assign', 'extend', 'reject', 'changeService', 'note'],
  assigned: ['start', 'answer', 'assign', 'extend', 'reject', 'note'],
  inProgress: ['answer', 'assign', 'extend', 'reject', 'note'],
  answered: ['close', 'answer', 'reopen', 'note'],
  closed: ['reopen', 'note'],
  rejected: ['reopen', 'note'],
  duplicate: ['reopen', 'note'],
};
const OF_UNITS: readonly Asked[] = ['start', 'answer', 'note'];

function Report({ report }: { report: ReportDetails }) {
  const { t } = useTranslation('reports');
  const words = useWords();
  const services = useReportServices();
  const [asked, setAsked] = useState<AskedAct | null>(null);
  const change = useReportAction(report, () => setAsked(null));
  const service = services.data?.find(({ code }) => code === report.service);
  const name = service === undefined ? report.service : words(service.name);
  // Only who handles all reports is told the code.
  const handlesAll = report.code !== '';
  const acts = ACTS[report.state].filter((act) => handlesAll || OF_UNITS.includes(act));
  function begin(act: Asked): void {
    if (act === 'start') change.mutate({ act });
    else setAsked(act);
  }
  return (
    <Page
      title={t('heading', { number: report.number, service: name })}
      actions={acts.map((act, at) => (
        <Button
          key={act}
          variant={at === 0 ? 'filled' : 'default'}
          loading={act === 'start' && change.isPending}
          onClick={() => begin(act)}
        >
          {t(`acts.${act}`)}
        </Button>
      ))}
    >
      <div className={classes.columns}>
        <Stack gap="md">
          <Panel title={t('text')}>
            {report.emergency && <p className={classes.emergency}>{t('emergency')}</p>}
            <p className={classes.full}>{report.text}</p>
            <Photos report={report} />
          </Panel>
          <Panel>
            <Facts report={report} />
          </Panel>
          <ReportContact report={report} />
          <Alike report={report} may={handlesAll} busy={change.isPending} onMerge={change.mutate} />
        </Stack>
        <Stack gap="md">
          <ReportPlace report={report} title={name} />
          <Steps report={report} />
        </Stack>
      </div>
      {asked !== null && (
        <ActDialog
          act={asked}
          report={report}
          busy={change.isPending}
          onSubmit={change.mutate}
          onClose={() => setAsked(null)}
        />
      )}
    </Page>
  );
}

function Photos({ report }: { report: ReportDetails }) {
  const { t } = useTranslation('reports');
  if (report.photoIds.length === 0) return null;
  return (
    <div className={classes.photos}>
      {report.photoIds.map((id, at) => (
        <a key={id} href={reportPhotoUrl(report.id, id)} target="_blank" rel="noopener">
          <img src={reportPhotoUrl(report.id, id)} alt={t('photo', { number: at + 1 })} loading="lazy" />
        </a>
      ))}
    </div>
  );
}

function Facts({ report }: { report: ReportDetails }) {
  const { t } = useTranslation('reports');
  const dates = useDates();
  const areas = useAreas();
  const { place, extension } = report;
  return (
    <FactList
      facts={[
        [t('facts.state'), t(`states.${report.state}`)],
        [t('facts.due'), report.dueMs === null ? '' : <DueText key="due" report={report} />],
        [
          t('facts.received'),
          <span key="received">
            {dates.full(report.receivedMs)} (<AgeText ms={report.receivedMs} />)
          </span>,
        ],
        [t('facts.code'), report.code === '' ? '' : <code key="code">{report.code}</code>],
        [t('facts.unit'), report.unitName],
        [t('facts.handler'), report.handler?.name],
        [t('facts.extension'), extension === null ? '' : `${dates.full(extension.untilMs)}: ${extension.reason}`],
        [t('facts.area'), areas.data?.find(({ code }) => code === report.areaCode)?.name ?? report.areaCode],
        [t('facts.place'), place?.name],
        [t('facts.channel'), t(`channels.${report.channel}`)],
        [t('facts.publicText'), report.publicText],
        [t('facts.rating'), report.rating === null ? '' : t(`ratings.${report.rating}`)],
        [t('facts.reopened'), report.reopened === 0 ? '' : t('facts.times', { count: report.reopened })],
        [
          t('facts.duplicateOf'),
          report.duplicateOf === null ? (
            ''
          ) : (
            <Link key="duplicate" href={reportLink(report.duplicateOf)}>
              {report.steps.findLast(({ kind }) => kind === 'merged')?.text ?? '→'}
            </Link>
          ),
        ],
        [
          t('facts.event'),
          report.eventId === null ? (
            ''
          ) : (
            <Link key="event" href={sectorEventLink(report.eventId)}>
              {t('facts.openEvent')}
            </Link>
          ),
        ],
        [t('facts.synthetic'), report.synthetic ? t('facts.yes') : ''],
      ]}
    />
  );
}

function Alike(props: { report: ReportDetails; may: boolean; busy: boolean; onMerge: (act: ReportAct) => void }) {
  const { report } = props;
  const { t } = useTranslation('reports');
  const open = !['rejected', 'closed', 'duplicate', 'answered'].includes(report.state);
  return (
    <Panel title={t('alike')}>
      {report.alike.length === 0 && <Text c="dimmed">{t('noAlike')}</Text>}
      <ul className={classes.rows}>
        {report.alike.map((other) => (
          <li key={other.id}>
            <div className={classes.words}>
              <Link href={reportLink(other.id)}>{`#${other.number}`}</Link> · {t(`states.${other.state}`)} ·{' '}
              <AgeText ms={other.receivedMs} />
              <span className={classes.snippet}>{other.text}</span>
            </div>
            {props.may && open && (
              <Button
                size="xs"
                variant="default"
                loading={props.busy}
                onClick={() => props.onMerge({ act: 'merge', into: other.id })}
              >
                {t('mergeHere', { number: other.number })}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Steps({ report }: { report: ReportDetails }) {
  const { t } = useTranslation('reports');
  const dates = useDates();
  const by = (step: ReportDetails['steps'][number]): string =>
    step.by?.name ?? t(step.kind === 'received' || step.kind === 'rated' ? 'citizen' : 'program');
  return (
    <Panel title={t('steps')}>
      <ol className={classes.steps}>
        {report.steps.map((step, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: steps are only ever added.
          <li key={at} data-kind={step.kind}>
            <Group gap={6}>
              <strong>{t(`stepKinds.${step.kind}`)}</strong>
              <span>{by(step)}</span>
              {!step.public && <span className={classes.dim}>({t('internal')})</span>}
            </Group>
            <time className={classes.dim} dateTime={new Date(step.timeMs).toISOString()}>
              {dates.full(step.timeMs)}
            </time>
            {step.text !== '' && (
              <p className={classes.full}>{step.kind === 'rated' ? ratingText(step.text, t) : step.text}</p>
            )}
          </li>
        ))}
      </ol>
    </Panel>
  );
}

/** A rating's step is its key, and what was added to it. */
function ratingText(text: string, t: (key: `ratings.${'satisfied' | 'acceptable' | 'unsatisfied'}`) => string): string {
  for (const rating of ['unsatisfied', 'satisfied', 'acceptable'] as const) {
    if (text.startsWith(rating)) return `${t(`ratings.${rating}`)}${text.slice(rating.length)}`;
  }
  return text;
}
