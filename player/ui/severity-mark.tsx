import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Severity } from '#contracts/events';

const bang = <path d="M8 4.6v4M8 11.1v.2" stroke="var(--tn-surface)" strokeWidth="1.7" strokeLinecap="round" />;

// The more corners that point at somebody, the worse: ring, bar, diamond, triangle, octagon.
const SHAPES: Readonly<Record<Severity, { color: string; shape: ReactNode }>> = {
  unknown: {
    color: 'var(--tn-quiet)',
    shape: <circle cx="8" cy="8" r="4" fill="none" stroke="currentColor" strokeWidth="1.6" />,
  },
  minor: { color: 'var(--tn-accent)', shape: <rect x="3" y="5.5" width="10" height="5" rx="1" fill="currentColor" /> },
  moderate: { color: 'var(--tn-warn)', shape: <path d="m8 2 6 6-6 6-6-6z" fill="currentColor" /> },
  severe: {
    color: 'var(--tn-down)',
    shape: (
      <>
        <path d="M8 1.2 15.2 14H.8z" fill="currentColor" />
        <path d="M8 6v3.6M8 11.8v.2" stroke="var(--tn-surface)" strokeWidth="1.7" strokeLinecap="round" />
      </>
    ),
  },
  extreme: {
    color: 'var(--tn-extreme)',
    shape: (
      <>
        <path d="M5.1 1h5.8L15 5.1v5.8L10.9 15H5.1L1 10.9V5.1z" fill="currentColor" />
        {bang}
      </>
    ),
  },
};

/** How serious something is (CAP 1.2), as a shape of its own with a name. */
export function SeverityMark({ severity, size = 16 }: { severity: Severity; size?: number }) {
  const { t } = useTranslation('app');
  const { color, shape } = SHAPES[severity];
  return (
    <svg
      viewBox="0 0 16 16"
      width={size}
      height={size}
      role="img"
      aria-label={t(`severities.${severity}`)}
      style={{ color, flex: 'none' }}
    >
      {shape}
    </svg>
  );
}
