// The package's front door prints a warning on Node 20 (it tests on 22 and later); what lies behind works on both.
declare module "oidc-provider/lib/provider.js" {
  export { Provider } from "oidc-provider";
}
declare module "oidc-provider/lib/helpers/errors.js" {
  import { errors } from "oidc-provider";
  export import CustomOIDCProviderError = errors.CustomOIDCProviderError;
}
declare module "oidc-provider/lib/adapters/memory_adapter.js" {
  import type { AdapterFactory } from "oidc-provider";
  export function createMemoryAdapter(): AdapterFactory;
}
