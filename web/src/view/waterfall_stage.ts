/** The waterfall on the screen. */
import type { Viewer } from "../viewer";
import type { Drawing } from "./stage";

export class WaterfallStage implements Drawing {
  constructor(
    private readonly host: HTMLElement,
    viewer: Viewer,
  ) {
    const list = document.createElement("ol");
    for (const span of viewer.visible().spans.subarray(0, 200)) {
      const item = document.createElement("li");
      item.textContent = `${viewer.trace.operation(span)} on ${viewer.trace.componentOf(span).name}`;
      item.addEventListener("click", () => viewer.select(span, { details: true }));
      list.append(item);
    }
    host.append(list);
  }

  destroy(): void {
    this.host.replaceChildren();
  }
}
