import fc from 'fast-check'
import { newChat } from '../../support/chats.ts'
import { deleteChat, deleteMessage, edit } from './changes.ts'
import { createBatch, createChat, createKeyed, createOne, replay } from './creates.ts'
import type { Command, Model, Real } from './model.ts'
import { list, listChats, search, show } from './reads.ts'

const pick = fc.nat({ max: 3 })
const which = fc.nat({ max: 30 })
/**
 * Few letters, so that searches find; their case, and code points of every width, so that they must
 * be exact.
 */
const letter = fc.constantFrom(
  ...['a', 'A', 'b', ' ', '.', 'é', 'ß', 'İ', 'Σ', 'ς', '世', '😀', '%', '_', '\\', '"'],
)
const text = (maxLength: number) =>
  fc.string({ unit: letter, minLength: 1, maxLength }).filter((value) => value.trim() !== '')
const texts = (maxLength: number) => fc.array(text(4), { minLength: 1, maxLength })
const key = fc.constantFrom('k1', 'k2', 'k3')
const order = fc.constantFrom('asc' as const, 'desc' as const)

/** What histories are made of. Chats are deleted seldom enough for most to be filled first. */
export const commands: fc.Arbitrary<Command>[] = [
  fc.constant(createChat()),
  fc.tuple(pick, text(12)).map((args) => createOne(...args)),
  fc.tuple(pick, texts(5)).map((args) => createBatch(...args)),
  fc.tuple(pick, key, texts(2)).map((args) => createKeyed(...args)),
  fc.tuple(pick, which).map((args) => replay(...args)),
  fc.tuple(pick, which, text(12)).map((args) => edit(...args)),
  fc.tuple(pick, which).map((args) => deleteMessage(...args)),
  fc.tuple(pick, which).map(([chat, one]) => (one > 9 ? listChats() : deleteChat(chat))),
  fc.tuple(pick, which).map((args) => show(...args)),
  fc
    .tuple(pick, order, fc.integer({ min: 1, max: 9 }), fc.nat({ max: 12 }))
    .map((args) => list(...args)),
  fc.tuple(pick, text(4)).map((args) => search(...args)),
]

/** A model that every history begins with: an application of its own, with one empty chat. */
export async function begin(token: string): Promise<{ model: Model; real: Real }> {
  const chat = await newChat(token)
  return {
    model: { token, chats: [{ chat, deleted: false, bodies: [], keys: new Map() }] },
    real: undefined,
  }
}
