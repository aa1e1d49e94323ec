/** What changed in a span, before and after side by side. */
import { grouped } from "../layout/units";
import type { Compared } from "../data/raw";
import type { Change } from "./comparison";

export function ComparedSpan({ change, compared }: { change: Change; compared: Compared }) {
  const { changes = [], more = 0, latency, wait } = compared;
  if (change === "inserted") return <p>Only run B has this span.</p>;
  if (change === "removed") return <p>Only run A has this span. It is drawn where it stood; its times here are those of run A.</p>;
  const lengths = [["took", latency], ["waited", wait]] as const;
  return (
    <>
      <table class="compared">
        <thead>
          <tr>
            <th />
            <th scope="col">run A</th>
            <th scope="col">run B</th>
          </tr>
        </thead>
        <tbody>
          {lengths.map(([name, said]) => said && (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{said[0]}</td>
              <td>{said[1]} <span class="muted">{said[2]}</span></td>
            </tr>
          ))}
          {changes.map(({ what, path, before, after }, at) => (
            <tr key={at}>
              <th scope="row">{what}{path && <code>{path}</code>}</th>
              <td><Value text={before} tag="del" /></td>
              <td><Value text={after} tag="ins" /></td>
            </tr>
          ))}
        </tbody>
      </table>
      {more > 0 && <p class="muted">{grouped(more)} more differences of payloads are not listed.</p>}
      {!changes.length && change === "same" && <p class="muted">Nothing differs but what differs between any two runs.</p>}
    </>
  );
}

function Value({ text, tag: Tag }: { text: string | undefined; tag: "del" | "ins" }) {
  return text === undefined ? <span class="muted">nothing</span> : <Tag>{text || "(empty)"}</Tag>;
}
