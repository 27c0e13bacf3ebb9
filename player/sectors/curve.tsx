import classes from './sectors.module.css';

/** The last values as a small line, its end marked; a value that is missing leaves a gap. What it says stands beside it. */
export function Curve({
  values,
  width = 96,
  height = 28,
}: {
  values: readonly (number | null)[];
  width?: number;
  height?: number;
}) {
  const known = values.flatMap((value) => value ?? []);
  if (known.length < 2) return null;
  const least = Math.min(...known);
  const most = Math.max(...known);
  const x = (at: number): number => 2 + (at * (width - 4)) / Math.max(1, values.length - 1);
  const y = (value: number): number =>
    most === least ? height / 2 : height - 3 - ((value - least) * (height - 6)) / (most - least);
  let path = '';
  let down = false;
  values.forEach((value, at) => {
    if (value === null) down = false;
    else {
      path += `${down ? 'L' : 'M'}${x(at).toFixed(1)} ${y(value).toFixed(1)}`;
      down = true;
    }
  });
  const last = values.at(-1);
  return (
    <svg
      className={classes.curve}
      viewBox={`0 0 ${width} ${height}`}
      width={width}
      height={height}
      aria-hidden
      preserveAspectRatio="none"
    >
      <path
        d={path}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
        strokeLinejoin="round"
        vectorEffect="non-scaling-stroke"
      />
      {last !== null && last !== undefined && (
        <circle cx={x(values.length - 1)} cy={y(last)} r="2" fill="currentColor" />
      )}
    </svg>
  );
}
