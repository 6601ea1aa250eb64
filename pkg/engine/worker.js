/** The worker: what needs the engine is answered one after the other, because it does one thing at a time. */
import { crash, notify, serve } from "../rpc.js";
import { EngineHost } from "./host.js";

serve(new EngineHost(notify), { inTurn: true });

// A panic inside a task of the engine leaves its promise pending for ever: this is the only trace of it.
addEventListener("error", crash);
addEventListener("unhandledrejection", ({ reason }) => crash(reason));
