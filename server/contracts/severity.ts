/** Severity as in CAP 1.2 §3.2.2, least first. */
export const SEVERITIES = ['unknown', 'minor', 'moderate', 'severe', 'extreme'] as const;
export type Severity = (typeof SEVERITIES)[number];
