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

type Group = "Find" | "Move" | "Fold" | "Look" | "Share" | "This page";

export interface Command {
  readonly id: string;
  readonly title: string;
  /** As `KeyboardEvent.key` says it, after `ctrl+` where that is held (on a Mac, Command). */
  readonly keys: readonly string[];
  readonly group: string;
  readonly run: (viewer: Viewer) => void;
  readonly enabled?: ((viewer: Viewer) => boolean) | undefined;
}

const hasSelected = (viewer: Viewer) => viewer.state.selected !== null;
const hasBelow = (viewer: Viewer) => (viewer.trace.size[viewer.state.selected ?? -1] ?? 1) > 1;
const hasQuery = (viewer: Viewer) => viewer.state.query.trim() !== "";
const hasFailures = (viewer: Viewer) => viewer.trace.status.some((_, span) => viewer.trace.failed(span));

type Row = readonly [id: string, title: string, keys: string, run: Command["run"], enabled?: Command["enabled"]];

/** Keys stand between blanks. */
const TABLE: Readonly<Record<Group, readonly Row[]>> = {
  Find: [
    ["search", "Search", "/", focusSearch],
    ["next-hit", "Next match", "n F3", (viewer) => goToHit(viewer, 1), hasQuery],
    ["previous-hit", "Previous match", "N shift+F3", (viewer) => goToHit(viewer, -1), hasQuery],
    ["only", "Only matches", "m", toggleOnly, hasQuery],
    ["failures", "Search for failures", "", (viewer) => viewer.store.set({ query: "status:failed" }), hasFailures],
    ["clear", "Clear search and filters", "", clear],
  ],
  Move: [
    ["next-span", "Next span", "j", (viewer) => goToSpan(viewer, 1)],
    ["previous-span", "Previous span", "k", (viewer) => goToSpan(viewer, -1)],
    ["next-failure", "Next failure", "e", (viewer) => goToFailure(viewer, 1), hasFailures],
    ["previous-failure", "Previous failure", "E", (viewer) => goToFailure(viewer, -1), hasFailures],
  ],
  Fold: [
    ["collapse", "Collapse or expand the span", "c", toggleCollapsed, hasBelow],
    ["collapse-all", "Collapse all", "C", (viewer) => collapseTo(viewer, 1)],
    ["expand-all", "Expand all", "O", expandAll],
    ["expand-failures", "Expand to failures", "F", expandToFailures, hasFailures],
    ...[2, 3, 4, 5].map((level): Row => [`level-${level}`, `Collapse to level ${level}`, "", (viewer) => collapseTo(viewer, level)]),
    ["attempts", "What ran, or what was felt: attempts each for itself, or as one", "r", toggleAttempts],
    ["loops", "Fold or unfold loops", "l", toggleLoops],
    ["proven", "Show only what was proven, or all", "p", toggleProven],
  ],
  Look: [
    ["view", "Switch between sequence and timeline", "s", switchView],
    ["zoom-in", "Zoom in", "+ =", (viewer) => zoom(viewer, 1)],
    ["zoom-out", "Zoom out", "-", (viewer) => zoom(viewer, -1)],
    ["zoom-all", "Natural size, or the whole time", "0", zoomToAll],
    ["zoom-span", "Zoom to the span", "f", zoomToSpan, hasSelected],
    ["side", "Show or hide checks and counts", "[", (viewer) => viewer.store.set(({ side }) => ({ side: !side }))],
    ["details", "Show or hide details", "]", (viewer) => viewer.store.set(({ details }) => ({ details: !details })), hasSelected],
  ],
  Share: [
    ["pick", "Pick the span, or pick it no longer", "x", togglePicked, hasSelected],
    ["unpick", "Pick no spans", "", (viewer) => viewer.store.set({ picked: new Set() }), (viewer) => viewer.state.picked.size > 0],
    ["copy-link", "Copy a link to what is seen", "y", (viewer) => void copyLink(viewer)],
    ["export", "Export and copy", "", (viewer) => viewer.store.set({ sheet: "export" })],
  ],
  "This page": [
    ["palette", "Find a command", ". ctrl+k ctrl+P", (viewer) => viewer.store.set({ sheet: "palette" })],
    ["help", "Keys and search language", "?", (viewer) => viewer.store.set({ sheet: "help" })],
    ["close", "Close what is on top", "Escape", closeTop],
  ],
};
export const GROUPS = Object.keys(TABLE);
export const COMMANDS: readonly Command[] = Object.entries(TABLE).flatMap(([group, rows]) =>
  rows.map(([id, title, keys, run, enabled]) => ({ id, title, keys: keys.split(" ").filter(Boolean), group, run, enabled })),
);

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
