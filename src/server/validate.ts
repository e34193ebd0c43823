import type { ValidatorFn } from "type-graphql";
import { requireValid } from "../domain/input.js";

/** Checks an argument by the decorators of its class; an input stands in the argument `input`. @throws Mistake BAD_USER_INPUT */
export const validateArgument: ValidatorFn = async (value: unknown, type) => {
  if (typeof value !== "object" || value === null) return;
  const within = typeof type === "function" && type.name.endsWith("Input") ? ["input"] : [];
  await requireValid(value, (path) => [...within, ...path].join("."));
};
