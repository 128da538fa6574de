/** The page of alarms. */
package io.holdfast.web.console.alarms;
