import { expect, test } from 'vitest'
import { problemResponse, typeReference } from '../../functions/api/problem-response.ts'
import { problemsHtml } from '../../functions/docs/problems-page.ts'
import { notFound, problemTypes } from '../../functions/problems/problem.ts'

test.each(Object.entries(problemTypes))(
  '%s has a heading of its own that explains it',
  (type, { title }) => {
    const section = problemsHtml.split(`<section id="${type}">`)
    expect(section).toHaveLength(2)
    expect(section[1]).toMatch(new RegExp(`^<h2>\\d{3} ${title} .*</h2><p>.{40,}</p></section>`))
  },
)

test('the type of a problem leads to the page at every base address', () => {
  expect(problemResponse(notFound('chat'), 'r').body).toMatchObject({
    type: '/docs/problems#not-found',
  })
  const absolute = new URL(
    typeReference('not-found', '/v1'),
    'https://api.example.com/v1/applications/x',
  )
  expect(absolute.href).toBe('https://api.example.com/v1/docs/problems#not-found')
})

test('the links of the page are relative to where it lies', () => {
  const links = [...problemsHtml.matchAll(/href="([^"#]+)"/g)].map(([, link = '']) => link)
  const paths = links
    .filter((link) => !link.startsWith('data:'))
    .map((link) => new URL(link, 'https://x/v1/docs/problems').pathname)
  expect(new Set(paths)).toEqual(
    new Set(['/v1/docs', '/v1/docs/problems', '/v1/limits', '/v1/openapi.json']),
  )
})
