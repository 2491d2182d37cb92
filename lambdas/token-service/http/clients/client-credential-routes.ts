import { entityTag } from '../entity-tag';
import { defineRoute, json, problem, problems, type Subject, write } from '../route';
import {
  AddClientKeyRequest,
  ChangedClient,
  ClientKeyPath,
  ClientPath,
  RotateClientRequest,
  RotatedClient,
} from './client-schemas';

const rotateClient = defineRoute({
  method: 'post',
  path: '/clients/{clientId}/rotate',
  operationId: 'rotateClient',
  summary: 'Give a client a new secret; the response is the only one that ever shows it',
  tags: ['clients'],
  'x-gatehouse-action': 'client.rotate',
  security: write,
  request: { params: ClientPath, body: { required: false, content: json(RotateClientRequest) } },
  responses: {
    200: { description: 'The client has a new secret.', content: json(RotatedClient) },
    ...problems,
    404: problem('No client has this id.'),
    409: problem('The client is not active or has no secret, or two of its secrets are accepted.'),
    415: problem('The body is not application/json.'),
  },
});

const endClientGrace = defineRoute({
  method: 'post',
  path: '/clients/{clientId}/end-grace',
  operationId: 'endClientGrace',
  summary: 'End the secret before the newest at once; a second call changes nothing',
  tags: ['clients'],
  'x-gatehouse-action': 'client.end-grace',
  security: write,
  request: { params: ClientPath },
  responses: {
    200: { description: 'Only the newest secret is accepted.', content: json(ChangedClient) },
    ...problems,
    404: problem('No client has this id.'),
    409: problem('The client is removed.'),
  },
});

const addClientKey = defineRoute({
  method: 'post',
  path: '/clients/{clientId}/keys',
  operationId: 'addClientKey',
  summary: 'Give a client another public key; a key that it has changes nothing',
  tags: ['clients'],
  'x-gatehouse-action': 'client.add-key',
  security: write,
  request: { params: ClientPath, body: { required: true, content: json(AddClientKeyRequest) } },
  responses: {
    200: { description: 'The client with its keys.', content: json(ChangedClient) },
    ...problems,
    404: problem('No client has this id.'),
    409: problem('The client is removed, or has four keys, or another key of this name.'),
    415: problem('The body is not application/json.'),
  },
});

const removeClientKey = defineRoute({
  method: 'delete',
  path: '/clients/{clientId}/keys/{kid}',
  operationId: 'removeClientKey',
  summary: 'Take a public key of a client away, and refuse the tokens that the client has',
  tags: ['clients'],
  'x-gatehouse-action': 'client.remove-key',
  security: write,
  request: { params: ClientKeyPath },
  responses: {
    200: { description: 'The client with its keys.', content: json(ChangedClient) },
    ...problems,
    404: problem('No client has this id, or it has no key of this name.'),
    409: problem('The client is removed.'),
  },
});

/** By what clients prove who they are: secrets and public keys. */
export const clientCredentials: Subject = {
  routes: [rotateClient, endClientGrace, addClientKey, removeClientKey],
  mount(app, { clients: { updating, rotation } }) {
    app.openapi(rotateClient, async (context) => {
      const client = await rotation.rotate(context.req.valid('param').clientId, context.req.valid('json'), context.env);
      return context.json(client, 200, { etag: entityTag(client) });
    });

    app.openapi(endClientGrace, async (context) => {
      const client = await rotation.endGrace(context.req.valid('param').clientId, context.env);
      return context.json(client, 200, { etag: entityTag(client) });
    });

    app.openapi(addClientKey, async (context) => {
      const client = await updating.addKey(context.req.valid('param').clientId, context.req.valid('json'), context.env);
      return context.json(client, 200, { etag: entityTag(client) });
    });

    app.openapi(removeClientKey, async (context) => {
      const { clientId, kid } = context.req.valid('param');
      const client = await updating.removeKey(clientId, kid, context.env);
      return context.json(client, 200, { etag: entityTag(client) });
    });
  },
};
