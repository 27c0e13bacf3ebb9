/** The product's mark: a field of view. */
export function Mark({ size = 24 }: { size?: number }) {
  return (
    <svg viewBox="0 0 32 32" width={size} height={size} aria-hidden="true" style={{ flex: 'none' }}>
      <path d="M4 26 16 6l12 20" fill="none" stroke="var(--tn-accent)" strokeWidth="2.6" strokeLinejoin="round" />
      <circle cx="16" cy="21.5" r="4" fill="var(--tn-accent)" />
    </svg>
  );
}
