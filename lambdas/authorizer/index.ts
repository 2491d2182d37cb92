import { createAuthorizer } from './authorizer';
import { awsPorts } from './aws-ports';
import { readAuthorizerConfig } from './config';

const config = readAuthorizerConfig(__dirname);

/** Lambda handler of the REST API authorizer, type REQUEST. */
export const handler = createAuthorizer(config, awsPorts(config));
