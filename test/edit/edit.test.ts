import { describe, expect, test } from 'vitest'
import { requireFields } from '../../functions/edit/edit.ts'

describe('an update', () => {
  test('that names no field is 422', () => {
    expect(() => requireFields({})).toThrow(
      expect.objectContaining({
        status: 422,
        errors: [{ pointer: '', detail: 'names no field to change' }],
      }),
    )
  })
  test('names a field by null as well', () => {
    expect(requireFields({ title: null })).toEqual({ title: null })
  })
})
