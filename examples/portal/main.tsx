import { renderToStaticMarkup } from "react-dom/server";
import { ask, type Caller, Refused } from "./hub";
import { MY_CLASS, MyClass } from "./my-class";
import { Refusal } from "./refusal";

const { HUB = "http://127.0.0.1:4000", TOKEN = "", PURPOSE = "LEFT_BEHIND_CARE" } = process.env;
const caller: Caller = { hub: HUB, token: TOKEN, purpose: PURPOSE };

async function page() {
  try {
    return <MyClass {...(await ask(caller, MY_CLASS, { pupils: 40 }))} />;
  } catch (error) {
    if (error instanceof Refused) return <Refusal errors={error.errors} />;
    throw error;
  }
}

console.log(renderToStaticMarkup(await page()));
