import { authz001 } from './authz-001';
import { authz002 } from './authz-002';
import { authz003 } from './authz-003';
import { authz004 } from './authz-004';
import { authz005 } from './authz-005';
import { authz006 } from './authz-006';
import { authz007 } from './authz-007';
import { authz008 } from './authz-008';
import { authz009 } from './authz-009';
import { authz010 } from './authz-010';
import { authz011 } from './authz-011';
import { authz012 } from './authz-012';
import { authz013 } from './authz-013';
import { authz014 } from './authz-014';
import { authz015 } from './authz-015';
import { authz016 } from './authz-016';
import { authz017 } from './authz-017';
import { authz018 } from './authz-018';
import { authz019 } from './authz-019';
import { data001 } from './data-001';
import { data002 } from './data-002';
import { data003 } from './data-003';
import { data004 } from './data-004';
import { data005 } from './data-005';
import { data006 } from './data-006';
import { edge001 } from './edge-001';
import { edge002 } from './edge-002';
import { edge003 } from './edge-003';
import { edge004 } from './edge-004';
import { edge006 } from './edge-006';
import { iam001 } from './iam-001';
import { iam002 } from './iam-002';
import { iam003 } from './iam-003';
import { iam004 } from './iam-004';
import { iam005 } from './iam-005';
import { iam006 } from './iam-006';
import { iam007 } from './iam-007';
import { iam008 } from './iam-008';
import { iam009 } from './iam-009';
import { iam010 } from './iam-010';
import { lam001 } from './lam-001';
import { lam002 } from './lam-002';
import { lam003 } from './lam-003';
import { lam004 } from './lam-004';
import { lam005 } from './lam-005';
import { lam006 } from './lam-006';
import { log001 } from './log-001';
import { log002 } from './log-002';
import { log003 } from './log-003';
import { log004 } from './log-004';
import { log005 } from './log-005';
import { log006 } from './log-006';
import { log007 } from './log-007';
import { log008 } from './log-008';
import { log009 } from './log-009';
import { obs001 } from './obs-001';
import { obs002 } from './obs-002';
import { obs003 } from './obs-003';
import { obs004 } from './obs-004';
import { obs006 } from './obs-006';
import { obs007 } from './obs-007';
import { plan005 } from './plan-005';
import { plan006 } from './plan-006';
import { rate001 } from './rate-001';
import { rate002 } from './rate-002';
import { rate003 } from './rate-003';
import { rate004 } from './rate-004';
import { rate005 } from './rate-005';
import { rate006 } from './rate-006';
import { rate007 } from './rate-007';
import { rot001 } from './rot-001';
import { rot002 } from './rot-002';
import { rot003 } from './rot-003';
import { rot004 } from './rot-004';
import { rot005 } from './rot-005';
import { rot007 } from './rot-007';
import { rot008 } from './rot-008';
import type { Rule } from './rule';
import { secret001 } from './secret-001';
import { secret002 } from './secret-002';
import { secret003 } from './secret-003';
import { secret004 } from './secret-004';
import { secret005 } from './secret-005';
import { secret006 } from './secret-006';
import { secret007 } from './secret-007';
import { state001 } from './state-001';
import { state002 } from './state-002';
import { state003 } from './state-003';
import { state004 } from './state-004';
import { state005 } from './state-005';
import { state006 } from './state-006';
import { state007 } from './state-007';
import { tag001 } from './tag-001';
import { valid001 } from './valid-001';
import { valid002 } from './valid-002';

/** The rules of the kit, in the order of their ids. */
export const RULES: readonly Rule[] = [
  authz001,
  authz002,
  authz003,
  authz004,
  authz005,
  authz006,
  authz007,
  authz008,
  authz009,
  authz010,
  authz011,
  authz012,
  authz013,
  authz014,
  authz015,
  authz016,
  authz017,
  authz018,
  authz019,
  data001,
  data002,
  data003,
  data004,
  data005,
  data006,
  edge001,
  edge002,
  edge003,
  edge004,
  edge006,
  iam001,
  iam002,
  iam003,
  iam004,
  iam005,
  iam006,
  iam007,
  iam008,
  iam009,
  iam010,
  lam001,
  lam002,
  lam003,
  lam004,
  lam005,
  lam006,
  log001,
  log002,
  log003,
  log004,
  log005,
  log006,
  log007,
  log008,
  log009,
  obs001,
  obs002,
  obs003,
  obs004,
  obs006,
  obs007,
  plan005,
  plan006,
  rate001,
  rate002,
  rate003,
  rate004,
  rate005,
  rate006,
  rate007,
  rot001,
  rot002,
  rot003,
  rot004,
  rot005,
  rot007,
  rot008,
  secret001,
  secret002,
  secret003,
  secret004,
  secret005,
  secret006,
  secret007,
  state001,
  state002,
  state003,
  state004,
  state005,
  state006,
  state007,
  tag001,
  valid001,
  valid002,
];
