import type { Page } from 'playwright-core'

/**
 * Runs in the page: text, because the tests are compiled without a browser's types. The contrast is
 * that of WCAG 2; behind an element is the nearest background that is not transparent.
 */
const inPage = (selector: string) => `(() => {
  const parts = (color) => color.match(/[\\d.]+/g).map(Number)
  const linear = (share) => share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  const luminance = (color) => {
    const [red, green, blue] = parts(color).map((part) => linear(part / 255))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
  }
  const behind = (element) => {
    if (!element) return 'rgb(255, 255, 255)'
    const color = getComputedStyle(element).backgroundColor
    return (parts(color)[3] ?? 1) > 0.5 ? color : behind(element.parentElement)
  }
  return [...document.querySelectorAll(${JSON.stringify(selector)})]
    .filter((each) => each.checkVisibility() && each.textContent.trim())
    .map((each) => {
      const [darker, lighter] = [getComputedStyle(each).color, behind(each)]
        .map(luminance).sort((a, b) => a - b)
      return { text: each.textContent, ratio: (lighter + 0.05) / (darker + 0.05) }
    })
})()`

/** The contrast of the text of each visible element of a page to what is painted behind it. */
export const contrastsIn = (
  page: Page,
  selector: string,
): Promise<{ text: string; ratio: number }[]> => page.evaluate(inPage(selector))
