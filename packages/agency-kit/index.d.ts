// Under a name of its own, so that an agency depends on what is meant for it. docs/decisions/0016
export * from "minors-hub/kit";
