/** The beginning of a period as people of the province live it. */
export interface Moment {
  readonly startMs: number;
  /** 0 to 23.99. */
  readonly hour: number;
  /** 0 is Monday. */
  readonly weekday: number;
  /** 1 to 12. */
  readonly month: number;
  /** Of the month, 1 to 31. */
  readonly day: number;
  /** Since 1970, in whole days. */
  readonly dayNumber: number;
}

export function createMoments(timeZone: string): (startMs: number) => Moment {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    ...{ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  });
  return (startMs) => {
    const parts = Object.fromEntries(format.formatToParts(startMs).map(({ type, value }) => [type, Number(value)]));
    const { year = 1970, month = 1, day = 1, hour = 0, minute = 0 } = parts;
    const dayNumber = Date.UTC(year, month - 1, day) / 86_400_000;
    // 1 January 1970 was a Thursday.
    return { startMs, hour: hour + minute / 60, weekday: (dayNumber + 3) % 7, month, day, dayNumber };
  };
}

/** How busy an office is, 0 to 1: two peaks on working days, nearly nothing else. */
export function office({ hour, weekday }: Moment): number {
  if (hour < 7 || hour >= 17) return 0;
  const peaks = Math.exp(-(((hour - 9) / 1.6) ** 2)) + 0.8 * Math.exp(-(((hour - 14.5) / 1.4) ** 2));
  return (weekday < 5 ? 1 : 0.06) * Math.min(1, peaks);
}

/** How much people are about, 0 to 1: least before dawn, most in the evening. */
export function awake({ hour }: Moment): number {
  return 0.15 + 0.85 * Math.exp(-(((((hour + 24 - 17) % 24) - 0) / 9) ** 2));
}

export function isWeekend({ weekday }: Moment): boolean {
  return weekday >= 5;
}
