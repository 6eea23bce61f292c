import { describe, expect, test } from 'vitest'
import { fold } from '../../functions/search/fold.ts'

const scalars = function* () {
  for (let point = 0; point < 0x110000; point++) {
    if (point < 0xd800 || point > 0xdfff) yield String.fromCodePoint(point)
  }
}

describe('fold', () => {
  test('is the lower case of each code point by itself, and İ is i', () => {
    const different = [...scalars()].filter((c) => fold(c) !== (c === 'İ' ? 'i' : c.toLowerCase()))
    expect(different).toEqual([])
  })

  test('folds a text as it folds its code points, whatever stands beside them', () => {
    for (const text of [
      'ΟΔΥΣΣΕΥΣ',
      'ΣΑΣ ΣΣ',
      'İSTANBUL',
      'ÀÉ',
      'STRAẞE',
      '𐐀𐐁',
      'ǅ',
      'I\u0307',
      'K Å Ω',
    ]) {
      expect(fold(text)).toBe(Array.from(text, fold).join(''))
    }
  })

  test('keeps code points and UTF-16 units where they are, so offsets hold in both texts', () => {
    const moved = [...scalars()].filter((c) => fold(c).length !== c.length)
    expect(moved).toEqual([])
  })

  test('changes nothing in a text that is folded', () => {
    const unstable = [...scalars()].filter((c) => fold(fold(c)) !== fold(c))
    expect(unstable).toEqual([])
  })

  test('counts accents, and a final ς is not σ', () => {
    expect(fold('É')).not.toBe(fold('E'))
    expect(fold('ς')).not.toBe(fold('Σ'))
  })
})
