/** Everything that can be done by key or by name: one table for the keyboard, the help sheet and the palette. */
import { copyText } from "../export/copy";
import { toFailures, toLevel } from "../model/collapse";
import { leave } from "../panels/escape";
import { goToHit } from "../search/hits";
import { writeAddress } from "../state/address";
import { isTooMuch } from "../state/hash";
import type { Viewer } from "../viewer";
import { focusSearch } from "./focus";
import { goToFailure, goToSpan } from "./steps";
import { zoom, zoomToAll, zoomToSpan } from "./zoom";

export type Group = "Find" | "Move" | "Fold" | "Look" | "Share" | "This page";
export const GROUPS: readonly Group[] = ["Find", "Move", "Fold", "Look", "Share", "This page"];

export interface Command {
  readonly id: string;
  readonly title: string;
  /** As `KeyboardEvent.key` says it, after `ctrl+` where that is held (on a Mac, Command). */
  readonly keys: readonly string[];
  readonly group: Group;
  readonly run: (viewer: Viewer) => void;
  readonly enabled?: (viewer: Viewer) => boolean;
}

const hasSelected = (viewer: Viewer) => viewer.state.selected !== null;
const hasBelow = (viewer: Viewer) => (viewer.trace.size[viewer.state.selected ?? -1] ?? 1) > 1;
const hasQuery = (viewer: Viewer) => viewer.state.query.trim() !== "";
const hasFailures = (viewer: Viewer) => viewer.trace.status.some((_, span) => viewer.trace.failed(span));

export const COMMANDS: readonly Command[] = [
  { id: "search", title: "Search", keys: ["/"], group: "Find", run: focusSearch },
  { id: "next-hit", title: "Next match", keys: ["n", "F3"], group: "Find", run: (viewer) => goToHit(viewer, 1), enabled: hasQuery },
  { id: "previous-hit", title: "Previous match", keys: ["N", "shift+F3"], group: "Find", run: (viewer) => goToHit(viewer, -1), enabled: hasQuery },
  { id: "only", title: "Only matches", keys: ["m"], group: "Find", run: toggleOnly, enabled: hasQuery },
  { id: "failures", title: "Search for failures", keys: [], group: "Find", run: (viewer) => viewer.store.set({ query: "status:failed" }), enabled: hasFailures },
  { id: "clear", title: "Clear search and filters", keys: [], group: "Find", run: clear },

  { id: "next-span", title: "Next span", keys: ["j"], group: "Move", run: (viewer) => goToSpan(viewer, 1) },
  { id: "previous-span", title: "Previous span", keys: ["k"], group: "Move", run: (viewer) => goToSpan(viewer, -1) },
  { id: "next-failure", title: "Next failure", keys: ["e"], group: "Move", run: (viewer) => goToFailure(viewer, 1), enabled: hasFailures },
  { id: "previous-failure", title: "Previous failure", keys: ["E"], group: "Move", run: (viewer) => goToFailure(viewer, -1), enabled: hasFailures },

  { id: "collapse", title: "Collapse or expand the span", keys: ["c"], group: "Fold", run: toggleCollapsed, enabled: hasBelow },
  { id: "collapse-all", title: "Collapse all", keys: ["C"], group: "Fold", run: (viewer) => collapseTo(viewer, 1) },
  { id: "expand-all", title: "Expand all", keys: ["O"], group: "Fold", run: expandAll },
  { id: "expand-failures", title: "Expand to failures", keys: ["F"], group: "Fold", run: expandToFailures, enabled: hasFailures },
  ...[2, 3, 4, 5].map((level): Command => ({ id: `level-${level}`, title: `Collapse to level ${level}`, keys: [], group: "Fold", run: (viewer) => collapseTo(viewer, level) })),
  { id: "attempts", title: "What ran, or what was felt: attempts each for itself, or as one", keys: ["r"], group: "Fold", run: toggleAttempts },
  { id: "loops", title: "Fold or unfold loops", keys: ["l"], group: "Fold", run: toggleLoops },
  { id: "proven", title: "Show only what was proven, or all", keys: ["p"], group: "Fold", run: toggleProven },

  { id: "view", title: "Switch between sequence and timeline", keys: ["s"], group: "Look", run: switchView },
  { id: "zoom-in", title: "Zoom in", keys: ["+", "="], group: "Look", run: (viewer) => zoom(viewer, 1) },
  { id: "zoom-out", title: "Zoom out", keys: ["-"], group: "Look", run: (viewer) => zoom(viewer, -1) },
  { id: "zoom-all", title: "Natural size, or the whole time", keys: ["0"], group: "Look", run: zoomToAll },
  { id: "zoom-span", title: "Zoom to the span", keys: ["f"], group: "Look", run: zoomToSpan, enabled: hasSelected },
  { id: "side", title: "Show or hide checks and counts", keys: ["["], group: "Look", run: (viewer) => viewer.store.set(({ side }) => ({ side: !side })) },
  { id: "details", title: "Show or hide details", keys: ["]"], group: "Look", run: (viewer) => viewer.store.set(({ details }) => ({ details: !details })), enabled: hasSelected },

  { id: "pick", title: "Pick the span, or pick it no longer", keys: ["x"], group: "Share", run: togglePicked, enabled: hasSelected },
  { id: "unpick", title: "Pick no spans", keys: [], group: "Share", run: (viewer) => viewer.store.set({ picked: new Set() }), enabled: (viewer) => viewer.state.picked.size > 0 },
  { id: "copy-link", title: "Copy a link to what is seen", keys: ["y"], group: "Share", run: (viewer) => void copyLink(viewer) },
  { id: "export", title: "Export and copy", keys: [], group: "Share", run: (viewer) => viewer.store.set({ sheet: "export" }) },

  { id: "palette", title: "Find a command", keys: [".", "ctrl+k", "ctrl+P"], group: "This page", run: (viewer) => viewer.store.set({ sheet: "palette" }) },
  { id: "help", title: "Keys and search language", keys: ["?"], group: "This page", run: (viewer) => viewer.store.set({ sheet: "help" }) },
  { id: "close", title: "Close what is on top", keys: ["Escape"], group: "This page", run: closeTop },
];

