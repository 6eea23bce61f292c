import { readFileSync } from 'node:fs'
import { describe, expect, type TestContext, test } from 'vitest'
import { documentedRoutes } from '../../bin/openapi/document.ts'
import { problemTypes } from '../../functions/problems/problem.ts'
import { keyHeader } from '../../infra-local/machine/aws-access.ts'
import { newChat } from '../support/chats.ts'
import { findChromium, inChromium, type Seen } from '../support/chromium.ts'
import { contrastsIn } from '../support/contrasts.ts'
import { get } from '../support/http.ts'
import { accessOf } from '../support/local-access.ts'

const base = process.env.CHAT_BASE_URL ?? ''

/**
 * A missing browser is never passed over in silence: on CI it is a failure, elsewhere the test says
 * what it lacks.
 */
async function inBrowser(context: TestContext, look: (seen: Seen) => Promise<void>): Promise<void> {
  const path = findChromium()
  // Behind a stage it is the AWS endpoint, which takes nothing without its key.
  const headers = keyHeader(accessOf(process.env))
  if (path)
    return inChromium(path, async (seen) => {
      await seen.page.setExtraHTTPHeaders(headers)
      await look(seen)
    })
  const lack =
    'NOT CHECKED: no Chromium or Chrome on this machine (apt-get install chromium, or set CHROMIUM)'
  if (process.env.CI) throw new Error(lack)
  console.warn(`\n${context.task.name}: ${lack}\n`)
  context.skip(lack)
}

/** The same API behind a stage, as it is on AWS: links have to be right there, too. */
const outputs = () => JSON.parse(readFileSync(process.env.CHAT_OUTPUTS ?? '', 'utf8')).chat
const staged = () =>
  `${process.env.AWS_ENDPOINT_URL}/restapis/${outputs().RestApiId}/${outputs().StageName}/_user_request_`

describe.each([
  ['without a stage', () => base],
  ['behind a stage', staged],
])('the reference in a browser, %s', (_, at) => {
  test('shows every route by its summary, without an error and without a request to another host', async (context) => {
    await inBrowser(context, async ({ page, errors, asked }) => {
      await page.goto(`${at()}/docs`)
      await page
        .locator('.opblock')
        .nth(documentedRoutes.length - 1)
        .waitFor()
      expect(await page.locator('.opblock').count()).toBe(documentedRoutes.length)
      const text = (await page.locator('#reference').textContent()) ?? ''
      for (const { path } of documentedRoutes) expect(text.replaceAll('\u200b', '')).toContain(path)
      expect(await page.title()).toBe('Chat API')
      expect(errors).toEqual([])
      expect(asked.filter((url) => !url.startsWith(at()) && !url.startsWith('data:'))).toEqual([])
    })
  })

  test('has code and labels that can be read, in light and dark, wide and narrow', async (context) => {
    await inBrowser(context, async ({ page }) => {
      for (const colorScheme of ['light', 'dark'] as const)
        for (const width of [1280, 390]) {
          await page.emulateMedia({ colorScheme })
          await page.setViewportSize({ width, height: 900 })
          await page.goto(`${at()}/docs`)
          const operation = page.locator('#operations-Messages-create-message')
          await operation.locator('.opblock-summary-control').click()
          await operation.locator('.responses-wrapper .microlight').first().waitFor()
          // What WCAG 2 asks of text, and of what is as large or as bold as a label.
          for (const [texts, least] of [
            ['#reference code, #reference pre *', 4.5],
            ['#reference .opblock-body span, #reference p', 3],
          ] as const) {
            const seen = await contrastsIn(page, texts)
            expect(seen.length).toBeGreaterThan(20)
            expect(seen.filter(({ ratio }) => ratio < least)).toEqual([])
          }
          const widths = await page.evaluate('[document.documentElement.scrollWidth, innerWidth]')
          expect(widths).toEqual([width, width])
        }
    })
  })

  test('fills in no filter, no condition and no key: what is tried out finds what there is', async (context) => {
    await inBrowser(context, async ({ page }) => {
      await page.goto(`${at()}/docs`)
      for (const [name, filled] of [
        ['Messages-list-messages', { chat: '1', limit: '50' }],
        ['Messages-search-messages', { chat: '1', limit: '50' }],
        ['Messages-create-message', { chat: '1' }],
        ['Messages-update-message', { chat: '1', message: '1' }],
      ] as const) {
        const operation = page.locator(`#operations-${name}`)
        await operation.locator('.opblock-summary-control').click()
        await operation.getByRole('button', { name: 'Try it out' }).click()
        const inputs = operation.locator('.parameters input')
        await inputs.first().waitFor()
        const values: Record<string, string> = {}
        for (const input of await inputs.all()) {
          const value = await input.inputValue()
          if (value) values[(await input.getAttribute('placeholder')) ?? ''] = value
        }
        expect(values, name).toEqual(filled)
      }
    })
  })

  test('unfolds an operation with its example, and sends it to this very API', async (context) => {
    await inBrowser(context, async ({ page, errors }) => {
      await page.goto(`${at()}/docs`)
      const operation = page.locator('#operations-System-show-limits')
      await operation.locator('.opblock-summary-control').click()
      await operation.getByRole('button', { name: 'Try it out' }).click()
      const [answer] = await Promise.all([
        page.waitForResponse((response) => response.url().endsWith('/limits')),
        operation.getByRole('button', { name: 'Execute' }).click(),
      ])
      expect(answer.url()).toBe(`${at()}/limits`)
      expect(answer.status()).toBe(200)
      await operation.locator('.live-responses-table').getByText('body_bytes').first().waitFor()
      expect(errors).toEqual([])
    })
  })
})

