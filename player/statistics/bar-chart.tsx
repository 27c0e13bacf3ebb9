import { type KeyboardEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNumbers } from '../ui/use-numbers.ts';
import { axisOf, type Bar } from './figures.ts';
import classes from './statistics.module.css';
import { useWidth } from './use-width.ts';

const HEIGHT = 260;
const MARGIN = { top: 12, right: 8, bottom: 28, left: 44 };
/** px between two names below the bars. */
const LABEL_WIDTH = 64;

/**
 * Bars of what went forward, with what went backward standing on it. One stop of the keyboard: arrows walk over the
 * bars as a slider does over its values, and each says its figures.
 */
export function BarChart(props: {
  readonly bars: readonly Bar[];
  readonly by: 'hour' | 'day';
  readonly names: (startMs: number) => { readonly short: string; readonly full: string };
}) {
  const { t } = useTranslation('statistics');
  const { bars, names } = props;
  const numbers = useNumbers();
  const [frame, width] = useWidth();
  const [at, setAt] = useState<number | null>(null);
  const { top, step } = axisOf(Math.max(0, ...bars.map(({ forward, backward }) => forward + backward)));
  const inner = Math.max(1, width - MARGIN.left - MARGIN.right);
  const each = inner / Math.max(1, bars.length);
  const y = (value: number): number => MARGIN.top + (HEIGHT - MARGIN.top - MARGIN.bottom) * (1 - value / top);
  const every = Math.max(1, Math.ceil(LABEL_WIDTH / each));
  const pointed = at === null ? undefined : bars[at];
  const say = ({ startMs, forward, backward }: Bar): string =>
    t('bar', { when: names(startMs).full, forward: numbers(forward), backward: numbers(backward) });

  function keys(event: KeyboardEvent): void {
    const last = bars.length - 1;
    const now = at ?? -1;
    const to = { ArrowRight: Math.min(last, now + 1), ArrowLeft: Math.max(0, now - 1), Home: 0, End: last }[event.key];
    if (to === undefined) {
      if (event.key === 'Escape') setAt(null);
      return;
    }
    event.preventDefault();
    setAt(to);
  }

  return (
    <div
      className={classes.chart}
      ref={frame}
      role="slider"
      tabIndex={0}
      aria-label={t('chartLabel', { by: t(props.by === 'hour' ? 'byHour' : 'byDay').toLowerCase() })}
      aria-valuemin={1}
      aria-valuemax={bars.length}
      aria-valuenow={(at ?? 0) + 1}
      aria-valuetext={pointed === undefined ? '' : say(pointed)}
      onKeyDown={keys}
      onBlur={() => setAt(null)}
      onPointerLeave={() => setAt(null)}
    >
      <svg width={width} height={HEIGHT} aria-hidden="true">
        {Array.from({ length: Math.round(top / step) + 1 }, (_, line) => line * step).map((value) => (
          <g key={value} className={classes.grid}>
            <line x1={MARGIN.left} x2={width - MARGIN.right} y1={y(value)} y2={y(value)} />
            <text x={MARGIN.left - 6} y={y(value) + 4} textAnchor="end">
              {numbers(value)}
            </text>
          </g>
        ))}
        {bars.map(({ startMs, forward, backward }, index) => {
          const x = MARGIN.left + index * each;
          const bar = { x: x + each * 0.12, width: Math.max(1, each * 0.76) };
          return (
            <g key={startMs} data-pointed={index === at} className={classes.bar}>
              <rect
                className={classes.hit}
                x={x}
                width={each}
                y={MARGIN.top}
                height={HEIGHT - MARGIN.top - MARGIN.bottom}
                onPointerEnter={() => setAt(index)}
                onPointerDown={() => setAt(index)}
              />
              <rect className={classes.forward} {...bar} y={y(forward)} height={y(0) - y(forward)} />
              <rect
                className={classes.backward}
                {...bar}
                y={y(forward + backward)}
                height={y(forward) - y(forward + backward)}
              />
              {index % every === 0 && (
                <text x={x + each / 2} y={HEIGHT - 10} textAnchor="middle">
                  {names(startMs).short}
                </text>
              )}
            </g>
          );
        })}
      </svg>
      {pointed !== undefined && at !== null && (
        <div
          className={classes.tip}
          style={{ left: Math.min(width - 110, Math.max(110, MARGIN.left + (at + 0.5) * each)) }}
          aria-hidden
        >
          {say(pointed)}
        </div>
      )}
    </div>
  );
}
