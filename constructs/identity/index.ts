export { oauthRoutes } from './oauth-routes';
export {
  type EndpointDpopOptions,
  type EndpointSigningKeys,
  type IReadableSecret,
  TokenEndpoint,
  type TokenEndpointProps,
} from './token-endpoint';
