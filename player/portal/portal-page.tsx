import { useEffect, useState } from 'react';
import type { PortalView } from '#contracts/reports';
import { portalApi } from './portal-api.ts';
import { ReportForm } from './report-form.tsx';
import { TrackPage } from './track-page.tsx';
import { useErrorText } from './use-error-text.ts';
import { useLanguage } from './words.tsx';

/**
 * The public page: send a report, or follow one by its code. The code stands behind the # of the address: it reaches
 * neither our log nor a proxy's.
 */
export function PortalPage() {
  const { t, change } = useLanguage();
  const [hash, setHash] = useState(window.location.hash);
  useEffect(() => {
    const look = (): void => setHash(window.location.hash);
    window.addEventListener('hashchange', look);
    return () => window.removeEventListener('hashchange', look);
  }, []);
  const tracking = /^#t(?:\/(.*))?$/.exec(hash);
  const { view, error, load } = usePortal();
  return (
    <>
      <a className="skip" href="#main">
        {t.skip}
      </a>
      <header className="top">
        <div className="bar">
          <img src="/mark.svg" alt="" width="28" height="28" />
          <span className="brand">{t.title}</span>
          <button type="button" className="plain" onClick={change}>
            {t.otherLanguage}
          </button>
        </div>
        <nav className="tabs" aria-label={t.title}>
          <a href="#new" aria-current={tracking === null ? 'page' : undefined}>
            {t.report}
          </a>
          <a href="#t" aria-current={tracking === null ? undefined : 'page'}>
            {t.track}
          </a>
        </nav>
      </header>
      <main id="main" className="page">
        <Offline />
        {view?.synthetic === true && <p className="note warn">{t.demo}</p>}
        {tracking !== null ? (
          <TrackPage key={tracking[1] ?? ''} code={decode(tracking[1] ?? '')} services={view?.services ?? []} />
        ) : view !== null ? (
          <Sending view={view} renew={load} />
        ) : error === null ? (
          <p role="status">{t.loading}</p>
        ) : (
          <Failed error={error} retry={load} />
        )}
      </main>
    </>
  );
}

function Sending({ view, renew }: { view: PortalView; renew: () => Promise<PortalView | null> }) {
  const { t } = useLanguage();
  if (view.services.length === 0) return <p className="note">{t.off}</p>;
  return <ReportForm view={view} renew={renew} />;
}

function usePortal() {
  const [view, setView] = useState<PortalView | null>(null);
  const [error, setError] = useState<unknown>(null);
  async function load(): Promise<PortalView | null> {
    try {
      const now = await portalApi.page();
      setView(now);
      setError(null);
      return now;
    } catch (failure) {
      setError(failure);
      return null;
    }
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the page opens.
  useEffect(() => void load(), []);
  return { view, error, load };
}

function Failed({ error, retry }: { error: unknown; retry: () => Promise<unknown> }) {
  const { t } = useLanguage();
  const text = useErrorText();
  return (
    <div className="note bad" role="alert">
      <p>{text(error)}</p>
      <button type="button" onClick={() => void retry()}>
        {t.retry}
      </button>
    </div>
  );
}

function Offline() {
  const { t } = useLanguage();
  const [offline, setOffline] = useState(!navigator.onLine);
  useEffect(() => {
    const look = (): void => setOffline(!navigator.onLine);
    window.addEventListener('online', look);
    window.addEventListener('offline', look);
    return () => {
      window.removeEventListener('online', look);
      window.removeEventListener('offline', look);
    };
  }, []);
  return (
    <div role="status" aria-live="polite">
      {offline && <p className="note warn">{t.offline}</p>}
    </div>
  );
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}
