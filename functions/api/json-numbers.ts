const tokens = /"(?:[^"\\]|\\.)*"|[{}[\],]|-?\d[\d.eE+-]*/g

/** A decimal's sign, significant digits and exponent, so that 1.50, 15e-1 and 1.5 are the same. */
function canonical(decimal: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(decimal) ?? []
  const digits = `${whole}${fraction}`.replace(/^0+/, '')
  const significant = digits.replace(/0+$/, '')
  if (significant === '') return `${sign}0`
  return `${sign}${significant}e${Number(exponent) - fraction.length + digits.length - significant.length}`
}

/**
 * Whether a number comes out of JSON.parse and JSON.stringify as it went in: finite, with all its
 * digits, and no -0.
 */
const survives = (decimal: string): boolean => {
  const shown = JSON.stringify(Number(decimal))
  return shown !== 'null' && canonical(decimal) === canonical(shown)
}

interface Level {
  array: boolean
  /** In an object: the name whose value comes; undefined while a name is to come. */
  key: string | number | undefined
}

/**
 * JSON Pointers (without their slashes: the steps) of the numbers in a valid JSON text that would
 * not come back as they were sent: 1e400, 9007199254740993, -0, a fraction of more digits than a
 * double has. Over the text and its tokens, for JSON.parse has rounded them already, and its
 * reviver, which sees the source, recurses: what a request may hold is deep enough to break the
 * stack. At most `most` of them.
 */
export function lossyNumbers(json: string, most = Number.POSITIVE_INFINITY): (string | number)[][] {
  const levels: Level[] = []
  const lossy: (string | number)[][] = []
  for (const [token] of json.matchAll(tokens)) {
    if (lossy.length >= most) break
    const level = levels.at(-1)
    if (token === '{' || token === '[')
      levels.push({ array: token === '[', key: token === '[' ? 0 : undefined })
    else if (token === '}' || token === ']') levels.pop()
    else if (token === ',') advance(level)
    else if (token.startsWith('"')) name(level, token)
    else if (!survives(token))
      lossy.push(levels.flatMap(({ key }) => (key === undefined ? [] : [key])))
  }
  return lossy
}

function advance(level: Level | undefined): void {
  if (level) level.key = typeof level.key === 'number' ? level.key + 1 : undefined
}

function name(level: Level | undefined, token: string): void {
  if (level && !level.array && level.key === undefined) level.key = String(JSON.parse(token))
}
