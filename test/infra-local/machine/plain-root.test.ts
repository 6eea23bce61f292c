import { mkdirSync, mkdtempSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { linkTo, plain, projectRoot } from '../../../infra-local/machine/plain-root.mjs'
import { isPlain } from '../../../infra-local/machine/temporary.mjs'

const place = () => mkdtempSync(join(tmpdir(), 'links-'))

describe('the project’s folder', () => {
  it.each([
    [
      'a:b',
      'a;b',
      'a!',
      'a,b',
      'ä',
      '😀',
      'a%b',
      'a#b',
      'a$b',
      "a'b",
      'a"b',
      'a*',
      'a[b',
      'a\\b',
      'a\nb',
    ],
  ])('is not plain with %s', (...names) => {
    expect(names.filter((name) => isPlain(`/home/${name}/chat`))).toEqual([])
  })

  it('is taken as it is when its path is plain', () => {
    expect(isPlain('/home/a b/Chat (2)/chat-1.0_x@y')).toBe(true)
    expect(plain('/elsewhere/a:b')).toBe('/elsewhere/a:b')
    expect(plain(join(import.meta.dirname, 'x'))).toBe(
      join(projectRoot, 'test/infra-local/machine/x'),
    )
  })

  it('is otherwise taken by a link, whose name is the same at each start', () => {
    const links = place()
    const odd = join(place(), 'a:b; 😀!')
    mkdirSync(odd)
    const link = linkTo(odd, links)
    expect(isPlain(link)).toBe(true)
    expect(realpathSync(link)).toBe(realpathSync(odd))
    expect(linkTo(odd, links)).toBe(link)
    expect(linkTo(`${odd}2`, links)).not.toBe(link)
  })

  it('is never taken by what somebody else has put at the name of the link', () => {
    const [links, other] = [place(), place()]
    const taken = linkTo('/odd:1', links)
    const name = taken.slice(links.length)
    writeFileSync(`${other}${name}`, 'in the way')
    symlinkSync('/elsewhere', `${other}${name}1`)
    expect(linkTo('/odd:1', other)).toBe(`${other}${name}2`)
  })
})
