import { type FormEvent, useEffect, useRef, useState } from 'react';
import type { PortalView, ReportCreated, ReportDraft } from '#contracts/reports';
import { type Draft, useDraft } from './draft.ts';
import { PortalError, portalApi } from './portal-api.ts';
import { SentPage } from './sent-page.tsx';
import { solvePuzzle } from './solve-puzzle.ts';
import { StepContact } from './step-contact.tsx';
import { StepWhat } from './step-what.tsx';
import { StepWhere } from './step-where.tsx';
import { StepWords } from './step-words.tsx';
import { useErrorText } from './use-error-text.ts';
import { fill, useLanguage } from './words.tsx';

const STEPS = 4;
const LEAST_WORDS = 5;

/** Four steps, one thing at a time; what is wrong is said where it is. */
export function ReportForm(props: { view: PortalView; renew: () => Promise<PortalView | null> }) {
  const { view, renew } = props;
  const { t, code: language } = useLanguage();
  const [draft, set, clear] = useDraft();
  const [photos, setPhotos] = useState<readonly Blob[]>([]);
  const [website, setWebsite] = useState('');
  const [checked, setChecked] = useState(false);
  const [sending, setSending] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [sent, setSent] = useState<{ created: ReportCreated; photos: readonly Blob[] } | null>(null);
  const errorText = useErrorText();
  const proof = useProof(view.puzzle);
  const form = useRef<HTMLFormElement>(null);
  const step = Math.min(Math.max(0, draft.step), STEPS - 1);
  const wrong = wrongIn(step, draft);

  function go(to: number): void {
    setChecked(false);
    setError(null);
    set({ step: to });
    window.scrollTo(0, 0);
    // What is read out next is the new heading.
    setTimeout(() => form.current?.querySelector('h1')?.focus(), 0);
  }

  async function send(again = true): Promise<void> {
    setSending(true);
    setError(null);
    try {
      const created = await portalApi.send({ ...asReport(draft, language), proof: await proof.current(), website });
      setSent({ created, photos });
      clear();
      setPhotos([]);
    } catch (failure) {
      // The page was open for long, or the server began anew: another puzzle, and nobody has to know.
      if (again && failure instanceof PortalError && failure.code === 'portal.puzzle') {
        const renewed = await renew();
        if (renewed !== null) {
          proof.current = once(renewed.puzzle);
          await new Promise((resolve) => setTimeout(resolve, FASTEST_MS));
          return send(false);
        }
      }
      // Somebody whose words were still there from before a reload is quick.
      if (again && failure instanceof PortalError && failure.code === 'portal.fast') {
        await new Promise((resolve) => setTimeout(resolve, FASTEST_MS));
        return send(false);
      }
      setError(failure);
    } finally {
      setSending(false);
    }
  }

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (sending) return;
    const first = [0, 1, 2].find((each) => wrongIn(each, draft) !== null);
    if (wrong !== null) setChecked(true);
    else if (step < STEPS - 1) go(step + 1);
    else if (first !== undefined) go(first);
    else void send();
  }

  if (sent !== null) {
    return (
      <SentPage
        created={sent.created}
        photos={sent.photos}
        onAgain={() => {
          setSent(null);
          void renew();
        }}
      />
    );
  }
  const said = checked && wrong !== null ? t[wrong].missing : undefined;
  const common = { draft, set, error: said };
  return (
    <form ref={form} onSubmit={submit} noValidate>
      <div className="progress">
        <progress max={STEPS} value={step + 1} aria-hidden="true" />
        <span>{fill(t.step, { n: step + 1, of: STEPS })}</span>
      </div>
      {step === 0 && <StepWhat services={view.services} {...common} />}
      {step === 1 && <StepWhere view={view} {...common} />}
      {step === 2 && <StepWords photos={photos} setPhotos={setPhotos} mostPhotos={view.mostPhotos} {...common} />}
      {step === 3 && (
        <StepContact
          view={view}
          draft={draft}
          set={set}
          photos={photos.length}
          website={website}
          setWebsite={setWebsite}
        />
      )}
      {error !== null && (
        <p className="note bad" role="alert">
          {errorText(error)}
        </p>
      )}
      <div className="steps">
        {step > 0 && (
          <button type="button" onClick={() => go(step - 1)} disabled={sending}>
            {t.back}
          </button>
        )}
        {(step > 0 || draft.service !== '') && (
          <button type="submit" className="main" disabled={sending}>
            {step < STEPS - 1 ? t.next : sending ? t.contact.sending : t.contact.send}
          </button>
        )}
      </div>
    </form>
  );
}

/** ms that the server wants a page to have been open. */
const FASTEST_MS = 3200;

/** Which step's words say what is missing; `null`: nothing is. */
function wrongIn(step: number, draft: Draft): 'what' | 'where' | 'words' | null {
  if (step === 0 && draft.service === '') return 'what';
  if (step === 1 && draft.latitude === null && draft.areaCode === '') return 'where';
  if (step === 2 && draft.text.trim().length < LEAST_WORDS) return 'words';
  return null;
}

function asReport(draft: Draft, language: 'vi' | 'en'): ReportDraft {
  const { latitude, longitude, placeName, name, phone, email } = draft;
  const point = latitude === null || longitude === null ? null : { latitude, longitude, name: placeName };
  const text = draft.text.trim();
  return {
    service: draft.service,
    // Without a point, where it is stands in the words.
    text: point === null && placeName.trim() !== '' ? `${text}\n(${placeName.trim()})` : text,
    place: point,
    areaCode: draft.areaCode === '' ? null : draft.areaCode,
    contact: [name, phone, email].some((one) => one.trim() !== '') ? { name, phone, email } : null,
    language,
  };
}

/** Solved while somebody types. */
function useProof(puzzle: string): { current: () => Promise<string> } {
  const solve = useRef(once(puzzle));
  useEffect(() => {
    solve.current = once(puzzle);
    solve.current().catch(() => undefined);
  }, [puzzle]);
  return solve;
}
function once(puzzle: string): () => Promise<string> {
  let found: Promise<string> | undefined;
  return () => {
    found ??= solvePuzzle(puzzle);
    return found;
  };
}
