/** Defines all elements. One alone: import its own file. */
import "./demo.js";
import "./roc.js";
import "./network.js";
import "./train.js";
import "./latent.js";
