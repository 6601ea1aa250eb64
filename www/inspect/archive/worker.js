/** The worker that writes projects to zip files and reads them again, one image at a time. */
import { serve } from "../../pkg/rpc.js";
import { exportProject } from "./write.js";
import { importProject, readProject } from "./read.js";

serve({ exportProject, importProject, readProject });
