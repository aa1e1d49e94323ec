/** A part of a whole, as a bar. */

interface ShareProps {
  readonly part: number;
  readonly whole: number;
  readonly label: string;
}

export function Share({ part, whole, label }: ShareProps) {
  const share = whole > 0 ? Math.min(1, part / whole) : 0;
  return (
    <svg class="share" viewBox="0 0 100 6" preserveAspectRatio="none" role="img" aria-label={label}>
      <rect class="whole" width={100} height={6} rx={1} />
      <rect class="part" width={Math.max(share * 100, part ? 1 : 0)} height={6} rx={1} />
    </svg>
  );
}
