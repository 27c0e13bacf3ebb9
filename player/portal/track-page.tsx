import { IconMoodHappy, IconMoodNeutral, IconMoodSad } from '@tabler/icons-react';
import { type FormEvent, useEffect, useState } from 'react';
import type { PublicReport, ReportState, ServiceView } from '#contracts/reports';
import { Field } from './field.tsx';
import { portalApi } from './portal-api.ts';
import { useErrorText } from './use-error-text.ts';
import { fill, useLanguage } from './words.tsx';

/** One report by its code: how far it is, what was answered, and what the sender thinks of it. */
export function TrackPage({ code, services }: { code: string; services: readonly ServiceView[] }) {
  const { t } = useLanguage();
  const errorText = useErrorText();
  const [typed, setTyped] = useState(code);
  const [report, setReport] = useState<PublicReport | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);

  async function load(): Promise<void> {
    setBusy(true);
    try {
      setReport(await portalApi.report(code));
      setError(null);
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: for each code once; the page has its key.
  useEffect(() => {
    if (code !== '') void load();
  }, []);

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (typed.trim() === '') return;
    if (typed.trim() === code) void load();
    else window.location.hash = `#t/${encodeURIComponent(typed.trim())}`;
  }
  return (
    <>
      <h1>{t.tracking.title}</h1>
      <form onSubmit={submit}>
        <Field
          id="code"
          label={t.tracking.code}
          hint={t.tracking.codeHint}
          {...(error === null ? {} : { error: errorText(error) })}
        >
          <div className="inline">
            <input
              id="code"
              className="codeField"
              aria-describedby="code-hint"
              autoComplete="off"
              autoCapitalize="characters"
              spellCheck={false}
              maxLength={20}
              value={typed}
              onChange={(event) => setTyped(event.currentTarget.value)}
            />
            <button type="submit" className="main" disabled={busy}>
              {busy ? t.loading : report === null ? t.tracking.show : t.tracking.refresh}
            </button>
          </div>
        </Field>
      </form>
      {report !== null && <Report report={report} services={services} onChange={setReport} />}
    </>
  );
}

const LINE: readonly ReportState[] = ['received', 'verified', 'assigned', 'inProgress', 'answered', 'closed'];

function Report(props: {
  report: PublicReport;
  services: readonly ServiceView[];
  onChange: (report: PublicReport) => void;
}) {
  const { report } = props;
  const { t, name, time } = useLanguage();
  const service = props.services.find(({ code }) => code === report.service);
  const place = [report.place?.name ?? '', report.areaName ?? ''].filter((part) => part !== '').join(', ');
  const facts: readonly (readonly [string, string])[] = [
    [t.tracking.received, time(report.receivedMs)],
    [t.tracking.due, report.dueMs === null ? '' : time(report.dueMs)],
    [t.tracking.unit, report.unitName ?? ''],
    [t.tracking.place, place],
    [t.tracking.photos, report.photos === 0 ? '' : String(report.photos)],
  ];
  return (
    <article className="report" aria-live="polite">
      <h2>{service === undefined ? report.service : name(service.name)}</h2>
      <StateLine report={report} />
      {report.extension !== null && (
        <p className="note warn">
          {fill(t.tracking.extended, { time: time(report.extension.untilMs), reason: report.extension.reason })}
        </p>
      )}
      <dl>
        {facts
          .filter(([, value]) => value !== '')
          .map(([label, value]) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
      <p className="quoted">{report.text}</p>
      <h3>{t.tracking.answers}</h3>
      {report.answers.length === 0 && <p className="hint">{t.tracking.noAnswer}</p>}
      {report.answers.map((answer) => (
        <div key={answer.timeMs} className="answer">
          <span className="hint">{time(answer.timeMs)}</span>
          <p>{answer.text}</p>
        </div>
      ))}
      {(report.state === 'answered' || report.state === 'closed') && <Rating {...props} />}
    </article>
  );
}

/** Every state that a report goes through, and where this one is; off the line it says so. */
function StateLine({ report: { state } }: { report: PublicReport }) {
  const { t } = useLanguage();
  const at = LINE.indexOf(state);
  if (at < 0) return <p className={state === 'rejected' ? 'note bad' : 'note warn'}>{t.states[state]}</p>;
  return (
    <ol className="line" aria-label={t.tracking.line}>
      {LINE.map((one, index) => (
        <li key={one} data-done={index <= at} aria-current={index === at ? 'step' : undefined}>
          {t.states[one]}
          {index === at && <span className="here"> · {t.tracking.now}</span>}
        </li>
      ))}
    </ol>
  );
}

const FACES = [
  ['satisfied', IconMoodHappy],
  ['acceptable', IconMoodNeutral],
  ['unsatisfied', IconMoodSad],
] as const;

function Rating({ report, onChange }: { report: PublicReport; onChange: (report: PublicReport) => void }) {
  const { t } = useLanguage();
  const errorText = useErrorText();
  const [chosen, setChosen] = useState('');
  const [text, setText] = useState('');
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);

  async function send(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (chosen === '' || busy) return;
    setBusy(true);
    try {
      onChange(await portalApi.rate(report.code, chosen, text));
      setError(null);
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  }
  if (report.rating !== null) {
    return <p className="note good">{fill(t.tracking.rated, { rating: t.ratings[report.rating] })}</p>;
  }
  return (
    <form onSubmit={(event) => void send(event)}>
      <fieldset className="faces">
        <legend>{t.tracking.rate}</legend>
        {FACES.map(([rating, Icon]) => (
          <label key={rating} className="face">
            <input
              type="radio"
              name="rating"
              value={rating}
              checked={chosen === rating}
              onChange={() => setChosen(rating)}
            />
            <Icon size={34} stroke={1.5} aria-hidden />
            <span>{t.ratings[rating]}</span>
          </label>
        ))}
      </fieldset>
      {chosen !== '' && (
        <>
          <Field id="rating-words" label={t.tracking.rateWords}>
            <textarea
              id="rating-words"
              rows={3}
              maxLength={2000}
              value={text}
              onChange={(event) => setText(event.currentTarget.value)}
            />
          </Field>
          <button type="submit" className="main" disabled={busy}>
            {t.tracking.sendRating}
          </button>
        </>
      )}
      {error !== null && (
        <p className="wrong" role="alert">
          {errorText(error)}
        </p>
      )}
    </form>
  );
}
