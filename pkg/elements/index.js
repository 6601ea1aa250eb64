/** Defines all elements. One alone: import its own file. */
import "./demo.js";
import "./roc.js";
import "./train.js";
import "./network.js";
import "./latent.js";
