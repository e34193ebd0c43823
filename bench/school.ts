import "reflect-metadata";
import { openAgency } from "minors-hub-agency-kit";
import { readConfig } from "../src/config.js";
import { schoolDefinition } from "./school-definition.js";
import { serving } from "./serving.js";

/** The school of examples/agencies, as its own program runs it. */
const { address } = await openAgency(readConfig(), await schoolDefinition());
serving({ address: "", family: "", port: Number(new URL(address).port) });
