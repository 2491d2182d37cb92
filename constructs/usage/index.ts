export { type QuotaPeriod, type Tier, UsageTiers, type UsageTiersProps } from './usage-tiers';
