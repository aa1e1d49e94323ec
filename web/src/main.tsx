/** Starts the viewer on the page that holds it. */
import { render } from "preact";
import { App } from "./app";

const place = document.getElementById("viewer");
if (place !== null) render(<App />, place);
