import { expect, test } from 'vitest'
import { routeTree } from '../../../bin/openapi/routes.ts'
import { routes } from '../../../functions/api/routes.ts'

test('every route stands once, below the segments of its path', () => {
  const lines = routeTree().split('\n')
  expect(lines.filter((line) => /^ +[A-Z]+ +\w+\//.test(line))).toHaveLength(routes.length)
  expect(lines).toContain('/applications')
  expect(lines).toContain('  /{token}')
  expect(lines).toContain('    /chats')
  expect(lines).toContain('            POST   accept/create-message')
})

test('who needs the operator key is said', () => {
  expect(routeTree()).toContain('create-application (operator)')
})
