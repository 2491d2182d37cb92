import { stdoutLog } from '../lib/log';
import { createAggregator } from './aggregator';
import { dynamoTokenUses } from './aws/token-table';
import { dynamoUsageStore } from './aws/usage-table';
import { readAggregatorConfig } from './config';

const config = readAggregatorConfig(__dirname);
const { region, usageTable, tokenTable } = config;

/** Lambda handler of log subscriptions. */
export const handler = createAggregator(config, {
  now: Date.now,
  usage: dynamoUsageStore({ region, table: usageTable }),
  tokens: tokenTable === undefined ? undefined : dynamoTokenUses({ region, table: tokenTable }),
  log: stdoutLog(),
  wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  random: Math.random,
});
