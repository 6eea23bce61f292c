import { describe, expect, test } from 'vitest'
import { circuitOf } from '../../functions/opensearch/circuit.ts'

describe('the circuit', () => {
  test('opens for 30 s after three failures in a row, and again after the next', () => {
    let now = 0
    const circuit = circuitOf({ now: () => now })
    circuit.failed()
    circuit.failed()
    expect(circuit.isOpen()).toBe(false)
    circuit.failed()
    expect(circuit.isOpen()).toBe(true)
    now = 30_000
    expect(circuit.isOpen()).toBe(false)
    circuit.failed()
    expect(circuit.isOpen()).toBe(true)
  })

  test('forgets failures after a success', () => {
    const circuit = circuitOf({ now: () => 0 })
    for (let i = 0; i < 5; i++) {
      circuit.failed()
      circuit.failed()
      circuit.succeeded()
    }
    expect(circuit.isOpen()).toBe(false)
  })
})
