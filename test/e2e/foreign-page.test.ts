import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, type TestContext, test } from 'vitest'
import { keyHeader } from '../../infra-local/machine/aws-access.ts'
import { findChromium, inChromium } from '../support/chromium.ts'
import { baseUrl, post, read, shapes } from '../support/http.ts'
import { accessOf } from '../support/local-access.ts'

// What a page of another origin reaches of a local stack, in a real browser, to which the name of
// the page's host is told: for it that is another site, and its name leads to this machine.
const name = 'attacker.example'
const flags = [`--host-resolver-rules=MAP ${name} 127.0.0.1`]
const script = readFileSync(join(import.meta.dirname, '..', 'support', 'foreign-page.js'), 'utf8')
const pages = createServer((_, response) => {
  response.setHeader('Content-Type', 'text/html')
  response.end(`<!doctype html><body><script>${script}</script>`)
})
beforeAll(async () => {
  pages.listen(0, '127.0.0.1')
  await once(pages, 'listening')
})
afterAll(() => {
  pages.closeAllConnections()
  pages.close()
})
const pageAt = (host: string) => `http://${host}:${(pages.address() as AddressInfo).port}/`
const call = (work: string, url: string) => `${work}(${JSON.stringify(url)})`

const access = accessOf(process.env)
const search = process.env.OPENSEARCH_URL ?? ''
const mysql = `http://127.0.0.1:${process.env.MYSQL_PORT}`
const targets = [
  `${access.endpoint}/?Action=CreateQueue&Version=2012-11-05&QueueName=of-a-page`,
  `${access.endpoint}/2015-03-31/functions/`,
  `${access.endpoint}/_ministack/reset`,
  ...(search ? [`${search}/_all/_close`, `${search}/_search`] : []),
  `${mysql}/`,
]

async function inBrowser(context: TestContext, look: (page: Page) => Promise<void>) {
  const path = findChromium()
  if (path) return inChromium(path, ({ page }) => look(page), flags)
  const lack = 'NOT CHECKED: no Chromium or Chrome on this machine (set CHROMIUM)'
  if (process.env.CI) throw new Error(lack)
  context.skip(lack)
}

/** The statuses of all that the browser gets from `origin`, whatever its page could see of it. */
function statusesOf(page: Page, origin: string): Set<number> {
  const statuses = new Set<number>()
  page.on('response', (response) => {
    if (new URL(response.url()).origin === origin) statuses.add(response.status())
  })
  return statuses
}

/** What an attack would change: functions, queues and indexes. */
async function state() {
  const headers = keyHeader(access)
  const text = async (url: string) => (await fetch(url, { headers })).text()
  const functions = await text(`${access.endpoint}/2015-03-31/functions/?MaxItems=100`)
  const queues = await text(`${access.endpoint}/?Action=ListQueues&Version=2012-11-05`)
  const indexes = search ? await text(`${search}/_cat/indices?h=index,status&s=index`) : ''
  const names = [...functions.matchAll(/"FunctionName": ?"([^"]+)"/g)].map(([, found]) => found)
  return { names: names.toSorted(), queues: queues.match(/http:[^<"]+/g)?.toSorted(), indexes }
}

describe.each([name, 'localhost'])('a page of %s', (host) => {
  test.for(targets)('reaches nothing of %s', async (url, context) => {
    const before = await state()
    expect(before.names).toContain('chat-create-message')
    await inBrowser(context, async (page) => {
      await page.goto(pageAt(host))
      const statuses = statusesOf(page, new URL(url).origin)
      expect(await page.evaluate(call('attack', url))).toEqual([])
      // MySQL speaks no HTTP, so there is no status. OpenSearch looks at method and type first.
      if (url.startsWith(mysql)) expect([...statuses]).toEqual([])
      else expect([...statuses].filter((status) => ![405, 406].includes(status))).toEqual([403])
    })
    expect(await state()).toEqual(before)
  })

  test('cannot list the applications', async (context) => {
    await inBrowser(context, async (page) => {
      await page.goto(pageAt(host))
      const statuses = statusesOf(page, baseUrl())
      const seen = await page.evaluate(call('list', `${baseUrl()}/applications`))
      const refused = [403, expect.not.stringContaining('token')]
      expect(seen).toEqual([refused, refused])
      expect([...statuses]).toEqual([403])
    })
  })

  test('may call the API, as the documentation says', async (context) => {
    const { token } = read(await post('/applications', { name: 'x' }), 201, shapes.application)
    await inBrowser(context, async (page) => {
      await page.goto(pageAt(host))
      const application = `${baseUrl()}/applications/${token}`
      const answers: [status: number, location: string | null, text: string][] =
        await page.evaluate(call('converse', application))
      expect(answers.map(([status]) => status)).toEqual([201, 201, 200, 200, 204, 404])
      expect(answers[1]?.[1]).toBeTruthy()
      expect(answers[3]?.[2]).toContain('edited by a page')
    })
  })
})

describe('a page whose name leads to this machine', () => {
  const engines = [access.endpoint, ...(search ? [search] : []), baseUrl()]
  test.for(engines)('reads nothing of %s', async (engine, context) => {
    const at = `http://${name}:${new URL(engine).port}`
    await inBrowser(context, async (page) => {
      for (const path of ['/', '/applications', '/_cat/indices', '/health']) {
        expect([403, 404]).toContain((await page.goto(`${at}${path}`))?.status())
        // From here on it is of the same origin, and may send and read whatever it likes.
        const sent = `fetch(location.href, { method: 'POST', body: '{}' })`
        const status = await page.evaluate(`${sent}.then(({ status }) => status)`)
        expect([403, 404, 405]).toContain(status)
      }
    })
  })
})
