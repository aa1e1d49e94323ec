/** The whole page of a suite. */
import { useStore } from "../state/store";
import { Header } from "./header";
import { Help } from "./help";
import { List } from "./list";
import { Overview } from "./overview";
import type { Report } from "./report";
import { Toolbar } from "./toolbar";

export function App({ report }: { report: Report }) {
  const { sheet } = useStore(report.store);
  const said = useStore(report.said);
  return (
    <>
      <Header suite={report.suite} />
      <Overview report={report} />
      <Toolbar report={report} />
      <main>
        <List report={report} />
      </main>
      {sheet && <Help report={report} />}
      <p class="spoken" role="status" aria-live="polite">
        {said.text}
      </p>
    </>
  );
}
