import "reflect-metadata";
import { readConfig } from "../src/config.js";
import { openGateway } from "../src/server/gateway/gateway.js";
import { verifierOf } from "../src/server/production.js";
import { serving } from "./serving.js";

/** The gateway as `hub gateway` runs it. */
const config = readConfig();
const gateway = await openGateway({ config, verify: await verifierOf(config) });
serving({ address: "", family: "", port: Number(new URL(gateway.address).port) });
