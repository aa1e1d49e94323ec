/** What was said to a model or an agent and by it, as turns: the shapes of Bedrock's and Anthropic's messages. */
import { type Json, entry, parseNested, pretty, stringAt } from "./json_text";

export interface Turn {
  readonly role: string;
  readonly text: string;
  /** A call of a tool, or its result: shown as data. */
  readonly data: boolean;
}

/** The turns of a request or a response; empty where its shape says nothing of turns. */
export function turns(text: string, role: "user" | "assistant"): Turn[] {
  const json = parseNested(text);
  if (!json) return [];
  const output = entry(entry(json, "output"), "message");
  if (output) return message(output, role);
  if (entry(json, "role") && entry(json, "content")) return message(json, role);
  const messages = entry(json, "messages");
  if (messages?.kind === "array") return [...system(entry(json, "system")), ...messages.items.flatMap((each) => message(each, role))];
  const said = role === "user" ? (stringAt(json, "inputText") ?? stringAt(json, "prompt")) : stringAt(json, "text");
  return said === null ? [] : [{ role, text: said, data: false }];
}

function system(json: Json | null): Turn[] {
  return json ? content(json, "system") : [];
}

function message(json: Json, fallback: string): Turn[] {
  return content(entry(json, "content") ?? json, stringAt(json, "role") ?? fallback);
}

function content(json: Json, role: string): Turn[] {
  if (json.kind === "string") return [{ role, text: json.value, data: false }];
  if (json.kind === "array") return json.items.flatMap((item) => content(item, role));
  const text = stringAt(json, "text");
  return [text === null ? { role, text: pretty(json), data: true } : { role, text, data: false }];
}
