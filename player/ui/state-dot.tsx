import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { StreamState } from '#contracts/camera';

// Every state has its own shape, so that it is told apart without colour.
const SHAPES: Readonly<Record<StreamState, { color: string; shape: ReactNode }>> = {
  live: { color: 'var(--tn-live)', shape: <circle cx="6" cy="6" r="4.5" fill="currentColor" /> },
  connecting: {
    color: 'var(--tn-warn)',
    shape: (
      <path d="M6 1.5a4.5 4.5 0 1 1-4.5 4.5" fill="none" stroke="currentColor" strokeWidth="2" strokeLinecap="round" />
    ),
  },
  down: {
    color: 'var(--tn-down)',
    shape: <path d="m2.5 2.5 7 7m0-7-7 7" stroke="currentColor" strokeWidth="2.2" strokeLinecap="round" />,
  },
  idle: {
    color: 'var(--tn-quiet)',
    shape: <circle cx="6" cy="6" r="3.8" fill="none" stroke="currentColor" strokeWidth="1.5" />,
  },
  disabled: {
    color: 'var(--tn-quiet)',
    shape: <path d="M2 6h8" stroke="currentColor" strokeWidth="2.2" strokeLinecap="round" />,
  },
};

/** A stream's state as shape and colour; the word is its name for screen readers, or beside it `withWord`. */
export function StateDot({ state, withWord = false }: { state: StreamState; withWord?: boolean }) {
  const { t } = useTranslation('app');
  const { color, shape } = SHAPES[state];
  const word = t(`states.${state}`);
  const mark = (
    <svg
      viewBox="0 0 12 12"
      width="12"
      height="12"
      style={{ color, flex: 'none' }}
      role="img"
      aria-label={word}
      aria-hidden={withWord}
    >
      {shape}
    </svg>
  );
  if (!withWord) return mark;
  return (
    <span style={{ display: 'inline-flex', alignItems: 'center', gap: '0.4rem', whiteSpace: 'nowrap' }}>
      {mark}
      {word}
    </span>
  );
}
