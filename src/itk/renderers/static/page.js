// Reads the data of the page and shows a span when it is picked. All text goes through textContent: nothing that a log
// said can become an element.
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("itk-data").textContent);
  const stage = document.getElementById("stage");
  const panel = document.getElementById("details");
  const main = panel.parentElement;
  const items = [...stage.querySelectorAll("[data-open]")];
  const spans = items.map((item) => Number(item.dataset.s));
  const itemOf = new Map(items.map((item, at) => [spans[at], item]));
  let picked = null;
  document.documentElement.classList.add("js");

  // --- making elements ---------------------------------------------------------------------------------------------
  // Control and direction characters are spelled out; what is copied stays as it was.
  const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;
  const visible = (text) =>
    String(text).replace(/\r\n/g, "\n").replace(UNSEEN, (c) => `[U+${c.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}]`);
  const make = (tag, options, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(options || {})) {
      if (value === null || value === undefined) continue;
      if (name === "text") element.textContent = visible(value);
      else element.setAttribute(name, value);
    }
    element.append(...children.filter(Boolean));
    return element;
  };

  // --- times: integers of nanoseconds, never floats ------------------------------------------------------------------
  const big = (ns) => (ns === null || ns === undefined ? null : BigInt(ns));
  const trim = (number) => String(Number(number.toFixed(2)));
  const duration = (ns) => {
    const ms = Number(ns) / 1e6;
    const size = Math.abs(ms);
    if (size < 10) return `${trim(ms)} ms`;
    if (size < 999.5) return `${Math.round(ms)} ms`;
    if (size < 100000) return `${trim(ms / 1000)} s`;
    const seconds = Math.round(size / 1000);
    return `${ms < 0 ? "-" : ""}${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, "0")} s`;
  };
  const clock = (ns) => {
    const value = big(ns);
    const date = new Date(Number(value / 1000000n));
    if (Number.isNaN(date.getTime())) return `${value} ns`;
    const rest = String(value % 1000000000n).padStart(9, "0");
    return `${date.toISOString().slice(0, 19).replace("T", " ")}.${rest} UTC`;
  };
  const since = (ns) => {
    const value = big(ns);
    const origin = big(data.origin_ns);
    if (value === null) return "not said";
    return origin === null ? clock(value) : `+${duration(value - origin)} (${clock(value)})`;
  };

  // --- details -------------------------------------------------------------------------------------------------------
  const copyText = async (text, button) => {
    let done = false;
    try {
      await navigator.clipboard.writeText(text);
      done = true;
    } catch {
      const area = make("textarea", { "aria-hidden": "true" });
      area.value = text;
      document.body.append(area);
      area.select();
      done = document.execCommand("copy");
      area.remove();
      button.focus();
    }
    button.textContent = done ? "Copied" : "Not copied";
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  };
  const part = (title, text, { bad = false, file = null } = {}) => {
    const button = make("button", { type: "button", text: "Copy", "aria-label": `Copy ${title}` });
    button.addEventListener("click", () => copyText(text, button));
    const link = file ? make("a", { href: file, text: "file" }) : null;
    const head = make("div", { class: "part-head" },
      make("h3", { text: title, class: bad ? "bad" : null }), make("span", {}, link, link ? " " : "", button));
    return [head, make("pre", { text: text === "" ? "(empty)" : text, "data-part": title.split(" ")[0] })];
  };
  const pairs = (rows) => {
    const list = make("dl");
    for (const [name, value] of rows) {
      if (value === null || value === undefined || value === "") continue;
      list.append(make("dt", { text: name }), value instanceof Node ? make("dd", {}, value) : make("dd", { text: value }));
    }
    return list;
  };
  const spanName = (span) => `${span.operation || span.name || "(no name)"} on ${span.component.type}:${span.component.name}`;
  const jump = (at, text) => {
    const button = make("button", { type: "button", text });
    button.addEventListener("click", () => pick(at));
    return button;
  };
  const lengthOf = (span) => {
    if (span.duration_ms !== null) return `${duration(span.duration_ms * 1e6)} (${span.duration_source || "source not said"})`;
    if (span.start_ns !== null && span.end_ns !== null) return duration(big(span.end_ns) - big(span.start_ns));
    return "not known";
  };
  const attemptOf = (attempt) =>
    attempt && `${attempt.n}${attempt.of ? ` of ${attempt.of}` : ""}, ${attempt.kind.replace("_", " ")}`;
  const isShared = (span) => (span.faas && span.faas.batch_size > 1) || span.links.some((link) => link.reason === "sqs_batch");
  const batchOf = (span) =>
    isShared(span) && `batch of ${(span.faas && span.faas.batch_size) || "unknown size"}, shared with other runs`;
  const joinOf = (span) => span.join && `${span.join.tier}: ${span.join.rule}${span.join.detail ? ` (${span.join.detail})` : ""}`;
  const tokensOf = (usage) => usage && [
    `${usage.input_tokens ?? "?"} in, ${usage.output_tokens ?? "?"} out`,
    usage.cache_read_tokens !== null && `${usage.cache_read_tokens} read from cache`,
    usage.cache_write_tokens !== null && `${usage.cache_write_tokens} written to cache`,
    !usage.counted && "counted on another span",
  ].filter(Boolean).join(", ");
  const linkOf = (link) => {
    const said = `${link.tier}: ${[link.rule, link.detail].filter(Boolean).join(" ")}`;
    const other = link.at === null ? `${link.span_id || link.trace_id || "another run"}, ` : jump(link.at, spanName(data.spans[link.at]));
    return [link.reason.replace("_", " "), make("span", {}, other, ` ${visible(said)}`)];
  };
  const facts = (span) => [
    ["status", span.status],
    ["starts", since(span.start_ns)],
    ["ends", since(span.end_ns)],
    ["duration", lengthOf(span)],
    ["attempt", attemptOf(span.attempt)],
    ["invocation", batchOf(span)],
    ["parent", span.parent === null ? (span.parent_span_id ? `not seen: ${span.parent_span_id}` : "none") : jump(span.parent, spanName(data.spans[span.parent]))],
    ["joined by", joinOf(span)],
    ["doubt", span.why],
    ["clock", span.shift],
    ["times by", span.clock && `${span.clock}${span.time_precision_ns === null ? "" : `, to ${duration(big(span.time_precision_ns))}`}`],
    ["kind", span.kind],
    ["resource", span.component.id],
    ["tokens", tokensOf(span.usage)],
    ["memory", span.faas && span.faas.max_memory_mb !== null && `${span.faas.max_memory_mb} of ${span.faas.memory_mb ?? "?"} MB`],
    ["billed", span.faas && span.faas.billed_ms !== null && duration(span.faas.billed_ms * 1e6)],
    ["cold start", span.faas && span.faas.cold_start !== null && (span.faas.cold_start ? `yes${span.faas.init_ms === null ? "" : `, ${duration(span.faas.init_ms * 1e6)}`}` : "no")],
    ["initialised again", span.faas && span.faas.suppressed_init && "yes, within the invocation"],
    ["version", span.faas && span.faas.version],
    ["span id", span.span_id],
    ...Object.entries(span.ids),
  ].map(([name, value]) => [name, value === false ? null : value]);
  const logs = (span) => span.events.map((event) => {
    const level = (event.level || event.name || "").toUpperCase();
    const kind = /ERROR|CRITICAL|FATAL/.test(level) ? "log l-bad" : /WARN/.test(level) ? "log l-warn" : "log";
    const at = event.time_ns === null || data.origin_ns === null ? "" : ` +${duration(big(event.time_ns) - big(data.origin_ns))}`;
    return make("div", { class: kind }, make("b", { text: `${level}${at} ` }), make("span", { text: event.text }),
      event.body ? make("pre", { text: event.body }) : null);
  });
  const proof = (evidence) => pairs([
    ["group", evidence.group], ["stream", evidence.stream], ["time", clock(String(BigInt(evidence.time_ms) * 1000000n))],
    ["event id", evidence.event_id + (evidence.parts.length ? ` and ${evidence.parts.length} more` : "")],
    ["read as", `${evidence.format}, from ${evidence.source}`],
  ]);
  const heading = (text) => make("h3", { text });
  const show = (at) => {
    const span = data.spans[at];
    const close = make("button", { type: "button", class: "close", text: "Close", "aria-label": "Close details" });
    close.addEventListener("click", hide);
    const found = [close, make("h2", { text: spanName(span) }), pairs(facts(span))];
    if (span.error) {
      const error = [`${span.error.type || "error"}: ${span.error.message}`, `reported by: ${span.error.origin}`, span.error.stack];
      found.push(...part("error", error.filter(Boolean).join("\n"), { bad: true, file: `payloads/${span.stem}.error.json` }));
    }
    for (const name of ["request", "response"]) {
      const payload = span[name];
      if (payload) found.push(...part(payload.truncated ? `${name} (cut where it was logged)` : name, payload.text, { file: payload.file }));
    }
    if (span.events.length) found.push(heading(`log lines and events: ${span.events.length}`), ...logs(span));
    if (span.links.length) {
      found.push(heading("links"), pairs(span.links.map(linkOf)));
    }
    if (span.evidence.length) found.push(heading(`evidence: ${span.evidence.length}`), ...span.evidence.map(proof));
    panel.replaceChildren(...found);
    panel.hidden = false;
    main.classList.add("with-details");
    panel.scrollTop = 0;
  };
  const hide = () => {
    const last = picked;
    panel.hidden = true;
    main.classList.remove("with-details");
    mark("picked", () => false);
    picked = null;
    history.replaceState(null, "", location.pathname + location.search);
    if (last !== null) focus(last);
  };

  // --- picking, focus, highlighting ----------------------------------------------------------------------------------
  const bands = [...stage.querySelectorAll(".band[data-s]")];
  const mark = (name, test) => bands.forEach((band) => band.classList.toggle(name, test(Number(band.dataset.s))));
  const rove = (at) => items.forEach((item) => item.setAttribute("tabindex", item === itemOf.get(at) ? "0" : "-1"));
  const bring = (at) => {
    const item = itemOf.get(at);
    if (!item) return;
    const target = (item.querySelector(".label, .bar, .beside") || item).getBoundingClientRect();
    const frame = stage.getBoundingClientRect();
    const head = stage.querySelector(".head, .ruler-cell");
    const side = stage.querySelector(".label-cell");
    const top = frame.top + (head ? head.getBoundingClientRect().height : 0) + 24;
    const left = frame.left + (side ? side.getBoundingClientRect().width : 0) + 24;
    if (target.top < top) stage.scrollTop += target.top - top;
    else if (target.bottom > frame.bottom - 40) stage.scrollTop += target.bottom - frame.bottom + frame.height / 3;
    if (target.left < left) stage.scrollLeft += target.left - left;
    else if (target.left > frame.right - 120) stage.scrollLeft += target.left - left - frame.width / 4;
  };
  const focus = (at) => {
    const item = itemOf.get(at);
    if (!item) return;
    rove(at);
    item.focus({ preventScroll: true });
    bring(at);
  };
  const pick = (at, { quiet = false } = {}) => {
    picked = at;
    show(at);
    mark("picked", (n) => n === at);
    if (quiet) { rove(at); bring(at); } else focus(at);
    history.replaceState(null, "", `#span=${encodeURIComponent(data.spans[at].stem)}`);
    for (const link of document.querySelectorAll("nav a")) {
      const page = link.getAttribute("href").split("#")[0];
      if (page.endsWith(".html")) link.setAttribute("href", `${page}#span=${data.spans[at].stem}`);
    }
  };
  const cite = (check) => {
    const wasOn = check.classList.contains("on");
    document.querySelectorAll(".check.on").forEach((other) => { other.classList.remove("on"); other.setAttribute("aria-pressed", "false"); });
    const cited = new Set(wasOn ? [] : data.checks[Number(check.dataset.check)].spans);
    mark("cited", (n) => cited.has(n));
    if (wasOn) return;
    check.classList.add("on");
    check.setAttribute("aria-pressed", "true");
    const first = spans.find((n) => cited.has(n));
    if (first !== undefined) { rove(first); bring(first); }
  };

  // --- events --------------------------------------------------------------------------------------------------------
  const spanAt = (event) => {
    const hit = event.target.closest("[data-s]");
    return hit && stage.contains(hit) ? Number(hit.dataset.s) : null;
  };
  stage.addEventListener("click", (event) => { const at = spanAt(event); if (at !== null) pick(at); });
  let hovered = null;
  const hover = (at) => { if (at !== hovered) { hovered = at; mark("hover", (n) => n === at); } };
  stage.addEventListener("mouseover", (event) => hover(spanAt(event)));
  stage.addEventListener("mouseleave", () => hover(null));
  for (const item of items) { item.setAttribute("role", "button"); item.setAttribute("tabindex", "-1"); }
  stage.querySelectorAll("svg[role=list]").forEach((list) => list.setAttribute("role", "group"));
  for (const check of document.querySelectorAll(".check")) {
    check.setAttribute("role", "button");
    check.setAttribute("tabindex", "0");
    check.setAttribute("aria-pressed", "false");
    check.addEventListener("click", () => cite(check));
    check.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") { event.preventDefault(); cite(check); }
    });
  }
  const known = (at) => (at !== null && at !== undefined && itemOf.has(at) ? at : null);
  const step = (key, at) => {
    const here = spans.indexOf(at);
    if (key === "ArrowDown" || key === "j") return spans[Math.min(here + 1, spans.length - 1)];
    if (key === "ArrowUp" || key === "k") return spans[Math.max(here - 1, 0)];
    if (key === "Home") return spans[0];
    if (key === "End") return spans[spans.length - 1];
    if (key === "ArrowLeft") return known(data.spans[at].parent);
    if (key === "ArrowRight") return known(data.spans[at].children[0]);
    return null;
  };
  stage.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const at = spans[items.indexOf(document.activeElement)];
    if (at === undefined) return;
    if (event.key === "Enter" || event.key === " ") { event.preventDefault(); pick(at); return; }
    const next = step(event.key, at);
    if (next === null || next === undefined) return;
    event.preventDefault();
    if (picked === null) focus(next); else pick(next);
  });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && !panel.hidden) { event.preventDefault(); hide(); } });

  // --- opening -------------------------------------------------------------------------------------------------------
  const wanted = /^#span=([0-9a-f]+)$/.exec(location.hash);
  const asked = wanted ? data.spans.findIndex((span) => span.stem === wanted[1]) : -1;
  const failing = data.first !== null && ["error", "timeout", "throttled", "blocked"].includes(data.spans[data.first].status);
  if (asked >= 0) pick(asked, { quiet: true });
  else if (data.first !== null && failing) pick(data.first, { quiet: true });
  else if (spans.length) { if (data.first !== null && data.spans[data.first].status === "incomplete") mark("picked", (n) => n === data.first); rove(known(data.first) ?? spans[0]); bring(known(data.first) ?? spans[0]); }
})();
