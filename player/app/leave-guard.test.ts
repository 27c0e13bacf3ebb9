import { beforeEach, describe, expect, it } from 'vitest';
import { createLeaveGuard, type LeaveGuard } from './leave-guard.ts';

/** As much of a window as the guard touches. */
function createWindow() {
  const location = { href: 'http://x/edit' };
  const target = new EventTarget();
  const history = {
    pushState: (_state: unknown, _title: string, url: string) => {
      location.href = url;
    },
    replaceState: (_state: unknown, _title: string, url: string) => {
      location.href = url;
    },
  };
  return Object.assign(target, { location, history });
}

describe('the leave guard', () => {
  let window: ReturnType<typeof createWindow>;
  let guard: LeaveGuard;
  let left: number;
  const leave = (): void => {
    left += 1;
  };
  beforeEach(() => {
    window = createWindow();
    guard = createLeaveGuard(window as unknown as Window);
    left = 0;
  });

  it('lets everybody go while nothing is unsaved', () => {
    guard.ask(leave);
    expect(left).toBe(1);
    expect(guard.pending()).toBeNull();
  });

  it('asks first, and stays when the answer is no', () => {
    guard.hold();
    guard.ask(leave);
    expect(left).toBe(0);
    expect(guard.pending()).not.toBeNull();
    guard.answer(false);
    expect(left).toBe(0);
    guard.ask(leave);
    guard.answer(true);
    expect(left).toBe(1);
  });

  it('lets go when what was unsaved is saved', () => {
    const saved = guard.hold();
    saved();
    guard.ask(leave);
    expect(left).toBe(1);
  });

  it('takes the back button back, unheard by the router, and repeats it after a yes', () => {
    let heard = 0;
    window.addEventListener('popstate', () => {
      heard += 1;
    });
    guard.hold();
    window.location.href = 'http://x/before';
    window.dispatchEvent(new Event('popstate'));
    expect(heard).toBe(0);
    expect(window.location.href).toBe('http://x/edit');
    guard.answer(true);
    expect(window.location.href).toBe('http://x/before');
  });

  it('stops the tab from closing only while something is unsaved', () => {
    const close = (): boolean => {
      const event = new Event('beforeunload', { cancelable: true });
      window.dispatchEvent(event);
      return event.defaultPrevented;
    };
    expect(close()).toBe(false);
    const saved = guard.hold();
    expect(close()).toBe(true);
    saved();
    expect(close()).toBe(false);
  });
});
