/** A worker like the others, with no other task than to try to reach another site when the visitor asks for it. */
import { serve } from "../../pkg/rpc.js";
import { attemptFetch } from "./attempt.js";

serve({ attempt: () => attemptFetch("worker") });
