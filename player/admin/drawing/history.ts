/** What was drawn, before and after: pure, for `useReducer`. */
export interface History<Drawn> {
  readonly past: readonly Drawn[];
  readonly now: Drawn;
  readonly future: readonly Drawn[];
  /** What the last change belongs to: all steps of one drag, or of one run of arrow keys, are undone together. */
  readonly gesture: string | null;
}

export type HistoryAction<Drawn> =
  | { readonly kind: 'change'; readonly to: (now: Drawn) => Drawn; readonly gesture?: string }
  | { readonly kind: 'undo' | 'redo' }
  | { readonly kind: 'begin'; readonly with: Drawn };

const MOST_STEPS = 200;

export function begin<Drawn>(now: Drawn): History<Drawn> {
  return { past: [], now, future: [], gesture: null };
}

export function historyAfter<Drawn>(history: History<Drawn>, action: HistoryAction<Drawn>): History<Drawn> {
  const { past, now, future } = history;
  switch (action.kind) {
    case 'begin':
      return begin(action.with);
    case 'undo': {
      const before = past.at(-1);
      return before === undefined
        ? history
        : { past: past.slice(0, -1), now: before, future: [now, ...future], gesture: null };
    }
    case 'redo': {
      const [after, ...rest] = future;
      return after === undefined ? history : { past: [...past, now], now: after, future: rest, gesture: null };
    }
    case 'change': {
      const next = action.to(now);
      if (next === now) return history;
      const gesture = action.gesture ?? null;
      const goesOn = gesture !== null && gesture === history.gesture;
      return { past: goesOn ? past : [...past, now].slice(-MOST_STEPS), now: next, future: [], gesture };
    }
  }
}
