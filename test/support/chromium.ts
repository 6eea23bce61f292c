import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { type BrowserContext, chromium, type Page } from 'playwright-core'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/**
 * The path of CHROMIUM, or else of the machine's Chromium or Chrome; undefined if there is none.
 */
export function findChromium(): string | undefined {
  const set = process.env.CHROMIUM
  const folders = (process.env.PATH ?? '').split(delimiter)
  const paths = set ? [set] : names.flatMap((name) => folders.map((folder) => join(folder, name)))
  return paths.find((path) => existsSync(path))
}

const flags = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
]

export interface Seen {
  page: Page
  /**
   * What the page logged as an error, with refusals of its content policy, and errors that nobody
   * caught.
   */
  errors: string[]
  /** Every address that it asked for. */
  asked: string[]
}

/**
 * Runs `look` in a headless browser with a profile of its own, which is removed afterwards. `more`
 * are flags for this one.
 */
export async function inChromium(
  executablePath: string,
  look: (seen: Seen) => Promise<void>,
  more: string[] = [],
): Promise<void> {
  const profile = mkdtempSync(join(tmpdir(), 'chat-chromium-'))
  let context: BrowserContext | undefined
  try {
    context = await chromium.launchPersistentContext(profile, {
      executablePath,
      headless: true,
      args: [...flags, ...more],
    })
    const page = await context.newPage()
    const [errors, asked]: [string[], string[]] = [[], []]
    page.on('console', (message) => {
      if (message.type() === 'error') errors.push(message.text())
    })
    page.on('pageerror', (error) => errors.push(error.message))
    page.on('request', (request) => asked.push(request.url()))
    await look({ page, errors, asked })
  } finally {
    await context?.close()
    rmSync(profile, { recursive: true, force: true, maxRetries: 3 })
  }
}
