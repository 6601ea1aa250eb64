/** Defines all elements. One alone: import its own file. */
import "./network.js";
import "./train.js";
