import { ErrorNotice } from './error-notice.tsx';

/** Stands where a page would be when what it shows could not be fetched. */
export function PageError({ error, retry }: { error: unknown; retry: () => void }) {
  return (
    <div style={{ maxWidth: '44rem', padding: '1rem' }}>
      <ErrorNotice error={error} retry={retry} />
    </div>
  );
}
