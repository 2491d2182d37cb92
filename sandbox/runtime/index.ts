export { FunctionRuntime, type FunctionRuntimeOptions } from './function-runtime';
export {
  type FunctionSpec,
  type InvokeFailure,
  type InvokeResult,
  type InvokeSuccess,
  UnknownFunctionError,
} from './types';
