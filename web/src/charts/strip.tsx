/** A strip plot: where one value stands among others of its kind. */

const WIDTH = 320;
const HEIGHT = 34;
const EDGE = 6;

interface StripProps {
  /** In rising order. */
  readonly values: readonly number[];
  /** Which of them is marked; -1: none. */
  readonly marked: number;
  /** What is to be seen, in words. */
  readonly label: string;
}

export function Strip({ values, marked, label }: StripProps) {
  const place = scale(values);
  const own = values[marked];
  const middle = values[values.length >> 1] ?? 0;
  return (
    <svg class="strip" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
      <line class="axis" x1={EDGE} x2={WIDTH - EDGE} y1={HEIGHT - 8} y2={HEIGHT - 8} />
      {columns(values, place).map(([x, n]) => (
        <line key={x} x1={x} x2={x} y1={HEIGHT - 8} y2={HEIGHT - 8 - Math.min(16, 7 + 2 * Math.log2(n))} />
      ))}
      <path class="middle" d={`M${place(middle)} ${HEIGHT - 7}l3.5 6h-7z`} />
      {own !== undefined && (
        <g class="own" transform={`translate(${place(own)} 0)`}>
          <line y1={6} y2={HEIGHT - 8} x1={0} x2={0} />
          <circle cy={6} cx={0} r={4} />
        </g>
      )}
    </svg>
  );
}

/** Logarithmic where the values lie far apart, so that the small ones do not fall together. */
export function scale(values: readonly number[]): (value: number) => number {
  const [least, most] = [values[0] ?? 0, values[values.length - 1] ?? 0];
  const far = least > 0 && most / least > 50;
  const of = far ? Math.log : (value: number) => value;
  const span = of(most) - of(least);
  return (value) => (span ? Math.round(EDGE + ((of(value) - of(least)) / span) * (WIDTH - 2 * EDGE)) : WIDTH / 2);
}

/** One line for each place, and how many values it stands for: never more lines than pixels. */
export function columns(values: readonly number[], place: (value: number) => number): [number, number][] {
  const found = new Map<number, number>();
  for (const value of values) found.set(place(value), (found.get(place(value)) ?? 0) + 1);
  return [...found];
}
