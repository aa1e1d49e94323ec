/** The sheet that is open, if one is. */
import { useStore } from "../state/store";
import type { Viewer } from "../viewer";
import { ExportSheet } from "./export_sheet";
import { Help } from "./help";
import { Palette } from "./palette";

export function Sheets({ viewer }: { viewer: Viewer }) {
  switch (useStore(viewer.store).sheet) {
    case "help":
      return <Help viewer={viewer} />;
    case "palette":
      return <Palette viewer={viewer} />;
    case "export":
      return <ExportSheet viewer={viewer} />;
    case null:
      return null;
  }
}
