/**
 * Speed limits as people enter and read them (OPT-10, OPT-11): tables of windows for the wizards,
 * and words for what holds now. Decides nothing; the values it makes check themselves.
 */
package io.holdfast.web.console.speed;
