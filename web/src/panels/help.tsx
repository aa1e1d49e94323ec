/** All keys, and the search language; both from the tables that work by them. */
import { useState } from "preact/hooks";
import { COMMANDS, GROUPS } from "../commands/commands";
import { hasSingleKeys, setSingleKeys } from "../commands/single_keys";
import { FIELDS, FIELD_NAMES } from "../search/query";
import type { Viewer } from "../viewer";
import { Keys } from "./keys";
import { Sheet } from "./sheet";

export function Help({ viewer }: { viewer: Viewer }) {
  const [single, setSingle] = useState(hasSingleKeys());
  const toggle = () => {
    setSingleKeys(!single);
    setSingle(!single);
  };
  return (
    <Sheet viewer={viewer} name="Keys and search language" kind="help">
      <div class="columns" tabIndex={0} role="region" aria-label="Keys and search language">
        {GROUPS.map((group) => (
          <Table name={group} of={COMMANDS.filter((command) => command.group === group && command.keys.length).map(({ title, keys }) => [title, keys])} />
        ))}
        <Table name="In the drawing" of={DRAWING} />
        <section class="language">
          <h3>Search language</h3>
          <p>
            Words and "quoted text" are looked for in names, ids and payloads. All terms have to agree; <code>OR</code> joins two, <code>-</code> before a term
            turns it around. In names <code>*</code> stands for anything.
          </p>
          <dl>
            {FIELD_NAMES.map((name) => (
              <div key={name}>
                <dt>
                  <code>{FIELDS[name].sample}</code>
                </dt>
                <dd>{FIELDS[name].about}</dd>
              </div>
            ))}
          </dl>
        </section>
      </div>
      <label class="setting">
        <input type="checkbox" checked={single} onChange={toggle} /> Keys without Ctrl do something
      </label>
    </Sheet>
  );
}

function Table({ name, of }: { name: string; of: readonly Row[] }) {
  return (
    <section>
      <h3>{name}</h3>
      <dl>
        {of.map(([title, keys]) => (
          <div key={title}>
            <dt>{title}</dt>
            <dd>
              <Keys keys={keys} />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

type Row = readonly [string, readonly string[]];

const DRAWING: readonly Row[] = [
  ["Next and previous message", ["ArrowDown", "ArrowUp"]],
  ["To the caller, to the first call", ["ArrowLeft", "ArrowRight"]],
  ["First and last", ["Home", "End"]],
  ["Open details", ["Enter"]],
  ["Collapse or expand", ["Space"]],
  ["Fold or unfold attempts, a loop", ["u"]],
  ["Back and forth on the time (timeline)", ["a", "d"]],
];
