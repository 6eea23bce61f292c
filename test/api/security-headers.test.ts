import { beforeEach, expect, test, vi } from 'vitest'
import { endpoint } from '../../functions/api/endpoint.ts'
import type { HttpResponse } from '../../functions/api/http-response.ts'
import { handler as noRoute } from '../../functions/api/no-route.ts'
import { gatewaySecurityHeaders } from '../../functions/api/security-headers.ts'
import { badRequest } from '../../functions/problems/problem.ts'
import { context, eventOf } from '../support/event.ts'

beforeEach(() => {
  vi.spyOn(console, 'log').mockImplementation(() => undefined)
})

const ask = (run: () => Promise<HttpResponse>) =>
  endpoint('show-limits', run)(eventOf({ method: 'GET' }), context)
const failing = (error: Error) => ask(async () => Promise.reject(error))

const expected = {
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Strict-Transport-Security': 'max-age=31536000',
}
const cache = { 'Cache-Control': 'private, no-store' }
const policy = { 'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'" }

test.each([
  ['a success', () => ask(async () => ({ status: 200, body: {} }))],
  ['a response without a body', () => ask(async () => ({ status: 304 }))],
  ["a client's error", () => failing(badRequest([{ detail: 'is odd' }]))],
  ['an error of ours', () => failing(new Error('broken'))],
  ['a path without a route', () => noRoute(eventOf({ path: '/nothing' }), context)],
  ['a preflight', () => noRoute(eventOf({ method: 'OPTIONS', path: '/applications' }), context)],
])('%s has the security headers', async (_, answer) => {
  const { headers = {} } = await answer()
  expect(headers).toMatchObject({ ...expected, ...policy, ...cache })
  expect(Object.keys(headers)).not.toEqual(expect.arrayContaining(['X-Powered-By']))
})

test('a page keeps the policy and the caching that it brings', async () => {
  const own = { 'Content-Security-Policy': "script-src 'self'", 'Cache-Control': 'public' }
  const { headers } = await ask(async () => ({ status: 200, headers: own, text: '' }))
  expect(headers).toMatchObject({ ...expected, ...own })
})

test('the gateway gets the same ones, none with a quote within', () => {
  expect(gatewaySecurityHeaders()).toEqual({ ...expected, ...cache })
  expect(Object.values(gatewaySecurityHeaders()).join()).not.toContain("'")
})
