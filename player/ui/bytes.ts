import { localeOf } from './locale.ts';

const UNITS = ['byte', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

/** A size with its unit, in powers of 1024 as policies and settings count them: "1,4 TiB". */
export function bytesIn(language: string): (bytes: number) => string {
  const number = new Intl.NumberFormat(localeOf(language), { maximumSignificantDigits: 3 });
  const whole = new Intl.NumberFormat(localeOf(language), { maximumFractionDigits: 0 });
  return (bytes) => {
    let [value, unit] = [bytes, 0];
    while (Math.abs(value) >= 1000 && unit < UNITS.length - 1) {
      value /= 1024;
      unit += 1;
    }
    return `${(value >= 100 ? whole : number).format(value)} ${UNITS[unit]}`;
  };
}
