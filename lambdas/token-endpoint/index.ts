import { awsPorts } from './aws-ports';
import { readTokenEndpointConfig } from './config';
import { createTokenEndpoint } from './endpoint';

const config = readTokenEndpointConfig(__dirname);

/** Lambda handler of the OAuth endpoints, and of direct invocations for the tokens of sessions. */
export const handler = createTokenEndpoint(config, awsPorts(config));
