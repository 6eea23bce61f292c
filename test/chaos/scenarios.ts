import type { Scenario } from './scenario.ts'
import { aws } from './scenarios/aws.ts'
import { kills } from './scenarios/kills.ts'
import { long } from './scenarios/long-outage.ts'
import { outages } from './scenarios/outages.ts'
import { writers } from './scenarios/writers.ts'

/** All scenarios. The long outage is last, because everything there is is read after each. */
export const scenarios: readonly Scenario[] = [...writers, ...aws, ...kills, ...outages, ...long]
