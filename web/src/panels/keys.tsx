/** Keys as they are printed on keyboards. */

const SHOWN: Readonly<Record<string, string>> = { ArrowDown: "↓", ArrowUp: "↑", ArrowLeft: "←", ArrowRight: "→", Escape: "Esc" };

export function Keys({ keys }: { keys: readonly string[] }) {
  return (
    <>
      {keys.map((each) => (
        <kbd key={each}>{printed(each)}</kbd>
      ))}
    </>
  );
}

function printed(keys: string): string {
  const parts = keys === "+" ? ["+"] : keys.split("+");
  const last = parts.pop() ?? "";
  const isCapital = last.length === 1 && last !== last.toLowerCase();
  const held = parts.map((part) => part[0]?.toUpperCase() + part.slice(1));
  if (isCapital) held.push("Shift");
  return [...held, SHOWN[last] ?? (isCapital || held.length ? last.toUpperCase() : last)].join(" ");
}
