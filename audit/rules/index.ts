import { authz001 } from './authz-001';
import { authz004 } from './authz-004';
import { iam001 } from './iam-001';
import type { Rule } from './rule';

/** The rules of the kit, in the order of their ids. */
export const RULES: readonly Rule[] = [authz001, authz004, iam001];
