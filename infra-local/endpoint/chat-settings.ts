import { limitSettings } from '../../functions/limits/limits.ts'
import { settingName } from '../../lib/settings-schema.ts'
import { CannotStart } from '../machine/cannot-start.ts'

const names = [...Object.keys(limitSettings).map(settingName), 'listingKeySha256']

/**
 * The limits of CHAT_SETTINGS, such as `ratePerSecond=5 rateBurst=10` (and the hash of a key that
 * lists applications), each as the `name=value`
 * that `cdk deploy -c` takes. The CDK app checks the values, but would ignore a name that it does
 * not know, so such a name throws CannotStart here.
 */
export function chatSettings(text: string): string[] {
  const settings = text.split(/[\s,]+/).filter((each) => each !== '')
  const wrong = settings.find(
    (each) => !names.includes(each.slice(0, Math.max(0, each.indexOf('=')))),
  )
  if (wrong === undefined) return settings
  throw new CannotStart(
    `CHAT_SETTINGS has ${JSON.stringify(wrong)}: take name=value of ${names.join(', ')}`,
  )
}
