/** Runs of backup and restore jobs. */
package io.holdfast.web.rest.run;
