/** Everything that can be taken out of the page: drawings, checks, what an assistant needs, a copy to pass on. */
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { chosen, copied, copyMermaid, type Outcome, saved, saveMermaid, savePng, saveShareable, saveSvg } from "../export/actions";
import { BOUNDS, CHARS_PER_TOKEN, forAssistant } from "../export/assistant";
import { checksYaml, type Wish } from "../export/checks";
import { reproduce } from "../export/shell";
import { count, grouped } from "../layout/units";
import { useStore } from "../state/store";
import { Choice } from "./controls";
import { Sheet } from "./sheet";
import type { Viewer } from "../viewer";

type Act = () => Promise<Outcome>;
type Run = (act: Act) => void;

export function ExportSheet({ viewer }: { viewer: Viewer }) {
  const [outcome, setOutcome] = useState<Outcome>({ said: "" });
  const run: Run = (act) => {
    setOutcome({ said: "Working…" });
    act()
      .catch((error: unknown): Outcome => ({ said: `Not done: ${wordsOf(error)}` }))
      .then((now) => {
        setOutcome(now);
        viewer.say(now.said);
      });
  };
  return (
    <Sheet viewer={viewer} name="Export and copy" kind="export">
      <div class="exports">
        <Drawing viewer={viewer} run={run} />
        <Checks viewer={viewer} run={run} />
        <Assistant viewer={viewer} run={run} />
        <Shareable viewer={viewer} run={run} />
      </div>
      <Said outcome={outcome} />
    </Sheet>
  );
}

interface PartProps {
  readonly viewer: Viewer;
  readonly run: Run;
}

function Drawing({ viewer, run }: PartProps) {
  const { view } = useStore(viewer.store);
  const shown = viewer.visible().spans.length;
  const what = view === "sequence" ? "sequence diagram" : "timeline";
  return (
    <Part title="Drawing" about={`The ${what} as it is folded and filtered now, ${count(shown, "span")}, with title and facts.`}>
      <Button name="Download SVG" act={() => saveSvg(viewer)} run={run} />
      <Button name="Download PNG" act={() => savePng(viewer)} run={run} />
      <Button name="Copy Mermaid" act={() => copyMermaid(viewer)} run={run} />
      <Button name="Download Mermaid" act={() => saveMermaid(viewer)} run={run} />
    </Part>
  );
}

const WISHES = [["expect", "Expect again"], ["never", "Expect not"]] as const;

function Checks({ viewer, run }: PartProps) {
  const { picked, selected } = useStore(viewer.store);
  const [wish, setWish] = useState<Wish>("expect");
  const yaml = useYaml(viewer, wish);
  const command = reproduce(viewer.trace.run);
  const spans = chosen(viewer);
  const clear = () => {
    viewer.store.set({ picked: new Set() });
    viewer.say("No span is picked");
  };
  const none = `${selected === null ? "No span is picked." : "No span is picked: the selected one is taken."} Key x picks more.`;
  const about = picked.size ? `${count(picked.size, "span")} picked.` : none;
  return (
    <Part title="Checks for the case" about={`${about} Lines for “expect” in a case file, with what was measured.`}>
      {picked.size > 0 && (
        <button onClick={clear}>
          Clear picked spans
        </button>
      )}
      <Choice name="What is wished" of={WISHES} value={wish} onChange={setWish} />
      <Button name="Copy as checks" disabled={!spans.length} act={() => copied(yaml, "checks")} run={run} />
      {spans.length > 0 && (
        <pre class="paper" role="group" tabIndex={0} aria-label="Checks to be copied">
          {yaml}
        </pre>
      )}
      {command && (
        <p class="bar">
          Run it again: <code>{command}</code>
          <Button name="Copy command" act={() => copied(command, "the command")} run={run} />
        </p>
      )}
    </Part>
  );
}

const ABOUT_ASSISTANT = [
  "Verdict, failing checks, the spans behind them, errors and log lines, as Markdown.",
  `What was logged is fenced and marked as untrusted. A token is taken as ${CHARS_PER_TOKEN} characters.`,
].join(" ");

function Assistant({ viewer, run }: PartProps) {
  const [tokens, setTokens] = useState("8000");
  const bounds = BOUNDS.map((bound) => [String(bound), `${bound / 1000}k`] as const);
  const write = () => forAssistant(viewer, chosen(viewer), Number(tokens));
  const size = (text: string) => `about ${grouped(Math.ceil(text.length / CHARS_PER_TOKEN))} tokens for an assistant`;
  const copy = async () => {
    const text = await write();
    return copied(text, size(text));
  };
  const save = async () => saved(viewer, "assistant.md", await write(), "text/markdown");
  return (
    <Part title="For an AI assistant" about={ABOUT_ASSISTANT}>
      <Choice name="Tokens at most" of={bounds} value={tokens} onChange={setTokens} />
      <Button name="Copy for an assistant" act={copy} run={run} />
      <Button name="Download for an assistant" act={save} run={run} />
    </Part>
  );
}

const ABOUT_COPY = [
  "This page as one file with structure, times, verdict and checks.",
  "Requests, responses, log lines, error messages and native ids are left out.",
  "Names of components and operations stay: look before you pass it on.",
].join(" ");

function Shareable({ viewer, run }: PartProps) {
  return (
    <Part title="Shareable copy" about={ABOUT_COPY}>
      <Button name="Download shareable copy" act={() => saveShareable(viewer)} run={run} />
    </Part>
  );
}

function Part({ title, about, children }: { title: string; about: string; children: ComponentChildren }) {
  return (
    <section>
      <h3>{title}</h3>
      <p>{about}</p>
      <div class="bar">{children}</div>
    </section>
  );
}

function Button({ name, act, run, disabled = false }: { name: string; act: Act; run: Run; disabled?: boolean }) {
  return (
    <button disabled={disabled} onClick={() => run(act)}>
      {name}
    </button>
  );
}

/** Always there, so that it is read out when it changes. */
function Said({ outcome: { said, text } }: { outcome: Outcome }) {
  return (
    <footer>
      <p role="status">{said}</p>
      {text !== undefined && (
        <textarea readOnly rows={6} aria-label="To be copied by hand" value={text} onFocus={(event) => event.currentTarget.select()} />
      )}
    </footer>
  );
}

/** The checks of what is chosen, worked out anew when that changes. */
function useYaml(viewer: Viewer, wish: Wish): string {
  const { picked, selected } = useStore(viewer.store);
  const [yaml, setYaml] = useState("");
  useEffect(() => {
    let wanted = true;
    const show = (text: string) => wanted && setYaml(text);
    checksYaml(viewer, chosen(viewer), wish).then(show, (error: unknown) => show(`# not known: ${wordsOf(error)}\n`));
    return () => {
      wanted = false;
    };
  }, [viewer, picked, selected, wish]);
  return yaml;
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