export function isEnabled(viewer: Viewer, command: Command): boolean {
  return command.enabled?.(viewer) ?? true;
}

/** Runs the command of that name; the toolbar's buttons use it too. */
export function perform(viewer: Viewer, id: string): void {
  const command = COMMANDS.find((each) => each.id === id);
  if (command && isEnabled(viewer, command)) command.run(viewer);
}

export function toggleOnly(viewer: Viewer): void {
  const { spans } = viewer.hits.get();
  viewer.setLens({ only: viewer.state.lens.only ? null : new Set(spans) });
  viewer.say(viewer.state.lens.only ? "Only matches are shown" : "All spans are shown");
}

function clear(viewer: Viewer): void {
  viewer.store.set({ query: "", check: null });
  viewer.setLens({ hidden: new Set(), only: null, proven: false });
}

export function collapseTo(viewer: Viewer, level: number): void {
  viewer.setLens({ collapsed: toLevel(viewer.trace, level) });
  keepSelectedSeen(viewer);
}

function expandAll(viewer: Viewer): void {
  viewer.setLens({ collapsed: new Set() });
}

function expandToFailures(viewer: Viewer): void {
  viewer.setLens({ collapsed: toFailures(viewer.trace) });
  keepSelectedSeen(viewer);
}

/** Where the selected span went into another, that one is selected. */
function keepSelectedSeen(viewer: Viewer): void {
  const { selected } = viewer.state;
  const stand = selected === null ? -1 : (viewer.visible().stand[selected] ?? -1);
  if (stand >= 0 && stand !== selected) viewer.select(stand);
}

function toggleCollapsed(viewer: Viewer): void {
  const { selected, lens } = viewer.state;
  if (selected === null) return;
  const collapsed = new Set(lens.collapsed);
  if (!collapsed.delete(selected)) collapsed.add(selected);
  viewer.setLens({ collapsed });
}

function toggleAttempts(viewer: Viewer): void {
  const all = viewer.state.lens.attempts === "folded";
  viewer.setLens({ attempts: all ? "all" : "folded", turned: new Set() });
  viewer.say(all ? "What ran: every attempt for itself" : "What was felt: attempts as one");
  keepSelectedSeen(viewer);
}

function toggleLoops(viewer: Viewer): void {
  const all = viewer.state.lens.loops === "folded";
  viewer.setLens({ loops: all ? "all" : "folded", turned: new Set() });
  viewer.say(all ? "Loops are unfolded" : "Loops are folded");
  keepSelectedSeen(viewer);
}

function toggleProven(viewer: Viewer): void {
  const proven = !viewer.state.lens.proven;
  viewer.setLens({ proven });
  viewer.say(proven ? "Only what was proven: inferred links are left out" : "All links are shown");
}

function switchView(viewer: Viewer): void {
  viewer.store.set(({ view }) => ({ view: view === "sequence" ? "waterfall" : "sequence" }));
}

function togglePicked(viewer: Viewer): void {
  const { selected, picked } = viewer.state;
  if (selected === null) return;
  const now = new Set(picked);
  if (!now.delete(selected)) now.add(selected);
  viewer.store.set({ picked: now });
  viewer.say(`${now.has(selected) ? "Picked" : "No longer picked"}: ${viewer.trace.operation(selected)}; ${now.size} in all`);
}

async function copyLink(viewer: Viewer): Promise<void> {
  const address = writeAddress(viewer);
  const less = isTooMuch(viewer.trace, viewer.state) ? "; which of very many spans are folded or picked is not in it" : "";
  viewer.say((await copyText(address)) ? `The link was copied${less}` : `The browser does not let this page copy. The link: ${address}`);
}

function closeTop(viewer: Viewer): void {
  if (!leave(viewer) && viewer.state.lens.only) viewer.setLens({ only: null });
}
