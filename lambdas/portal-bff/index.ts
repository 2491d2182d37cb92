import { awsPorts } from './aws-ports';
import { readPortalBffConfig } from './config';
import { createPortalBff } from './portal-bff';

const config = readPortalBffConfig(__dirname);

/** Lambda handler of what the pages of the portal ask for. */
export const handler = createPortalBff(config, awsPorts(config));
