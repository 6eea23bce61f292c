import { limitSettings } from '../../functions/limits/limits.ts'
import { contextName } from '../../lib/settings.ts'
import { CannotStart } from '../machine/cannot-start.ts'

const names = Object.keys(limitSettings).map(contextName)

/**
 * What CHAT_SETTINGS tells, such as `ratePerSecond=5 rateBurst=10`: the limits that `cdk deploy -c`
 * takes, each as `name=value`. The CDK app checks the values; a name that it does not know it would
 * pass over in silence, so here it throws CannotStart.
 */
export function chatSettings(text: string): string[] {
  const told = text.split(/[\s,]+/).filter((each) => each !== '')
  const wrong = told.find((each) => !names.includes(each.slice(0, Math.max(0, each.indexOf('=')))))
  if (wrong === undefined) return told
  throw new CannotStart(
    `CHAT_SETTINGS has ${JSON.stringify(wrong)}: take name=value of ${names.join(', ')}`,
  )
}
