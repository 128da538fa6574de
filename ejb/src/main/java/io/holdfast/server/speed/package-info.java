/**
 * Speed limits by windows of the week (OPT-10, OPT-11): values, their text form and what of them
 * holds at a moment. Knows neither policies nor runs, and moves no byte: the agent keeps the
 * limits.
 */
package io.holdfast.server.speed;
