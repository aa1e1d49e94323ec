/** The page's style as a drawing needs it that stands alone: light, and only what the drawing uses. */

const SKIPPED = /print|forced-colors|prefers-contrast|prefers-reduced-motion|prefers-color-scheme:\s*dark/;

/** Style rules that apply to `drawing` or something in it, as text. */
export function lightStyle(page: Document, drawing: Element): string {
  const rules = [...page.styleSheets].flatMap((sheet) => [...rulesOf(sheet.cssRules)]);
  return rules.filter((rule) => applies(rule, drawing)).map((rule) => rule.cssText).join("\n");
}

/** Rules that hold on a screen with a light theme. */
function* rulesOf(list: CSSRuleList): Generator<CSSStyleRule> {
  for (const rule of list) {
    if (rule instanceof CSSStyleRule) yield rule;
    else if (rule instanceof CSSMediaRule && !SKIPPED.test(rule.conditionText) && isWide(rule)) yield* rulesOf(rule.cssRules);
  }
}

/** A drawing has the room that it asks for: what is for narrow pages is not for it. */
function isWide(rule: CSSMediaRule): boolean {
  return !/width/.test(rule.conditionText);
}

function applies(rule: CSSStyleRule, drawing: Element): boolean {
  if (rule.selectorText.includes(":root")) return true;
  try {
    return drawing.matches(rule.selectorText) || drawing.querySelector(rule.selectorText) !== null;
  } catch {
    return false; // a selector of another engine
  }
}
