/** The worker that makes pictures of image files, one after the other: each may take much memory. */
import { bytesOf } from "../bytes.js";
import { crash, serve } from "../rpc.js";
import { loadWasm } from "./start.js";

const loading = loadWasm();
loading.catch(crash); // the next picture is asked of another worker

serve({
  ready: async () => { await loading; },
  fitted: async ({ image, side, range }) => (await loading).fittedPicture(await bytesOf(image), side, range),
  square: async ({ image, side, range }) => (await loading).squarePicture(await bytesOf(image), side, range),
  series: async ({ image }) => (await loading).seriesOf(await bytesOf(image)),
}, { inTurn: true });
