import { defineRoute, json, problem, problems, read, type Subject, writeTeams } from '../route';
import {
  AddMemberRequest,
  ChangeMemberRequest,
  CreateTeamRequest,
  ListTeamsQuery,
  Member,
  MemberPath,
  RemovedMember,
  Team,
  TeamList,
  TeamPath,
  UpdateTeamRequest,
} from './team-schemas';

const tags = ['teams'];
const notFound = problem('No team has this name, or the caller has no role in it.');
const noMember = problem('No such team or member, or the caller has no role in the team.');
const wrongType = problem('The body is not application/json.');

const createTeam = defineRoute({
  method: 'post',
  path: '/teams',
  operationId: 'createTeam',
  summary: 'Make a team',
  tags,
  'x-gatehouse-action': 'team.create',
  security: writeTeams,
  request: { body: { required: true, content: json(CreateTeamRequest) } },
  responses: {
    201: { description: 'The team.', content: json(Team) },
    ...problems,
    409: problem('A team has this name already.'),
    415: wrongType,
  },
});

const listTeams = defineRoute({
  method: 'get',
  path: '/teams',
  operationId: 'listTeams',
  summary: "List every team, or the caller's own",
  tags,
  'x-gatehouse-action': 'team.read',
  security: read,
  request: { query: ListTeamsQuery },
  responses: { 200: { description: 'A page of teams.', content: json(TeamList) }, ...problems },
});

const getTeam = defineRoute({
  method: 'get',
  path: '/teams/{team}',
  operationId: 'getTeam',
  summary: 'Read a team with its members',
  tags,
  'x-gatehouse-action': 'team.read',
  security: read,
  request: { params: TeamPath },
  responses: { 200: { description: 'The team.', content: json(Team) }, ...problems, 404: notFound },
});

const updateTeam = defineRoute({
  method: 'patch',
  path: '/teams/{team}',
  operationId: 'updateTeam',
  summary: 'Change the description, the policy or the state of a team',
  tags,
  'x-gatehouse-action': 'team.update',
  security: writeTeams,
  request: { params: TeamPath, body: { required: true, content: json(UpdateTeamRequest) } },
  responses: {
    200: { description: 'The team.', content: json(Team) },
    ...problems,
    404: notFound,
    409: problem('The team still has applications.'),
    415: wrongType,
  },
});

const addMember = defineRoute({
  method: 'post',
  path: '/teams/{team}/members',
  operationId: 'addMember',
  summary: 'Make a person a member, with at most the own role',
  tags,
  'x-gatehouse-action': 'member.add',
  security: writeTeams,
  request: { params: TeamPath, body: { required: true, content: json(AddMemberRequest) } },
  responses: {
    201: { description: 'The member.', content: json(Member) },
    ...problems,
    404: notFound,
    409: problem('The person is a member already, or the team is full or archived.'),
    415: wrongType,
  },
});

const changeMember = defineRoute({
  method: 'patch',
  path: '/teams/{team}/members/{memberId}',
  operationId: 'changeMember',
  summary: 'Give a member another role',
  tags,
  'x-gatehouse-action': 'member.change',
  security: writeTeams,
  request: { params: MemberPath, body: { required: true, content: json(ChangeMemberRequest) } },
  responses: {
    200: { description: 'The member.', content: json(Member) },
    ...problems,
    404: noMember,
    409: problem('The member is the last owner.'),
    415: wrongType,
  },
});

const removeMember = defineRoute({
  method: 'delete',
  path: '/teams/{team}/members/{memberId}',
  operationId: 'removeMember',
  summary: 'Remove a member, or leave the team; the tokens that the person made stay and are named',
  tags,
  'x-gatehouse-action': 'member.remove',
  security: writeTeams,
  request: { params: MemberPath },
  responses: {
    200: { description: 'The member who went, and what the person made.', content: json(RemovedMember) },
    ...problems,
    404: noMember,
    409: problem('The member is the last owner.'),
  },
});

/** Teams: make, list, read, change; their members: add, change, remove. */
export const teams: Subject = {
  routes: [createTeam, listTeams, getTeam, updateTeam, addMember, changeMember, removeMember],
  mount(app, { teams: held }) {
    app.openapi(createTeam, async (context) =>
      context.json(await held.create(context.req.valid('json'), context.env), 201),
    );

    app.openapi(listTeams, async (context) =>
      context.json(await held.list(context.req.valid('query'), context.env), 200),
    );

    app.openapi(getTeam, async (context) =>
      context.json(await held.get(context.req.valid('param').team, context.env), 200),
    );

    app.openapi(updateTeam, async (context) =>
      context.json(await held.update(context.req.valid('param').team, context.req.valid('json'), context.env), 200),
    );

    app.openapi(addMember, async (context) =>
      context.json(await held.addMember(context.req.valid('param').team, context.req.valid('json'), context.env), 201),
    );

    app.openapi(changeMember, async (context) => {
      const { team, memberId } = context.req.valid('param');
      const { role } = context.req.valid('json');
      return context.json(await held.changeMember(team, memberId, role, context.env), 200);
    });

    app.openapi(removeMember, async (context) => {
      const { team, memberId } = context.req.valid('param');
      return context.json(await held.removeMember(team, memberId, context.env), 200);
    });
  },
};
