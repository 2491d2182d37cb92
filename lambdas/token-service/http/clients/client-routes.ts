import { entityTag, IfMatch, versionOf } from '../entity-tag';
import { defineRoute, json, problem, problems, read, type Subject, write } from '../route';
import {
  ChangedClient,
  Client,
  ClientPage,
  ClientPath,
  CreateClientRequest,
  CreatedClient,
  ListClientsQuery,
  UpdateClientRequest,
} from './client-schemas';

const createClient = defineRoute({
  method: 'post',
  path: '/clients',
  operationId: 'createClient',
  summary: 'Register an OAuth client; the response is the only one that ever shows its secret',
  tags: ['clients'],
  'x-gatehouse-action': 'client.create',
  security: write,
  request: { body: { required: true, content: json(CreateClientRequest) } },
  responses: {
    201: { description: 'The client was registered.', content: json(CreatedClient) },
    ...problems,
    404: problem('No application is registered by this name.'),
    409: problem('The application or its team is archived.'),
    415: problem('The body is not application/json.'),
  },
});

const listClients = defineRoute({
  method: 'get',
  path: '/clients',
  operationId: 'listClients',
  summary: 'List clients that the caller may read, filtered by the server',
  tags: ['clients'],
  'x-gatehouse-action': 'client.read',
  security: read,
  request: { query: ListClientsQuery },
  responses: {
    200: { description: 'A page of clients.', content: json(ClientPage) },
    ...problems,
  },
});

const getClient = defineRoute({
  method: 'get',
  path: '/clients/{clientId}',
  operationId: 'getClient',
  summary: 'Read a client',
  tags: ['clients'],
  'x-gatehouse-action': 'client.read',
  security: read,
  request: { params: ClientPath },
  responses: {
    200: { description: 'The client.', content: json(Client) },
    ...problems,
    404: problem('No client has this id.'),
  },
});

const updateClient = defineRoute({
  method: 'patch',
  path: '/clients/{clientId}',
  operationId: 'updateClient',
  summary: 'Change what is named of a client, and nothing else',
  tags: ['clients'],
  'x-gatehouse-action': 'client.update',
  security: write,
  request: { params: ClientPath, headers: IfMatch, body: { required: true, content: json(UpdateClientRequest) } },
  responses: {
    200: { description: 'The client as it is now.', content: json(ChangedClient) },
    ...problems,
    404: problem('No client has this id.'),
    409: problem('The client is removed, or its application or team is archived.'),
    412: problem('The client has another version than the one that If-Match names.'),
    415: problem('The body is not application/json.'),
    428: problem('If-Match is missing.'),
  },
});

const disableClient = defineRoute({
  method: 'post',
  path: '/clients/{clientId}/disable',
  operationId: 'disableClient',
  summary: 'Pause a client, and refuse the tokens that it has; a second call changes nothing',
  tags: ['clients'],
  'x-gatehouse-action': 'client.disable',
  security: write,
  request: { params: ClientPath },
  responses: {
    200: { description: 'The client gets no token until it is enabled.', content: json(ChangedClient) },
    ...problems,
    404: problem('No client has this id.'),
    409: problem('The client is removed.'),
  },
});

const enableClient = defineRoute({
  method: 'post',
  path: '/clients/{clientId}/enable',
  operationId: 'enableClient',
  summary: 'End the pause of a client; a second call changes nothing',
  tags: ['clients'],
  'x-gatehouse-action': 'client.enable',
  security: write,
  request: { params: ClientPath },
  responses: {
    200: { description: 'The client gets tokens again.', content: json(ChangedClient) },
    ...problems,
    404: problem('No client has this id.'),
    409: problem('The client is removed, or its application or team is archived.'),
  },
});

const removeClient = defineRoute({
  method: 'delete',
  path: '/clients/{clientId}',
  operationId: 'removeClient',
  summary: 'Remove a client for good, with its credentials and the tokens that it has; a second call changes nothing',
  tags: ['clients'],
  'x-gatehouse-action': 'client.remove',
  security: write,
  request: { params: ClientPath },
  responses: {
    200: { description: 'The client as it is kept for lists and the audit trail.', content: json(ChangedClient) },
    ...problems,
    404: problem('No client has this id.'),
  },
});

/** OAuth clients: create, list, read, update, disable, enable, remove. */
export const clients: Subject = {
  routes: [createClient, listClients, getClient, updateClient, disableClient, enableClient, removeClient],
  mount(app, { clients: { registration, listing, updating } }) {
    app.openapi(createClient, async (context) => {
      const created = await registration.create(context.req.valid('json'), context.env);
      return context.json(created, 201, { location: `clients/${created.id}`, etag: entityTag(created) });
    });

    app.openapi(listClients, async (context) =>
      context.json(await listing.list(context.req.valid('query'), context.env), 200),
    );

    app.openapi(getClient, async (context) => {
      const client = await listing.get(context.req.valid('param').clientId, context.env);
      return context.json(client, 200, { etag: entityTag(client) });
    });

    app.openapi(updateClient, async (context) => {
      const { clientId } = context.req.valid('param');
      const version = versionOf(context.req.valid('header')['if-match'], 'client');
      const client = await updating.update(clientId, version, context.req.valid('json'), context.env);
      return context.json(client, 200, { etag: entityTag(client) });
    });

    app.openapi(disableClient, async (context) => {
      const client = await updating.disable(context.req.valid('param').clientId, context.env);
      return context.json(client, 200, { etag: entityTag(client) });
    });

    app.openapi(enableClient, async (context) => {
      const client = await updating.enable(context.req.valid('param').clientId, context.env);
      return context.json(client, 200, { etag: entityTag(client) });
    });

    app.openapi(removeClient, async (context) => {
      const client = await updating.remove(context.req.valid('param').clientId, context.env);
      return context.json(client, 200, { etag: entityTag(client) });
    });
  },
};
