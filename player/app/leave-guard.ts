/**
 * Keeps what was typed from being lost silently: while something is unsaved, links, the back button and closing the
 * tab ask first. Made before the router, so that it hears of the back button before the router does.
 */
export interface LeaveGuard {
  /** Marks the page as unsaved until the returned function is called. */
  hold(): () => void;
  /** Runs `leave` now, or after the person agreed. */
  ask(leave: () => void): void;
  /** The way out that waits for an answer, or `null`. */
  pending(): (() => void) | null;
  answer(leave: boolean): void;
  subscribe(listener: () => void): () => void;
}

export function createLeaveGuard(window: Window): LeaveGuard {
  const holds = new Set<symbol>();
  const listeners = new Set<() => void>();
  let here = window.location.href;
  let waiting: (() => void) | null = null;

  function setWaiting(next: (() => void) | null): void {
    waiting = next;
    for (const listener of listeners) listener();
  }

  window.addEventListener('beforeunload', (event) => {
    if (holds.size > 0) event.preventDefault();
  });
  window.addEventListener(
    'popstate',
    (event) => {
      if (holds.size === 0) return;
      const there = window.location.href;
      event.stopImmediatePropagation();
      window.history.pushState(null, '', here);
      setWaiting(() => window.history.replaceState(null, '', there));
    },
    { capture: true },
  );

  return {
    hold() {
      const mark = Symbol('unsaved');
      here = window.location.href;
      holds.add(mark);
      return () => holds.delete(mark);
    },
    ask(leave) {
      if (holds.size === 0) leave();
      else setWaiting(leave);
    },
    pending: () => waiting,
    answer(leave) {
      const way = waiting;
      if (leave) holds.clear();
      setWaiting(null);
      if (leave) way?.();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
