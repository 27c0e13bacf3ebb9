/** A camera's clock against ours, from the sender reports of RTCP (RFC 3550 §6.4.1). */
export interface CameraClock {
  report(report: ClockReport): void;
  /** Our clock was set by so many ms: what was measured before moves with it. */
  stepped(byMs: number): void;
  /** Media time jumped: how it lies to the camera's clock must be reported anew. */
  forget(): void;
  /** Our wall-clock of media time zero, in ms since 1970; `null` while nothing is known. */
  wallClockOfZero(): number | null;
  /** The camera's clock minus ours in ms; `null` while unknown, or where its reports hold no calendar time. */
  offsetMs(): number | null;
}

export interface ClockReport {
  readonly mediaMs: number;
  /** ms since 1970 on the camera's clock. */
  readonly ntpMs: number;
  /** ms since 1970 on ours. */
  readonly arrivalMs: number;
}

/** Reports come every five seconds or so: a minute of them. */
const WINDOW = 12;
/** Further off than the delay of a report can explain: the camera's clock was set. */
const STEP_MS = 500;
/** Cameras without a calendar count from their start, or from 1900 (RFC 3550 §6.4.1). */
const FIRST_CALENDAR_MS = Date.UTC(1970, 0, 2);

export function createCameraClock(): CameraClock {
  /** Camera minus ours as measured: less than the truth by the delay of the report, so the largest is nearest. */
  let measured: number[] = [];
  let last: ClockReport | undefined;
  let calendar = false;

  const offset = (): number => Math.max(...measured);

  return {
    report(report) {
      const now = report.ntpMs - report.arrivalMs;
      if (measured.length > 0 && Math.abs(now - offset()) > STEP_MS) measured = [];
      measured.push(now);
      if (measured.length > WINDOW) measured.shift();
      calendar = report.ntpMs >= FIRST_CALENDAR_MS;
      last = report;
    },
    stepped(byMs) {
      measured = measured.map((each) => each - byMs);
    },
    forget() {
      last = undefined;
    },
    wallClockOfZero: () => (last === undefined ? null : last.ntpMs - last.mediaMs - offset()),
    offsetMs: () => (measured.length === 0 || !calendar ? null : Math.round(offset())),
  };
}
