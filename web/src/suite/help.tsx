/** All keys, and the query language; both from the tables that work by them. */
import { useState } from "preact/hooks";
import { hasSingleKeys, setSingleKeys } from "../commands/single_keys";
import { Keys } from "../panels/keys";
import { Sheet } from "../panels/sheet";
import { COMMANDS } from "./keys";
import { FIELD_NAMES, FIELDS } from "./query";
import type { Report } from "./report";

export function Help({ report }: { report: Report }) {
  const [single, setSingle] = useState(hasSingleKeys());
  const toggle = () => {
    setSingleKeys(!single);
    setSingle(!single);
  };
  return (
    <Sheet viewer={report} name="Keys and query language" kind="help">
      <div class="columns" tabIndex={0} role="region" aria-label="Keys and query language">
        <section>
          <h3>Keys</h3>
          <dl>
            {COMMANDS.filter(({ title }) => title).map(({ title, keys }) => (
              <div key={title}>
                <dt>{title}</dt>
                <dd>
                  <Keys keys={keys[0] === "Home" ? ["Home", "End"] : keys} />
                </dd>
              </div>
            ))}
            <div>
              <dt>Show or hide the details of a case</dt>
              <dd>
                <Keys keys={["Enter", "Space"]} />
              </dd>
            </div>
          </dl>
        </section>
        <section class="language">
          <h3>Query language</h3>
          <p>
            Words and "quoted text" are looked for in names, ids, tags and what checks say. All terms have to agree; <code>OR</code> joins two, <code>-</code>{" "}
            before a term turns it around. In names <code>*</code> stands for anything.
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