describe('the base address', () => {
  test.each(['', '/'])('leads to the reference: %j behind it', async (slash) => {
    const response = await fetch(`${base}${slash}`)
    expect([response.status, response.url]).toEqual([200, `${base}/docs`])
  })
})

describe('the pages', () => {
  test('explain a problem at the address that its type is', async (context) => {
    const { body } = await get('/nothing')
    const { type } = JSON.parse(JSON.stringify(body))
    await inBrowser(context, async ({ page, errors }) => {
      await page.goto(new URL(type, base).href)
      await page.locator(':target h2', { hasText: 'Not found' }).waitFor()
      expect(await page.locator('section').count()).toBe(Object.keys(problemTypes).length)
      await page.getByRole('link', { name: 'Reference' }).click()
      await page.locator('.opblock').first().waitFor()
      expect(errors).toEqual([])
    })
  })
})

describe('the documentation that is served', () => {
  test('has the committed document', async () => {
    const { default: committed } = await import('../../docs/openapi.json', {
      with: { type: 'json' },
    })
    expect((await get('/openapi.json')).body).toEqual(committed)
  })
  test('has the limits, and they hold', async () => {
    const { status, body } = await get('/limits')
    expect(status).toBe(200)
    expect(body).toMatchObject({ body_bytes: 16_384, batch_messages: 100, rate_per_second: null })
    expect((await get(`${(await newChat()).messages}?limit=1001`)).status).toBe(400)
  })
  test.each(['/docs', '/docs/problems'])('is HTML with a content policy: %s', async (path) => {
    const response = await fetch(`${base}${path}`)
    expect(response.status).toBe(200)
    expect(response.headers.get('Content-Type')).toBe('text/html; charset=utf-8')
    expect(response.headers.get('X-Content-Type-Options')).toBe('nosniff')
    expect(response.headers.get('Content-Security-Policy')).toContain("script-src 'self'")
    expect(await response.text()).toMatch(/^<!doctype html>/)
  })
  test('is 400 with an unknown query, and 404 by another name', async () => {
    expect((await get('/docs?x=1')).status).toBe(400)
    for (const path of ['/docs/none', '/docs/viewer.js/x', '/docs/..%2fviewer.js'])
      expect((await get(path)).status, path).toBe(404)
  })
})
