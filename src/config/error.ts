/** The settings are wrong. Names variable or file and key, and what was meant; entry points exit with `exitCode`. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly code = "CONFIG";
  readonly exitCode = 2;
}
