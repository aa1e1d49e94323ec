/** Every command by its name: type some of its letters. */
import { useEffect, useRef, useState } from "preact/hooks";
import { COMMANDS, type Command, isEnabled } from "../commands/commands";
import { rank } from "../commands/fuzzy";
import type { Viewer } from "../viewer";
import { Keys } from "./keys";
import { Sheet } from "./sheet";

export function Palette({ viewer }: { viewer: Viewer }) {
  const [typed, setTyped] = useState("");
  const [chosen, setChosen] = useState(0);
  const list = useRef<HTMLUListElement>(null);
  const usable = COMMANDS.filter((command) => command.id !== "palette" && command.id !== "close" && isEnabled(viewer, command));
  const found = rank(usable, typed, (command) => `${command.group} ${command.title}`);
  const perform = (command: Command | undefined) => {
    if (!command) return;
    viewer.store.set({ sheet: null });
    // The palette gives the focus back before a command may move it.
    window.setTimeout(() => command.run(viewer));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step && found.length) setChosen((chosen + step + found.length) % found.length);
    else if (event.key === "Enter") perform(found[chosen]);
    else return;
    event.preventDefault();
  };
  useEffect(() => list.current?.children[chosen]?.scrollIntoView({ block: "nearest" }), [chosen]);
  return (
    <Sheet viewer={viewer} name="Commands" kind="palette" bare>
      <input
        type="text"
        role="combobox"
        aria-label="Find a command"
        aria-expanded="true"
        aria-controls="palette-found"
        aria-activedescendant={found.length ? `palette-${chosen}` : undefined}
        aria-autocomplete="list"
        placeholder="Find a command"
        autocomplete="off"
        spellcheck={false}
        value={typed}
        onInput={({ currentTarget }) => {
          setTyped(currentTarget.value);
          setChosen(0);
        }}
        onKeyDown={onKeyDown}
      />
      <ul id="palette-found" role="listbox" aria-label="Commands" ref={list}>
        {found.map((command, at) => (
          <li key={command.id} id={`palette-${at}`} role="option" aria-selected={at === chosen} onClick={() => perform(command)} onPointerMove={() => setChosen(at)}>
            <span class="group">{command.group}</span>
            <span>{command.title}</span>
            <span class="keys">
              <Keys keys={command.keys} />
            </span>
          </li>
        ))}
      </ul>
      {!found.length && <p role="status">No command has these letters in this order.</p>}
    </Sheet>
  );
}
