import { describe, expect, test } from 'vitest'
import { circuitOf } from '../../functions/opensearch/circuit.ts'

describe('the circuit', () => {
  test('opens for 30 s after three failures in a row, and again after the next', async () => {
    let now = 0
    const circuit = circuitOf({ now: () => now })
    await circuit.failed()
    await circuit.failed()
    expect(circuit.isOpen()).toBe(false)
    await circuit.failed()
    expect(circuit.isOpen()).toBe(true)
    now = 30_000
    expect(circuit.isOpen()).toBe(false)
    await circuit.failed()
    expect(circuit.isOpen()).toBe(true)
  })

  test('forgets failures after a success', async () => {
    const circuit = circuitOf({ now: () => 0 })
    for (let i = 0; i < 5; i++) {
      await circuit.failed()
      await circuit.failed()
      circuit.succeeded()
    }
    expect(circuit.isOpen()).toBe(false)
  })

  test('stays closed through failures of an engine that responds, and opens once it does not', async () => {
    let there = true
    const circuit = circuitOf({ now: () => 0 }, async () => there)
    for (let i = 0; i < 9; i++) await circuit.failed()
    expect(circuit.isOpen()).toBe(false)
    there = false
    await circuit.failed()
    await circuit.failed()
    expect(circuit.isOpen()).toBe(false)
    await circuit.failed()
    expect(circuit.isOpen()).toBe(true)
  })
})
