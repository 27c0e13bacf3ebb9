import { IconCircleCheck, IconCopy } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import type { ReportCreated } from '#contracts/reports';
import { portalApi } from './portal-api.ts';
import { fill, useLanguage } from './words.tsx';

/** The code, large; the photos follow by themselves. */
export function SentPage(props: { created: ReportCreated; photos: readonly Blob[]; onAgain: () => void }) {
  const { created, photos } = props;
  const { t } = useLanguage();
  const [copied, setCopied] = useState(false);
  const [done, setDone] = useState(0);
  const [failed, setFailed] = useState<readonly Blob[]>([]);
  const begun = useRef(false);
  const heading = useRef<HTMLHeadingElement>(null);

  async function sendPhotos(which: readonly Blob[]): Promise<void> {
    setFailed([]);
    const lost: Blob[] = [];
    for (const photo of which) {
      try {
        await portalApi.photo(created, photo);
        setDone((now) => now + 1);
      } catch {
        lost.push(photo);
      }
    }
    setFailed(lost);
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the page opens.
  useEffect(() => {
    if (begun.current) return;
    begun.current = true;
    window.scrollTo(0, 0);
    heading.current?.focus();
    void sendPhotos(photos);
  }, []);

  function copy(): void {
    navigator.clipboard?.writeText(created.code).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  }
  const settled = done + failed.length === photos.length;
  return (
    <section className="sent">
      <IconCircleCheck size={48} stroke={1.5} aria-hidden />
      <h1 ref={heading} tabIndex={-1}>
        {t.sent.title}
      </h1>
      <p>{t.sent.code}</p>
      <p className="code" data-code>
        {created.code}
      </p>
      {/* Only where the page came over TLS or from this machine. */}
      {navigator.clipboard !== undefined && (
        <button type="button" onClick={copy}>
          <IconCopy size={18} aria-hidden />
          {copied ? t.sent.copied : t.sent.copy}
        </button>
      )}
      <p className="hint">{t.sent.keep}</p>
      {photos.length > 0 && (
        <div role="status" aria-live="polite">
          {settled ? (
            done > 0 && <p>{fill(t.sent.photosDone, { n: done })}</p>
          ) : (
            <p>{fill(t.sent.photos, { n: done + 1, of: photos.length })}</p>
          )}
          {failed.length > 0 && (
            <p className="note bad">
              {fill(t.sent.photosFailed, { n: failed.length })}{' '}
              <button type="button" onClick={() => void sendPhotos(failed)}>
                {t.retry}
              </button>
            </p>
          )}
        </div>
      )}
      <div className="steps">
        <button type="button" onClick={props.onAgain}>
          {t.sent.again}
        </button>
        <a className="main" href={`#t/${encodeURIComponent(created.code)}`}>
          {t.sent.follow}
        </a>
      </div>
    </section>
  );
}
