"""Text in drawings against what is painted under it, where axe says only that it cannot tell."""

from __future__ import annotations

from typing import Any

AA = 4.5  # https://www.w3.org/TR/WCAG22/#contrast-minimum, for text of this size
MEASURE = r"""(least) => {
    const dot = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
    const rgba = (colour) => {
        dot.clearRect(0, 0, 1, 1);
        dot.fillStyle = colour;
        dot.fillRect(0, 0, 1, 1);
        const [r, g, b, a] = dot.getImageData(0, 0, 1, 1).data;
        return [r, g, b, a / 255];
    };
    const over = ([r, g, b, a], under) => [r, g, b].map((value, n) => value * a + under[n] * (1 - a));
    const light = (colour) => colour.map((value) => value / 255)
        .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4))
        .reduce((sum, value, n) => sum + value * [0.2126, 0.7152, 0.0722][n], 0);
    const ratio = (a, b) => (Math.max(light(a), light(b)) + 0.05) / (Math.min(light(a), light(b)) + 0.05);
    const opacity = (element) =>
        element ? Number(getComputedStyle(element).opacity) * opacity(element.parentElement) : 1;
    const page = (x, y) => document.elementsFromPoint(x, y).filter((each) => each instanceof HTMLElement)
        .concat([document.body])
        .map((each) => rgba(getComputedStyle(each).backgroundColor));
    const shapesOf = (drawing) => [...drawing.querySelectorAll("rect, path, circle")]
        .map((shape) => ({ shape, style: getComputedStyle(shape), box: shape.getBoundingClientRect() }))
        .filter(({ style, box }) => style.fill !== "none" && !style.fill.startsWith("url") && box.width)
        .filter(({ style }) => style.display !== "none");
    const hasWords = (text) => [...text.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    const found = [];
    for (const drawing of document.querySelectorAll("#app svg")) {
        const texts = [...drawing.querySelectorAll("text, tspan")].filter(hasWords);
        if (!texts.length) continue;
        const shapes = shapesOf(drawing);
        for (const text of texts) {
            const box = text.getBoundingClientRect();
            const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
            const inside = x > 0 && y > 0 && x < innerWidth && y < innerHeight;
            const hit = document.elementsFromPoint(x, y);
            const covered = !hit.some((each) => drawing.closest(".stage")?.contains(each));
            if (!box.width || !inside || covered || !text.checkVisibility()) continue;
            const style = getComputedStyle(text);
            let under = [255, 255, 255];
            for (const colour of page(x, y).reverse()) under = over(colour, under);
            for (const { shape, style: paint, box: at } of shapes) {
                const before = shape.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_FOLLOWING;
                if (!before || at.left > x || at.right < x || at.top > y || at.bottom < y) continue;
                const [r, g, b, a] = rgba(paint.fill);
                under = over([r, g, b, a * Number(paint.fillOpacity) * opacity(shape)], under);
            }
            const stroked = style.paintOrder.startsWith("stroke") && style.stroke !== "none";
            if (stroked && parseFloat(style.strokeWidth) >= 3) under = over(rgba(style.stroke), under);
            const [r, g, b, a] = rgba(style.fill);
            const seen = ratio(over([r, g, b, a * opacity(text)], under), under);
            const names = [text, text.parentElement].map((each) => each.getAttribute("class")).join(" in ");
            if (seen < least) found.push(`${seen.toFixed(2)}: ${names}: ${text.textContent}`);
        }
    }
    return found;
}"""


def too_faint(page: Any) -> list[str]:
    found: list[str] = page.evaluate(MEASURE, AA)
    return found
