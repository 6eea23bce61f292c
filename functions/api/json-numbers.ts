/**
 * The next token of a valid JSON text, from where the last one ended: sticky, so that no place is
 * tried twice, whatever a text is made of.
 */
const nextToken = /[\s:]*("(?:[^"\\]|\\.)*"|[{}[\],]|-?\d[\d.eE+-]*|true|false|null)/y

/** How many zeros a text of digits begins with. By a pattern, `0+$` would try each of them. */
function leadingZeros(digits: string): number {
  let count = 0
  while (digits[count] === '0') count++
  return count
}
function trailingZeros(digits: string): number {
  let count = 0
  while (digits[digits.length - 1 - count] === '0') count++
  return count
}

/** A decimal as sign, significant digits and exponent: the same for 1.50, 15e-1 and 1.5. */
function canonical(decimal: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(decimal) ?? []
  const all = `${whole}${fraction}`
  const digits = all.slice(leadingZeros(all))
  const zeros = trailingZeros(digits)
  if (digits === '') return `${sign}0`
  return `${sign}${digits.slice(0, digits.length - zeros)}e${Number(exponent) - fraction.length + zeros}`
}

/**
 * Whether JSON.parse and JSON.stringify keep a number: it is finite, has no more digits than they
 * keep, and is not -0.
 */
const survives = (decimal: string): boolean => {
  const shown = JSON.stringify(Number(decimal))
  return shown !== 'null' && canonical(decimal) === canonical(shown)
}

interface Level {
  array: boolean
  /** In an array the index. In an object the name whose value comes, undefined before a name. */
  key: string | number | undefined
}

/**
 * The paths of the numbers in a valid JSON text that would not come back as they were sent: 1e400,
 * 9007199254740993, -0, a fraction of more digits than a double has. At most `most` of them; a path
 * is a list of names and indices.
 *
 * It reads the tokens of the text, because JSON.parse has rounded the numbers already. The reviver
 * of JSON.parse would see the source of each, but it recurses, and a request may be nested deep
 * enough to break the stack.
 */
export function lossyNumbers(json: string, most = Number.POSITIVE_INFINITY): (string | number)[][] {
  const levels: Level[] = []
  const lossy: (string | number)[][] = []
  for (const token of tokensOf(json)) {
    if (lossy.length >= most) break
    const level = levels.at(-1)
    if (token === '{' || token === '[')
      levels.push({ array: token === '[', key: token === '[' ? 0 : undefined })
    else if (token === '}' || token === ']') levels.pop()
    else if (token === ',') advance(level)
    else if (token.startsWith('"')) name(level, token)
    else if (/^[-\d]/.test(token) && !survives(token))
      lossy.push(levels.flatMap(({ key }) => (key === undefined ? [] : [key])))
  }
  return lossy
}

function* tokensOf(json: string): Generator<string> {
  const pattern = new RegExp(nextToken)
  for (let found = pattern.exec(json); found; found = pattern.exec(json)) yield found[1] ?? ''
}

function advance(level: Level | undefined): void {
  if (level) level.key = typeof level.key === 'number' ? level.key + 1 : undefined
}

function name(level: Level | undefined, token: string): void {
  if (level && !level.array && level.key === undefined) level.key = String(JSON.parse(token))
}
